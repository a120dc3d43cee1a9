use peek_app::{Action, Phase, Run, State, percent};
use peek_charts::Frame;
use yew::prelude::*;

use super::{PanelProps, attention_table::AttentionTable, phase_name};
use crate::{
    chart::{Canvas, HeatPicture, Picture, Screen, Tip, token_label},
    parts::{Choice, ExportMenu, Placed, Segmented},
};

/// What one head does: where each position looks, in the clean and the corrupt run.
#[component(AttentionPanel)]
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
                <Segmented<Run> label="Which run" testid="run" chosen={state.view.run}
                    choices={vec![Choice::new(Run::Clean, "clean", "Clean"), Choice::new(Run::Corrupt, "corrupt", "Corrupt")]}
                    onchoose={dispatch.reform(Action::ShowRun)} />
            </div>
            <p class="help">
                { "Each row is a position and shows how much it reads from each token before it; a row sums to 1." }
            </p>
            if let Phase::Failed(message) = &state.attention.phase {
                <p class="note error" data-testid="attention-error">{ message }</p>
            }
            <Heat state={state.clone()} dispatch={dispatch.clone()} />
        </section>
    }
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
    let Some(shown) = &state.attention.shown else {
        return html! { <div class="heat-waiting" data-testid="attention-empty" aria-hidden="true" /> };
    };
    let run = state.view.run;
    let count = match run {
        Run::Clean => shown.result.clean.tokens.len(),
        Run::Corrupt => shown.result.corrupt.tokens.len(),
    };
    let is_large = count > super::attention_table::WHOLE;
    let picture = HeatPicture {
        result: shown.result.clone(),
        run,
        // Painting a large pattern takes longer than a frame: its mark is laid over it instead.
        hovered: (*hovered).filter(|_| !is_large),
        stale: state.attention_is_stale(),
    };
    let run_name = match run {
        Run::Clean => "clean",
        Run::Corrupt => "corrupt",
    };
    let tip = (*hovered).and_then(|(query, key)| {
        let pattern = picture.pattern();
        let weight = pattern.weight(query, key)?;
        let name = |at: usize| pattern.tokens.get(at).map(token_label);
        let lines =
            vec![("reads", percent(weight)), ("from", name(key)?), ("in", format!("the {run_name} run"))];
        Some(((query, key), Tip { title: name(query)?, lines }))
    });
    let label = format!(
        "Attention of {} in the {run_name} run: {count} by {count} tokens. The table below has the values.",
        shown.result.head
    );
    let on_hover = {
        let hovered = hovered.clone();
        Callback::from(move |spot: Option<(usize, usize)>| hovered.set(spot))
    };
    let overlay = (*hovered).filter(|_| is_large).map(|spot| {
        let picture = picture.clone();
        Callback::from(move |frame: Frame| mark(&picture, &frame, spot))
    });
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.attention_csv())
    };
    let export = HeatPicture { hovered: None, ..picture.clone() };
    let on_click = dispatch.reform(|(query, _)| Action::SelectQuery(Some(query)));
    html! {
        <>
            <ExportMenu<HeatPicture> name="attention" picture={export} screen={Screen::of(state)} canvas="heatmap" {csv} />
            <Canvas<HeatPicture> {picture} screen={Screen::of(state)} testid="heatmap" {label} heights={(0.0, 350.0)}
                {on_hover} {on_click} {tip} {overlay} />
            <AttentionTable result={shown.result.clone()} {run} query={state.view.query}
                onquery={dispatch.reform(|query| Action::SelectQuery(Some(query)))} />
        </>
    }
}
