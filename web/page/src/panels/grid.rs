use peek_app::{Action, Board, Phase, State, head_at, setup_help, setup_title};
use peek_charts::Frame;
use peek_names::{HeadId, Unit};
use peek_protocol::{At, Note, NoteLevel, Place, Setup, Token};
use yew::prelude::*;

use super::{
    PanelProps,
    grid_cells::GridCells,
    owned,
    setup_row::{alignment_button, setup_row},
    unit_caption, unit_tip,
};
use crate::{
    chart::{Canvas, Drawing, GridPicture, Screen, head_spot, token_label},
    parts::{Choice, ExportMenu, note_list, on_click, segmented},
};

/// The scores of all heads.
pub(crate) fn grid_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    /// Room for cells that can be hit, with their numbers; for the legend.
    const LEAST: f64 = 262.0;
    const ROW: f64 = 25.0;
    const LEGEND: f64 = 64.0;
    let picture = picture(state);
    // Presented it is to be seen whole: flat cells in large type rather than large cells.
    let most = match state.slide {
        Some(_) => (picture.layers as f64 * ROW + LEGEND).max(LEAST),
        None => f64::INFINITY,
    };
    let least_width = picture.spec().least_width(state.chart_density());
    let tip = state.view.hovered.and_then(|head| {
        let mut tip = unit_tip(state.board()?, Unit::Head(head), None)?;
        if let Some((kind, score)) = state.views.kind(head, state.model_serial()) {
            tip.lines.push(("kind", format!("{kind} {}", peek_app::logit(score))));
        }
        Some((head_spot(head), tip))
    });
    let overlay = {
        let (state, dispatch, picture) = (state.clone(), dispatch.clone(), picture.clone());
        Callback::from(move |frame: Frame| {
            html! { <GridCells {frame} state={state.clone()} dispatch={dispatch.clone()} picture={picture.clone()} /> }
        })
    };
    html! {
        <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid="grid-canvas" heights={(LEAST, most)} {least_width}
            {tip} overlay={Some(overlay)} />
    }
}

/// What the grid is about, how far it is, and what is to be said of it.
pub(crate) fn grid_head(props: &PanelProps) -> Html {
    let state = &props.state;
    let kept = state.kept_setup();
    html! {
        <div class="heads-about">
            <div class="panel-head">
                <h2 data-testid="grid-title">{ setup_title(kept.as_ref().unwrap_or(&state.inputs.setup)) }</h2>
                { crate::parts::more(about(state)) }
                { progress(props) }
                { export(props) }
            </div>
            { setup_row(props) }
            <p class="help">
                <span data-testid="grid-help">{ kept.as_ref().map_or_else(|| explain(state), of_kept) }</span>
                { " " }
                { alignment_button(props) }
            </p>
            if state.views.labels && state.inputs.setup.site.per_head() {
                <p class="help" data-testid="kinds-legend">{ kinds_legend(state) }</p>
            }
            { note_list("grid-notes", &notes(state)) }
        </div>
    }
}

fn about(state: &State) -> &'static peek_app::Explanation {
    let setup = &state.inputs.setup;
    // Heads have their own row of positions below the grid, with its own mark.
    if setup.at == At::Grid && !setup.site.per_head() { &peek_app::POSITIONS } else { &peek_app::GRID }
}

fn export(props: &PanelProps) -> Html {
    let state = &props.state;
    if !state.inputs.setup.site.per_head() {
        // The grid of layers has one of its own.
        return html! {};
    }
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.scores_csv())
    };
    let picture = GridPicture { hovered: None, ..picture(state) };
    html! { <ExportMenu name="head-scores" picture={Drawing::new(picture)} screen={Screen::of(state)} canvas="grid-canvas" {csv} /> }
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
    let board = state.board().filter(|board| board.site().per_head());
    let info = state.engine.loaded.as_ref().map(|loaded| &loaded.info);
    let layers = board.map(|b| b.layers()).or(info.map(|i| i.layers)).unwrap_or(4);
    let heads = board.map(|b| b.heads()).or(info.map(|i| i.heads)).unwrap_or(8);
    let as_shares = state.view.as_shares;
    let every = (0..layers).flat_map(|layer| (0..heads).map(move |head| head_at(layer, head)));
    let value = |head: HeadId| {
        let board = board?;
        let (_, score) = board.strongest(Unit::Head(head))?;
        Some(board.shown(score, as_shares))
    };
    let mark = |head| {
        let (kind, _) = state.views.kind(head, state.model_serial())?;
        kind.chars().next().map(|initial| initial.to_ascii_uppercase())
    };
    let marks = if state.views.labels { every.clone().map(mark).collect() } else { Vec::new() };
    GridPicture {
        layers,
        heads,
        deltas: every.map(value).collect(),
        range: board.and_then(|board| board.range(as_shares)),
        turned: board.is_some_and(|board| board.is_turned(as_shares)),
        whole: board.is_some_and(|board| board.is_whole(as_shares)),
        caption: unit_caption(board, as_shares),
        hovered: state.view.hovered,
        pinned: state.view.pinned,
        marks,
        stale: state.grid_is_stale(),
    }
}

