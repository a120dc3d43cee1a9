use peek_app::{Action, Lit, Run, TokenAt, ViewAction, percent, reads};
use peek_charts::AttentionSide;
use yew::prelude::*;

use super::heat::Drawn;
use crate::{
    chart::{Canvas, Drawing, LinesPicture, Screen, Spot, Tip, side_of, token_label},
    parts::ExportMenu,
};

/// How many of a token's links its tooltip tells.
const TOLD: usize = 3;

/// A head's attention as lines: from each token on the left to those on the right that it reads.
pub(super) fn attention_lines(drawn: &Drawn<'_>) -> Html {
    let Drawn { state, dispatch, head, pattern, hovered, .. } = drawn;
    let picture = LinesPicture {
        pattern: (*pattern).clone(),
        range: drawn.range,
        hovered: *hovered,
        lit: drawn.lit,
        kept: drawn.locked,
        stale: drawn.stale,
    };
    let (run_name, strip) = (state.attention_run().name(), state.unpatched_run());
    let tip = hovered.and_then(|spot| Some((spot, tip(drawn, spot)?)));
    let count = pattern.tokens.len();
    let label = format!(
        "Attention of {head} in the {run_name} run as lines between {count} tokens. The table below has the values."
    );
    let on_hover = {
        let (hover, dispatch) = (drawn.hover.clone(), (*dispatch).clone());
        Callback::from(move |spot: Option<Spot>| {
            hover.emit(spot);
            let lit = spot.map(|(token, _)| Lit { run: strip, token, key: None });
            dispatch.emit(Action::View(ViewAction::Light(lit)));
        })
    };
    let on_click = lock(dispatch, strip);
    let export = LinesPicture { hovered: None, lit: None, ..picture.clone() };
    html! {
        <>
            <ExportMenu name="attention" picture={Drawing::new(export)} screen={Screen::of(state)} canvas="attention-lines" csv={drawn.csv()} />
            <Canvas key="lines" picture={Drawing::new(picture)} screen={Screen::of(state)} testid="attention-lines" {label}
                heights={(0.0, drawn.room.unwrap_or(f64::INFINITY))} {on_hover} {on_click} {tip} />
        </>
    }
}

/// A click keeps a token's lines, as one on it in its prompt does.
fn lock(dispatch: &Callback<Action>, run: Run) -> Callback<Spot> {
    dispatch.reform(move |(position, _)| Action::View(ViewAction::Lock(Some(TokenAt { run, position }))))
}

/// What a token reads, or what reads it, the most first.
fn tip(drawn: &Drawn<'_>, (token, side): Spot) -> Option<Tip> {
    let pattern = drawn.pattern;
    let name = |at: usize| pattern.tokens.get(at).map(token_label);
    let (reads, is_read) = reads(pattern, token);
    let (verb, weights) = match side_of(side) {
        AttentionSide::Query => ("reads", reads),
        AttentionSide::Key => ("is read by", is_read),
    };
    let told = weights.iter().take(TOLD).filter_map(|(other, weight)| {
        let weight = if drawn.state.views.weighted { peek_app::logit(*weight) } else { percent(*weight) };
        Some((verb, format!("{} {weight}", name(*other)?)))
    });
    Some(Tip { title: name(token)?, lines: told.collect() })
}
