use peek_app::{Action, AttentionMode, Lit, Phase, Run, Shared, State, ViewAction, percent};
use peek_charts::Frame;
use peek_protocol::{AttentionResult, Pattern, Patterns};
use yew::prelude::*;

use super::{PanelProps, attention_table::AttentionTable, phase_name, thumbs};
use crate::{
    chart::{Canvas, Drawing, HeatPicture, Picture, Screen, Tip, token_label},
    parts::{Choice, ExportMenu, Placed, segmented},
};

/// What one head does: where each position looks, in the clean and the corrupt run.
pub(crate) fn attention_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let focus = state.focus_head();
    let shown = state.attention.shown.as_ref();
    let head = shown.map(|s| s.result.head).or(focus);
    html! {
        <section class="panel attention" aria-label="Attention" data-testid="attention"
            data-phase={phase_name(&state.attention.phase)} data-head={shown.map(|s| s.result.head.to_string())}
            data-stale={state.attention_is_stale().to_string()}>
            <div class="panel-head">
                <h2>{ title(state, head) }</h2>
                { unpin(state, dispatch) }
                { segmented("Which run", "run", &state.view.run, &[Choice::new(Run::Clean, "clean", "Clean"), Choice::new(Run::Corrupt, "corrupt", "Corrupt")], &dispatch.reform(Action::ShowRun)) }
            </div>
            <div class="switches-line">
                { thumbs::modes(props) }
                { weighted(state, dispatch) }
            </div>
            <p class="help">
                { match (state.views.mode, state.views.weighted) {
                    (AttentionMode::One, false) => "Each row is a position and shows how much it reads from each token before it; a row sums to 1.",
                    (AttentionMode::One, true) => "Each weight times the norm of the value that it reads: what arrives. Rows no longer sum to 1.",
                    _ => "Queries down, keys across. Click a head to pin it.",
                } }
            </p>
            if let Phase::Failed(message) = &state.attention.phase {
                <p class="note error" data-testid="attention-error">{ message }</p>
            }
            if state.views.mode == AttentionMode::One {
                <Heat state={state.clone()} dispatch={dispatch.clone()} />
            } else {
                { thumbs::thumbs(props) }
            }
        </section>
    }
}

fn weighted(state: &State, dispatch: &Callback<Action>) -> Html {
    let on = state.views.weighted;
    let onchange = dispatch.reform(move |_: Event| Action::View(ViewAction::Weighted(!on)));
    html! {
        <label class="check" title="Weights multiplied by the norm of the value that is read"><input type="checkbox" data-testid="weighted" checked={on} {onchange} /><span>{ "× value norm" }</span></label>
    }
}

/// The weighted patterns of the head in focus, where its layer's have arrived.
fn weighted_result(state: &State) -> Option<AttentionResult> {
    let head = state.focus_head()?;
    let ((_, asked), shown) = state.views.patterns.shown.as_ref()?;
    let layer = shown.layers.iter().find(|l| l.layer == head.layer)?;
    let pattern = |of: &Patterns| {
        Some(Pattern { tokens: of.tokens.clone(), weights: of.heads.get(head.head_index())?.clone() })
    };
    let (clean, corrupt) = (pattern(&layer.clean)?, pattern(&layer.corrupt)?);
    (asked.weighted && asked.most.is_none()).then_some(AttentionResult { id: layer.id, head, clean, corrupt })
}

fn title(state: &State, head: Option<peek_names::HeadId>) -> Html {
    let Some(head) = head else { return html! { { "What one head does" } } };
    let how = if state.view.pinned == Some(head) {
        "pinned"
    } else if state.view.previewed == Some(head) {
        "preview"
    } else {
        "top head"
    };
    html! { <>{ format!("What {head} does ") }<span class="badge" data-testid="attention-how">{ how }</span></> }
}

/// The outline of a cell.
fn mark(picture: &HeatPicture, frame: &Frame, spot: (usize, usize)) -> Html {
    picture.place(frame, spot).map_or_else(Html::default, |rect| {
        html! { <Placed rect={rect.grow(2.0)} class="mark-place">{ Html::default() }</Placed> }
    })
}

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

