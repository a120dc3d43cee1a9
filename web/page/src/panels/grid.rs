use peek_app::{Action, PatchResult, Phase, State, color_range};
use peek_charts::Frame;
use peek_names::HeadId;
use peek_protocol::{LogitScale, Note, NoteLevel, Place};
use yew::prelude::*;

use super::{PanelProps, grid_cells::GridCells, head_tip, owned};
use crate::{
    chart::{Canvas, GridPicture, Screen, token_label},
    parts::Notes,
};

/// The scores of all heads.
#[component(GridPanel)]
pub(crate) fn grid_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let shown = state.patch.shown.as_ref();
    let picture = picture(state);
    let tip = state.view.hovered.and_then(|head| {
        let mut tip = head_tip(shown?, head)?;
        if let Some((kind, score)) = state.views.kind(head, state.engine.loaded.as_ref()?.serial) {
            tip.lines.push(("kind", format!("{kind} {}", peek_app::logit(score))));
        }
        Some((head, tip))
    });
    let overlay = {
        let (state, dispatch, picture) = (state.clone(), dispatch.clone(), picture.clone());
        Callback::from(move |frame: Frame| {
            html! { <GridCells {frame} state={state.clone()} dispatch={dispatch.clone()} picture={picture.clone()} /> }
        })
    };
    html! {
        <Canvas<GridPicture> {picture} screen={Screen::of(state)} testid="grid-canvas" heights={(284.0, 560.0)}
            {tip} overlay={Some(overlay)} />
    }
}

/// What the grid is about, how far it is, and what is to be said of it.
#[component(GridHead)]
pub(crate) fn grid_head(props: &PanelProps) -> Html {
    let state = &props.state;
    html! {
        <div class="heads-about">
            <div class="panel-head">
                <h2>{ "Which heads bring the answer back?" }</h2>
                { labels(props) }
                { progress(props) }
            </div>
            <p class="help">{ explain(state.patch.shown.as_deref()) }</p>
            if state.views.labels {
                <p class="help" data-testid="kinds-legend">{ kinds_legend(state) }</p>
            }
            <Notes id="grid-notes" testid="grid-notes" notes={notes(state)} />
        </div>
    }
}

/// Labels heads by what they do on repeated random tokens.
fn labels(props: &PanelProps) -> Html {
    let on = props.state.views.labels;
    let onclick =
        props.dispatch.reform(move |_: MouseEvent| Action::View(peek_app::ViewAction::LabelHeads(!on)));
    html! {
        <button type="button" class="quiet small" data-testid="label-heads" aria-pressed={on.to_string()} {onclick}
            title="Runs repeated random tokens and marks induction, previous-token and duplicate-token heads">{ "Label heads" }</button>
    }
}

fn kinds_legend(state: &State) -> &str {
    match &state.views.kinds.phase {
        Phase::Failed(message) => message,
        Phase::Done => "On repeated random tokens: I induction, P previous token, D duplicate token.",
        _ => "Running repeated random tokens…",
    }
}

fn picture(state: &State) -> GridPicture {
    let shown = state.patch.shown.as_ref();
    let info = state.engine.loaded.as_ref().map(|loaded| &loaded.info);
    let layers = shown.map(|s| s.layers).or(info.map(|i| i.layers)).unwrap_or(4);
    let heads = shown.map(|s| s.heads).or(info.map(|i| i.heads)).unwrap_or(8);
    let narrow = |v: usize| u16::try_from(v).unwrap_or(u16::MAX);
    let every = (0..layers).flat_map(|l| (0..heads).map(move |h| HeadId::new(narrow(l), narrow(h))));
    let serial = state.engine.loaded.as_ref().map_or(0, |l| l.serial);
    let mark = |head| {
        state
            .views
            .kind(head, serial)
            .and_then(|(kind, _)| kind.chars().next())
            .map(|c| c.to_ascii_uppercase())
    };
    let marks = if state.views.labels { every.clone().map(mark).collect() } else { Vec::new() };
    GridPicture {
        layers,
        heads,
        deltas: every.map(|head| shown.and_then(|s| s.delta(head))).collect(),
        range: shown.and_then(|s| color_range(&s.rows)),
        caption: match shown.map_or(state.inputs.patch.scale, |s| s.inputs.scale) {
            LogitScale::Centred => "logits (centred)",
            LogitScale::Raw => "logits (raw)",
        },
        hovered: state.view.hovered,
        pinned: state.view.pinned,
        marks,
        stale: state.patch_is_stale(),
    }
}