/// What the numbers are of that were there before something could not be run.
fn of_kept(setup: &Setup) -> Html {
    html! { <><strong>{ "These numbers are older, of the last run that succeeded. " }</strong>{ setup_help(setup) }</> }
}

/// What a cell is: of the head scores with both last tokens, of anything else in general words.
fn explain(state: &State) -> Html {
    if !state.inputs.is_head_scores() {
        return html! { { setup_help(&state.inputs.setup) } };
    }
    let shown = state.patch.shown.as_deref();
    let ends = shown.and_then(|s| Some((s.tokens.clean.last()?, s.tokens.corrupt.last()?)));
    let token = |token: &Token| html! { <>{ " " }<span class="unbroken">{ "(" }<code class="token inline">{ token_label(token) }</code>{ ")" }</span></> };
    html! {
        <>
            { "Each cell puts one head's output at the last position of the clean run" }
            { ends.map(|(clean, _)| token(clean)) }
            { " into the corrupt run" }
            { ends.map(|(_, corrupt)| token(corrupt)) }
            { ": blue raises the answer's logit, red lowers it." }
        </>
    }
}

/// Changes or shares, whether heads are labelled, and whether a click collects.
pub(crate) fn grid_switches(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let selecting = state.view.selecting;
    let onclick = dispatch.reform(move |_: MouseEvent| Action::SelectUnits(!selecting));
    html! {
        <div class="switches-line">
            if state.inputs.setup.site.per_head() {
                { labels(props) }
                <button type="button" class="quiet small select-heads" data-testid="select-heads" aria-pressed={selecting.to_string()}
                    title="A click then collects heads into a set; so do Ctrl and a click, and Space on a cell" {onclick}>
                    { "Select heads" }
                </button>
            }
            { segmented("What cells show", "shares", &state.view.as_shares, &[Choice::new(false, "change", "Change"), Choice::new(true, "share", "Share")], &dispatch.reform(Action::ShowShares)) }
        </div>
    }
}

/// The engine's notes, and what the numbers themselves call for.
fn notes(state: &State) -> Vec<Note> {
    let mut notes = owned(state.notes_at(Place::Grid));
    notes.extend(state.interventions.notes.iter().filter(|note| note.place == Place::Grid).cloned());
    let mut warn = |message: &str| {
        notes.push(Note { place: Place::Grid, level: NoteLevel::Warning, message: message.to_owned() });
    };
    if let Some(Board::Other(shown)) = state.board() {
        let gap = Board::Other(shown).gap();
        if shown.baselines.clean.is_some() && !gap.is_defined() {
            warn("Both runs read the same here, so shares of the difference are undefined.");
        }
    } else if let Some(shown) = &state.patch.shown {
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
    if let Phase::Failed(message) = state.grid_phase() {
        notes.push(Note { place: Place::Grid, level: NoteLevel::Error, message: message.clone() });
    }
    notes
}

/// How far the run is, and what can be done about it.
fn progress(props: &PanelProps) -> Html {
    let state = &props.state;
    let again = |label: &'static str| {
        html! {
            <button type="button" class="quiet" data-testid="run-again" onclick={on_click(&props.dispatch, || Action::RunAgain)}>{ label }</button>
        }
    };
    let board = state.board().filter(|_| !state.grid_is_stale());
    let (done, total) = state.grid_progress();
    match state.grid_phase() {
        Phase::Running => html! {
            <div class="run" data-testid="run-progress">
                <span>{ if total > 0 { format!("{done} of {total} layers") } else { "Running…".to_owned() } }</span>
                <progress aria-label="Layers scored" value={(total > 0).then(|| done.to_string())} max={total.max(1).to_string()} />
                <button type="button" class="quiet" data-testid="cancel" onclick={on_click(&props.dispatch, || Action::Cancel)}>{ "Cancel" }</button>
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
            let ms = board.and_then(|board| board.elapsed_ms());
            html! { <span class="aside" data-testid="elapsed">{ ms.map(|ms| format!("{ms:.0} ms")) }</span> }
        }
        Phase::Refused if state.board().is_some() => {
            html! { <span class="badge" data-testid="kept">{ "Last good result" }</span> }
        }
        // The engine ended in the middle of it.
        Phase::Waiting => match board.map(|board| (board.rows_done(), board.layers())) {
            Some((done, total)) if done < total => html! {
                <span class="badge" data-testid="partial">{ format!("Partial: {done} of {total} layers") }</span>
            },
            _ => room(),
        },
        _ => room(),
    }
}

/// As high as what comes next.
fn room() -> Html {
    html! { <span class="aside">{ "\u{a0}" }</span> }
}
