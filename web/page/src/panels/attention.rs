use peek_app::{Action, AttentionMode, AttentionRun, State, ViewAction};
use peek_names::HeadId;
use peek_protocol::At;
use yew::prelude::*;

use super::{PanelProps, heat::Heat, phase_name, thumbs};
use crate::parts::{Choice, failed, on_click, segmented};

/// What one head does: where each position looks, in the clean, the corrupt and the patched run.
pub(crate) fn attention_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let focus = state.focus_head();
    let is_patched = state.attention_run() == AttentionRun::Patched;
    let (shown, phase, stale) = state.attention_standing();
    html! {
        <section class="panel attention" id="attention" aria-label="Attention" data-testid="attention"
            data-phase={phase_name(phase)} data-head={shown.map(|head| head.to_string())} data-stale={stale.to_string()}>
            <div class="panel-head">
                <h2 data-testid="attention-title">{ title(state, shown.or(focus)) }</h2>
                { crate::parts::more(&peek_app::ATTENTION) }
                { unpin(state, dispatch) }
            </div>
            <div class="switches-line">
                { runs(state, dispatch) }
                if state.views.mode == AttentionMode::One {
                    { as_lines(state, dispatch) }
                }
                { thumbs::modes(props) }
                { weighted(state, dispatch) }
            </div>
            <p class="help">
                { help(state, is_patched) }
            </p>
            { state.attention_fault().map(|said| failed(said, "attention-error", dispatch)) }
            if is_patched {
                { for state.together.notes.iter().map(|note| html! { <p class="note error">{ &note.message }</p> }) }
            }
            if state.views.mode == AttentionMode::One {
                <Heat state={state.clone()} dispatch={dispatch.clone()} />
            } else {
                { thumbs::thumbs(props) }
            }
        </section>
    }
}

/// Which run's attention is shown; the patched one's only where there is one.
fn runs(state: &State, dispatch: &Callback<Action>) -> Html {
    let patched = Choice {
        why_not: state.why_no_patched_attention(),
        ..Choice::new(AttentionRun::Patched, "patched", "Patched")
    };
    let choices = [
        Choice::new(AttentionRun::Clean, "clean", "Clean"),
        Choice::new(AttentionRun::Corrupt, "corrupt", "Corrupt"),
        patched,
    ];
    segmented("Which run", "run", &state.attention_run(), &choices, &dispatch.reform(Action::ShowRun))
}

fn help(state: &State, is_patched: bool) -> String {
    if state.views.mode != AttentionMode::One {
        return "A small map of each head: queries down, keys across, both from the first token to the last. Click one to pin it, then “One head” shows it with its tokens.".to_owned();
    }
    let (is_weighted, as_lines) = (state.views.weighted, state.views.as_lines);
    let read = match (is_weighted, as_lines) {
        (false, false) => {
            "Each row is a position and shows how much it reads from itself and each token before it; a row sums to 1."
        }
        (false, true) => {
            "Each token on the left reads those on the right that its lines lead to, the thicker the more; its weights sum to 1, the weakest are not drawn."
        }
        (true, false) => {
            "Each weight times the norm of the value that it reads: what arrives. Rows no longer sum to 1."
        }
        (true, true) => {
            "Each weight times the norm of the value that it reads: what arrives on the left. The weakest are not drawn."
        }
    };
    if !is_patched {
        return read.to_owned();
    }
    let all = if state.inputs.setup.at == At::Grid { ", at all positions" } else { "" };
    let each = if as_lines { read } else { "Each row shows what a position reads." };
    format!(
        "The run that comes of what is set up, with {} changed{all}. {each}",
        peek_app::unit_names(&state.patched_units())
    )
}

fn weighted(state: &State, dispatch: &Callback<Action>) -> Html {
    let on = state.views.weighted;
    let onchange = dispatch.reform(move |_: Event| Action::View(ViewAction::Weighted(!on)));
    html! {
        <label class="check" title="Weights multiplied by the norm of the value that is read"><input type="checkbox" data-testid="weighted" checked={on} {onchange} /><span>{ "× value norm" }</span></label>
    }
}

fn as_lines(state: &State, dispatch: &Callback<Action>) -> Html {
    let on = state.views.as_lines;
    let onchange = dispatch.reform(move |_: Event| Action::View(ViewAction::AsLines(!on)));
    html! {
        <label class="check" title="Lines from each token to those that it reads, instead of a map"><input type="checkbox" data-testid="as-lines" checked={on} {onchange} /><span>{ "as lines" }</span></label>
    }
}

fn title(state: &State, head: Option<HeadId>) -> Html {
    match (state.views.mode, head) {
        (AttentionMode::All, _) => return html! { { "What every head does" } },
        (AttentionMode::Layer, Some(head)) => {
            return html! { { format!("What the heads of layer {} do", head.layer.0) } };
        }
        _ => {}
    }
    let Some(head) = head else { return html! { { "What one head does" } } };
    let how = if state.view.pinned == Some(head) {
        "pinned"
    } else if state.view.previewed == Some(head) {
        "preview"
    } else if state.inputs.is_head_scores() {
        "top head"
    } else {
        // Whatever the grid is set up for.
        "top head, standard patch"
    };
    html! { <>{ format!("What {head} does ") }<span class="badge" data-testid="attention-how">{ how }</span></> }
}

fn unpin(state: &State, dispatch: &Callback<Action>) -> Html {
    let Some(head) = state.view.pinned else { return html! {} };
    let onclick = on_click(dispatch, || Action::Unpin);
    html! {
        <button type="button" class="icon small" data-testid="unpin" {onclick} aria-label={format!("Unpin {head}")} title="Unpin (Escape)">
            { "×" }
        </button>
    }
}