fn explain(shown: Option<&PatchResult>) -> Html {
    let ends = shown.and_then(|s| Some((s.tokens.clean.last()?, s.tokens.corrupt.last()?)));
    html! {
        <>
            { "Each cell puts one head's output at the last position of the clean run" }
            { ends.map(|(clean, _)| html! { <>{ " (" }<code class="token inline">{ token_label(clean) }</code>{ ")" }</> }) }
            { " into the corrupt run" }
            { ends.map(|(_, corrupt)| html! { <>{ " (" }<code class="token inline">{ token_label(corrupt) }</code>{ ")" }</> }) }
            { " and shows how far the answer's logit moves: blue towards it, red away." }
        </>
    }
}

/// The engine's notes, and what the numbers themselves call for.
fn notes(state: &State) -> Vec<Note> {
    let mut notes = owned(state.notes_at(Place::Grid));
    let mut warn = |message: &str| {
        notes.push(Note { place: Place::Grid, level: NoteLevel::Warning, message: message.to_owned() });
    };
    if let Some(shown) = &state.patch.shown {
        if shown.gap().misleads() {
            warn(
                "The corrupt prompt has the higher logit, so normalised values mislead: 100 % means as low as in \
                 the clean run. Swap the prompts or choose another answer.",
            );
        } else if !shown.gap().is_defined() {
            warn(
                "Both prompts give the answer the same logit, so shares of the difference are undefined. Change \
                 the corrupt prompt until it costs the answer something.",
            );
        }
    }
    if let Phase::Failed(message) = &state.patch.phase {
        notes.push(Note { place: Place::Grid, level: NoteLevel::Error, message: message.clone() });
    }
    notes
}

/// How far the run is, and what can be done about it.
fn progress(props: &PanelProps) -> Html {
    let state = &props.state;
    let click = |action: Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.emit(action.clone()))
    };
    let again = |label: &'static str| {
        html! {
            <button type="button" class="quiet" data-testid="run-again" onclick={click(Action::RunAgain)}>{ label }</button>
        }
    };
    let shown = state.patch.shown.as_ref().filter(|_| !state.patch_is_stale());
    let (done, total) = shown.map_or((0, 0), |s| (s.rows.len(), s.layers));
    match &state.patch.phase {
        Phase::Running => html! {
            <div class="run" data-testid="run-progress">
                <span>{ if total > 0 { format!("{done} of {total} layers") } else { "Running…".to_owned() } }</span>
                <progress aria-label="Layers scored" value={(total > 0).then(|| done.to_string())} max={total.max(1).to_string()} />
                <button type="button" class="quiet" data-testid="cancel" onclick={click(Action::Cancel)}>{ "Cancel" }</button>
            </div>
        },
        Phase::Cancelled => html! {
            <div class="run">
                <span class="badge" data-testid="partial">{ format!("Partial: {done} of {total} layers") }</span>
                { again("Run again") }
            </div>
        },
        Phase::Failed(_) => html! { <div class="run">{ again("Try again") }</div> },
        Phase::Done => {
            let ms = shown.and_then(|s| s.elapsed_ms);
            html! { <span class="aside" data-testid="elapsed">{ ms.map(|ms| format!("{ms:.0} ms")) }</span> }
        }
        Phase::Refused if state.patch.shown.is_some() => {
            html! { <span class="badge" data-testid="kept">{ "Last good result" }</span> }
        }
        _ => html! {},
    }
}
