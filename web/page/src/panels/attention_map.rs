use peek_app::{Action, Lit, ViewAction, percent};
use peek_charts::Frame;
use yew::prelude::*;

use super::heat::Drawn;
use crate::{
    chart::{Canvas, Drawing, HeatPicture, Picture, Screen, Tip, token_label},
    parts::{ExportMenu, Placed},
};

/// How high the map is at most where it shares the page, in CSS pixels.
const ON_PAGE: f64 = 320.0;

/// The outlines of a token's row and of its column.
fn bands(picture: &HeatPicture, frame: &Frame, token: usize, count: usize) -> Html {
    let across = |a: (usize, usize), b: (usize, usize)| {
        let (from, to) = (picture.place(frame, a)?, picture.place(frame, b)?);
        Some(peek_charts::Rect::new(from.x, from.y, to.right() - from.x, to.bottom() - from.y))
    };
    let both = [across((token, 0), (token, token)), across((token, token), (count - 1, token))];
    html! { <>{ for both.into_iter().flatten().map(|rect| html! {
        <Placed {rect} class="mark-place">{ Html::default() }</Placed>
    }) }</> }
}

/// A head's attention as a map: a cell for each query and key.
pub(super) fn attention_map(drawn: &Drawn<'_>) -> Html {
    let Drawn { state, dispatch, head, pattern, hovered, .. } = drawn;
    let count = pattern.tokens.len();
    let picture = HeatPicture {
        pattern: (*pattern).clone(),
        range: drawn.range,
        hovered: *hovered,
        stale: drawn.stale,
    };
    // Its tokens are those of one of the two prompts, in whose strip they are lit.
    let (run_name, strip) = (state.attention_run().name(), state.unpatched_run());
    let tip = hovered.and_then(|(query, key)| {
        let weight = pattern.weight(query, key)?;
        let name = |at: usize| pattern.tokens.get(at).map(token_label);
        let lines = vec![
            ("reads", if state.views.weighted { peek_app::logit(weight) } else { percent(weight) }),
            ("from", name(key)?),
            ("in", format!("the {run_name} run")),
        ];
        Some(((query, key), Tip { title: name(query)?, lines }))
    });
    let label = format!(
        "Attention of {head} in the {run_name} run: {count} by {count} tokens. The table below has the values."
    );
    let on_hover = {
        let (hover, dispatch) = (drawn.hover.clone(), (*dispatch).clone());
        Callback::from(move |spot: Option<(usize, usize)>| {
            hover.emit(spot);
            let lit = spot.map(|(token, key)| Lit { run: strip, token, key: Some(key) });
            dispatch.emit(Action::View(ViewAction::Light(lit)));
        })
    };
    // A token of the strip: its row is what it reads, its column what reads it.
    let overlay = drawn.lit.or(drawn.locked).map(|token| {
        let picture = picture.clone();
        Callback::from(move |frame: Frame| bands(&picture, &frame, token, count))
    });
    let export = HeatPicture { hovered: None, ..picture.clone() };
    let on_click = dispatch.reform(|(query, _)| Action::SelectQuery(Some(query)));
    html! {
        <>
            <ExportMenu name="attention" picture={Drawing::new(export)} screen={Screen::of(state)} canvas="heatmap" csv={drawn.csv()} />
            <Canvas key="map" picture={Drawing::new(picture)} screen={Screen::of(state)} testid="heatmap" {label} heights={(0.0, drawn.room.unwrap_or(ON_PAGE))}
                {on_hover} {on_click} {tip} {overlay} />
        </>
    }
}