fn unpin(state: &State, dispatch: &Callback<Action>) -> Html {
    let Some(head) = state.view.pinned else { return html! {} };
    let onclick = dispatch.reform(|_: MouseEvent| Action::Unpin);
    html! {
        <button type="button" class="icon small" data-testid="unpin" {onclick} aria-label={format!("Unpin {head}")} title="Unpin (Escape)">
            { "×" }
        </button>
    }
}

/// The heatmap with its table; a shape of it until there is one.
#[component(Heat)]
fn heat(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    let is_weighted = state.views.weighted;
    let deps = (is_weighted, state.views.patterns.result().cloned(), state.focus_head());
    let weighted = {
        let state = state.clone();
        use_memo(deps, move |_| is_weighted.then(|| weighted_result(&state)).flatten().map(Shared::new))
    };
    let unweighted = state.attention.shown.as_ref().map(|shown| &shown.result).filter(|_| !is_weighted);
    let Some(result) = weighted.as_ref().as_ref().or(unweighted) else {
        return html! { <div class="heat-waiting" data-testid="attention-empty" aria-hidden="true" /> };
    };
    let run = state.view.run;
    let count = match run {
        Run::Clean => result.clean.tokens.len(),
        Run::Corrupt => result.corrupt.tokens.len(),
    };
    let is_large = count > super::attention_table::WHOLE;
    let picture = HeatPicture {
        result: result.clone(),
        run,
        range: is_weighted.then(|| {
            let weights = result.clean.weights.iter().chain(&result.corrupt.weights).copied();
            weights.filter(|w| w.is_finite()).fold(f32::MIN_POSITIVE, f32::max)
        }),
        // Painting a large pattern takes longer than a frame: its mark is laid over it instead.
        hovered: (*hovered).filter(|_| !is_large),
        stale: if is_weighted {
            state.views.patterns.is_stale(state.wanted_patterns().as_ref())
        } else {
            state.attention_is_stale()
        },
    };
    let run_name = match run {
        Run::Clean => "clean",
        Run::Corrupt => "corrupt",
    };
    let tip = (*hovered).and_then(|(query, key)| {
        let pattern = picture.pattern();
        let weight = pattern.weight(query, key)?;
        let name = |at: usize| pattern.tokens.get(at).map(token_label);
        let lines = vec![
            ("reads", if is_weighted { peek_app::logit(weight) } else { percent(weight) }),
            ("from", name(key)?),
            ("in", format!("the {run_name} run")),
        ];
        Some(((query, key), Tip { title: name(query)?, lines }))
    });
    let label = format!(
        "Attention of {} in the {run_name} run: {count} by {count} tokens. The table below has the values.",
        result.head
    );
    let on_hover = {
        let (hovered, dispatch) = (hovered.clone(), dispatch.clone());
        Callback::from(move |spot: Option<(usize, usize)>| {
            hovered.set(spot);
            let lit = spot.map(|(token, key)| Lit { run, token, key: Some(key) });
            dispatch.emit(Action::View(ViewAction::Light(lit)));
        })
    };
    // A token of the strip: its row is what it reads, its column what reads it.
    let band = state.views.lit.filter(|lit| lit.run == run && lit.key.is_none() && lit.token < count);
    let marked = (*hovered).filter(|_| is_large);
    let overlay = (marked.is_some() || band.is_some()).then(|| {
        let picture = picture.clone();
        Callback::from(move |frame: Frame| {
            html! {
                <>
                    { marked.map(|spot| mark(&picture, &frame, spot)) }
                    { band.map(|lit| bands(&picture, &frame, lit.token, count)) }
                </>
            }
        })
    });
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.attention_csv())
    };
    let export = HeatPicture { hovered: None, ..picture.clone() };
    let on_click = dispatch.reform(|(query, _)| Action::SelectQuery(Some(query)));
    html! {
        <>
            <ExportMenu name="attention" picture={Drawing::new(export)} screen={Screen::of(state)} canvas="heatmap" {csv} />
            <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid="heatmap" {label} heights={(0.0, 320.0)}
                {on_hover} {on_click} {tip} {overlay} />
            <AttentionTable result={result.clone()} {run} weighted={is_weighted} query={state.view.query}
                onquery={dispatch.reform(|query| Action::SelectQuery(Some(query)))} />
        </>
    }
}
