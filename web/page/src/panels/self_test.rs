use std::rc::Rc;

use peek_app::{Action, Comparison, Phase, State};
use peek_protocol::BackendKind;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{PanelProps, device_check::device_check, phase_name, self_test_rows::Rows};
use crate::parts::on_click;

/// The button that opens the self-test, and its dialog: the loaded model's numbers beside published ones.
#[component(SelfTest)]
pub(crate) fn self_test(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props.clone();
    let dialog = use_node_ref();
    let open = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>().filter(|dialog| !dialog.open()) {
                // It is in the document and not open, so it can be shown.
                let _ = dialog.show_modal();
            }
        })
    };
    let close = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    // Escape closes the dialog by the browser's own doing, and unpins nothing below it.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
        }
    });
    let panel = &state.self_test;
    let backend = panel.tested.as_ref().map(|tested| match tested.backend {
        BackendKind::WebGpu => "webgpu",
        BackendKind::Cpu => "cpu",
    });
    html! {
        <>
            <button type="button" class="quiet self-test-open" aria-haspopup="dialog" data-testid="self-test-open" onclick={open}>
                { "Self-test…" }
            </button>
            <dialog class="models self-test" ref={dialog} aria-labelledby="self-test-title" data-testid="self-test"
                data-phase={phase_name(&panel.phase)} data-backend={backend} {onkeydown}>
                <div class="models-head">
                    <h2 id="self-test-title">{ "Self-test" }</h2>
                    <button type="button" class="icon" aria-label="Close" data-testid="self-test-close" onclick={close}>
                        { "×" }
                    </button>
                </div>
                <div class="models-body" tabindex="0" role="group" aria-labelledby="self-test-title">
                    { offer(&state) }
                    { buttons(&state, &dispatch) }
                    { outcome(&state) }
                    if !panel.rows.is_empty() {
                        <Rows rows={panel.rows.clone()} />
                    }
                    { device_check(props) }
                </div>
            </dialog>
        </>
    }
}

/// What the model can be compared with, in words.
fn offer(state: &Rc<State>) -> Html {
    let Some((loaded, comparison)) = state.engine.loaded.as_ref().zip(state.comparison()) else {
        return html! { <p class="help">{ "No model is loaded yet." }</p> };
    };
    let label = &loaded.info.label;
    let place = match loaded.backend {
        BackendKind::WebGpu => "WebGPU",
        BackendKind::Cpu => "the CPU",
    };
    let said = match comparison {
        Comparison::Own(reference) => format!(
            "Runs prompts through {label} on {place} and compares every number with what TransformerLens gives for {}.",
            reference.label
        ),
        Comparison::Other(reference) => format!(
            "No numbers are published for {label}: its SHA-256 is that of no known checkpoint. It has the shape of {}, so \
             it can be compared with those numbers anyway; unless it holds the same weights, it fails.",
            reference.label
        ),
        Comparison::Nothing => format!(
            "No numbers are published for {label}, so there is nothing to compare it with. The demo model and GPT-2 small \
             have some."
        ),
    };
    html! { <p class="help" data-testid="self-test-offer">{ said }</p> }
}

fn buttons(state: &Rc<State>, dispatch: &Callback<Action>) -> Html {
    let panel = &state.self_test;
    if matches!(panel.phase, Phase::Running | Phase::Waiting) {
        let (done, total) = (panel.rows.len(), panel.total.max(1));
        return html! {
            <div class="self-test-progress">
                <progress max={total.to_string()} value={done.to_string()} aria-label="Numbers compared" />
                <span>{ format!("{done} of {total} numbers") }</span>
                <button type="button" class="quiet" data-testid="self-test-cancel" onclick={on_click(dispatch, || Action::CancelSelfTest)}>
                    { "Cancel" }
                </button>
            </div>
        };
    }
    let label = match state.comparison() {
        Some(Comparison::Own(_)) => "Run the self-test".to_owned(),
        Some(Comparison::Other(reference)) => {
            format!("Compare with the numbers of {} anyway", reference.label)
        }
        Some(Comparison::Nothing) | None => return html! {},
    };
    html! {
        <div>
            <button type="button" class="primary" data-testid="self-test-run" disabled={!state.engine.is_ready()}
                onclick={on_click(dispatch, || Action::RunSelfTest)}>{ label }</button>
        </div>
    }
}

fn outcome(state: &Rc<State>) -> Html {
    let panel = &state.self_test;
    let tested = panel.tested.as_ref().map_or("the model", |tested| &*tested.label);
    let (class, said) = match &panel.phase {
        Phase::Failed(message) => ("bad", message.clone()),
        Phase::Cancelled => {
            ("muted", format!("Cancelled. {} of the numbers of {tested} were compared.", panel.rows.len()))
        }
        _ => match panel.verdict() {
            Some(verdict) => (if panel.failed() == 0 { "good" } else { "bad" }, verdict),
            None => return html! {},
        },
    };
    let result = match (&panel.phase, panel.failed()) {
        (Phase::Done, 0) => "passed",
        (Phase::Done, _) => "failed",
        _ => "none",
    };
    html! {
        <>
            <p class={classes!("self-test-verdict", class)} data-testid="self-test-verdict" data-result={result}>{ said }</p>
            if state.self_test_is_stale() {
                <p class="help" data-testid="self-test-stale">{ "Another model has been loaded since." }</p>
            }
        </>
    }
}
