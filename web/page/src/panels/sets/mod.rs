//! Many prompts: a list of pairs, what is measured of each, and what came of it.

mod chart;
mod make;
mod result;
mod rows;
mod tables;

use peek_app::{Action, Phase, SetKind, SetsAction, State};
use yew::prelude::*;

use self::{make::Make, result::SetResultView, rows::Rows};
use super::{PanelProps, phase_name};
use crate::parts::{Choice, segmented};

/// The section below the page's main job.
#[component(Sets)]
pub(crate) fn sets(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let sets = &state.sets;
    // Made when it is first opened, and there from then on: what was typed into it stays when it is closed.
    let was_open = use_state_eq(|| false);
    let ontoggle = {
        let was_open = was_open.setter();
        Callback::from(move |event: Event| {
            if event.target_unchecked_into::<web_sys::HtmlDetailsElement>().open() {
                was_open.set(true);
            }
        })
    };
    // One for as long as the page is there: the list of pairs is then equal to what it was.
    let act = use_callback(dispatch.clone(), |action, dispatch: &Callback<Action>| {
        dispatch.emit(Action::Sets(action));
    });
    html! {
        <section class="panel sets" aria-label="Many prompts">
            <details {ontoggle} data-testid="sets" data-phase={phase_name(&sets.phase)}>
                <summary><h2>{ "Many prompts" }</h2></summary>
                if *was_open {
                    <div class="panel-head">
                        <p class="help">{ "One pair can mislead: here the same analysis runs on many, and the grid shows the mean." }</p>
                        { crate::parts::more(&peek_app::PROMPT_SETS) }
                    </div>
                    <Make act={act.clone()} />
                    <Rows rows={sets.rows.clone()} act={act.clone()} />
                    { messages(&sets.messages) }
                    <div class="buttons">
                        { segmented("What is measured", "set-kind", &sets.kind, &[
                                Choice::new(SetKind::Setup, "setup", "As the grid is set up"),
                                Choice::new(SetKind::Lens, "lens", "Logit lens"),
                                Choice::new(SetKind::Direct, "direct", "Direct effects"),
                            ], &act.reform(SetsAction::Measure)) }
                        { run(state, &act) }
                    </div>
                    // Beside a result it would say the same twice.
                    if !sets.rows.is_empty() && (sets.shown.is_none() || state.set_is_stale()) {
                        <p class="help" data-testid="set-about">{ state.set_in_words() }</p>
                    }
                    <SetResultView state={state.clone()} dispatch={dispatch.clone()} />
                }
            </details>
        </section>
    }
}

fn messages(messages: &[String]) -> Html {
    html! {
        <ul class="notes" data-testid="set-messages">
            { for messages.iter().map(|message| html! { <li class="note warning">{ message }</li> }) }
        </ul>
    }
}

fn run(state: &State, act: &Callback<SetsAction>) -> Html {
    let sets = &state.sets;
    let (done, all) = sets.shown.as_ref().map_or((0, 0), |shown| (shown.done, shown.pairs.len()));
    let is_running = sets.phase == Phase::Running;
    let (label, class, testid, action) = if is_running {
        ("Cancel", "quiet", "set-cancel", SetsAction::Cancel)
    } else {
        ("Run the set", "primary", "set-run", SetsAction::Run)
    };
    // One button for both, so that the focus stays on it.
    html! {
        <>
            if is_running {
                <div class="run" data-testid="set-progress">
                    <span>{ format!("{done} of {all} pairs") }</span>
                    <progress aria-label="Pairs that have run" value={done.to_string()} max={all.max(1).to_string()} />
                </div>
            }
            <button type="button" {class} data-testid={testid} disabled={!is_running && !state.engine.is_ready()}
                onclick={act.reform(move |_: MouseEvent| action.clone())}>{ label }</button>
            if sets.phase == Phase::Cancelled {
                <span class="badge" data-testid="set-partial">{ format!("Partial: {done} of {all} pairs") }</span>
            }
        </>
    }
}
