use gloo_timers::callback::Timeout;
use peek_app::{Action, KeepAction};
use yew::prelude::*;

use super::PanelProps;
use crate::{
    parts::{note_list, on_click, use_file_picker},
    shell::{Watcher, copy, give, show_address},
};

/// Sharing, saving and opening a whole state, and taking it along as code.
#[component(Keep)]
pub(crate) fn keep(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let told = use_state(|| "");
    use_fades(&told);
    let share = {
        let (state, told) = (state.clone(), told.clone());
        Callback::from(move |_: MouseEvent| {
            let told = told.clone();
            let has_list = !state.sets.rows.is_empty();
            let Some(address) = show_address(&state.link()) else { return };
            wasm_bindgen_futures::spawn_local(async move {
                told.set(match (copy(&address).await, has_list) {
                    (true, false) => "The address is copied.",
                    (true, true) => "The address is copied, without the many prompts: “Save” keeps those.",
                    (false, false) => "The address bar has it: copy it from there.",
                    (false, true) => "The address bar has it, without the many prompts: “Save” keeps those.",
                });
            });
        })
    };
    let save = {
        let (state, told, dispatch) = (state.clone(), told.clone(), dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let date = js_sys::Date::new_0().to_iso_string().as_string().unwrap_or_default();
            match state.experiment_json(date) {
                Ok(text) => {
                    give("peek-experiment.json", "application/json", &text);
                    told.set("The experiment is saved.");
                }
                Err(error) => dispatch.emit(Action::Keep(KeepAction::Refused(format!(
                    "{error} Nothing is saved: shorten it first."
                )))),
            }
        })
    };
    let code = {
        let (state, told, dispatch) = (state.clone(), told.clone(), dispatch.clone());
        Callback::from(move |_: MouseEvent| match state.snippet() {
            Ok(code) => {
                let told = told.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    told.set(if copy(&code).await {
                        "The code is copied."
                    } else {
                        give("peek_analysis.py", "text/x-python", &code);
                        "The browser did not allow copying: the code is saved as a file."
                    });
                });
            }
            Err(error) => dispatch.emit(Action::Keep(KeepAction::Refused(error.to_string()))),
        })
    };
    {
        let told = told.setter();
        use_effect_with(state.keep.opened, move |(count, has_list)| match (count, has_list) {
            (0, _) => {}
            (_, false) => told.set("The experiment is open."),
            (_, true) => told.set("The experiment is open, its list of prompts under “Many prompts”."),
        });
    }
    let opened = dispatch.reform(|text| Action::Keep(KeepAction::Open(text)));
    let picker = use_file_picker("An experiment's file", "experiment-file", opened);
    let open = picker.open.reform(|_: MouseEvent| ());
    html! {
        <div class="keep" role="group" aria-label="Keep and share">
            <button type="button" class="quiet" data-testid="share" onclick={share}
                title="Puts everything that is typed and chosen into the address">{ "Share" }</button>
            <button type="button" class="quiet" data-testid="save" onclick={save}
                title="Saves the experiment with its numbers as a file">{ "Save" }</button>
            <button type="button" class="quiet" data-testid="open" onclick={open}
                title="Opens an experiment that was saved">{ "Open" }</button>
            <button type="button" class="quiet" data-testid="copy-code" onclick={code}
                title="Copies this analysis as TransformerLens code" aria-label="Copy as TransformerLens code">{ "Copy code" }</button>
            { picker.input }
            <span class="help told" role="status" data-testid="keep-told">{ *told }</span>
        </div>
    }
}

/// Takes back what was said after a while, or as soon as something else is done.
#[hook]
fn use_fades(told: &UseStateHandle<&'static str>) {
    const STAYS_MS: u32 = 8_000;
    let set = told.setter();
    use_effect_with(**told, move |said| {
        let ends = (!said.is_empty()).then(|| {
            let later = {
                let set = set.clone();
                Timeout::new(STAYS_MS, move || set.set(""))
            };
            let document = web_sys::window().and_then(|window| window.document());
            let acts = ["pointerdown", "keydown"].map(|kind| {
                let (document, set) = (document.clone()?, set.clone());
                Watcher::new(document.into(), kind, move |_| set.set(""))
            });
            (later, acts)
        });
        move || drop(ends)
    });
}

/// What is to be said of the last address or file.
pub(crate) fn keep_notes(props: &PanelProps) -> Html {
    let notes = &props.state.keep.notes;
    if notes.is_empty() {
        return html! {};
    }
    let dismiss = on_click(&props.dispatch, || Action::Keep(KeepAction::Dismiss));
    html! {
        <div class="keep-notes">
            { note_list("keep-notes", notes) }
            <button type="button" class="icon small" onclick={dismiss} aria-label="Dismiss" data-testid="keep-dismiss">{ "×" }</button>
        </div>
    }
}
