use std::rc::Rc;

use peek_app::{Action, BackendChoice, Life, ModelPick, State, ThemeChoice};
use peek_protocol::{NoteLevel, Place};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{
    PanelProps,
    history::history,
    keep::{Keep, keep_notes},
    lessons::LessonsMenu,
    models::{MODEL_FILES, picked},
    owned,
    presets::Presets,
};
use crate::{
    parts::{Choice, note_list, segmented},
    shell::Picks,
};

#[derive(Clone, Properties)]
pub(crate) struct HeaderProps {
    pub(crate) state: Rc<State>,
    pub(crate) dispatch: Callback<Action>,
    pub(crate) picks: Picks,
    /// Opens the dialog of models.
    pub(crate) open_models: Callback<()>,
}

impl PartialEq for HeaderProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
            && self.dispatch == other.dispatch
            && self.picks == other.picks
            && self.open_models == other.open_models
    }
}

/// Name, model, backend, presets, theme.
#[component(Header)]
pub(crate) fn header(props: &HeaderProps) -> Html {
    let HeaderProps { state, dispatch, picks, open_models } = props.clone();
    // On a small screen most of it is folded away.
    let is_open = use_state(|| false);
    let mut notes: Vec<_> =
        [Place::Model, Place::Backend].into_iter().flat_map(|place| owned(state.notes_at(place))).collect();
    if let Life::NoModel { message } = &state.engine.life {
        // The banner has said it, and has the button that goes on.
        notes.retain(|note| !message.contains(&note.message));
    }
    let themes = vec![
        Choice::new(ThemeChoice::System, "system", "Auto"),
        Choice::new(ThemeChoice::Light, "light", "Light"),
        Choice::new(ThemeChoice::Dark, "dark", "Dark"),
    ];
    let skip = Callback::from(|_: MouseEvent| {
        let document = web_sys::window().and_then(|window| window.document());
        let results = document.and_then(|document| document.query_selector(".sentence").ok()?);
        if let Some(results) = results.and_then(|results| results.dyn_into::<HtmlElement>().ok()) {
            // It is on the page and may be focused by script.
            let _ = results.focus();
        }
    });
    html! {
        <header class={classes!("header", is_open.then_some("open"))}>
            // No link: an address's fragment is the state.
            <button type="button" class="skip" data-testid="skip" onclick={skip}>{ "Skip to the results" }</button>
            <h1 class="name">{ "Peek" }<span class="tagline">{ state.tagline() }</span></h1>
            <div class="controls">
                { history(&PanelProps { state: state.clone(), dispatch: dispatch.clone() }) }
                <Presets dispatch={dispatch.clone()} />
                <LessonsMenu state={state.clone()} dispatch={dispatch.clone()} />
                <button type="button" class="quiet header-more" aria-expanded={is_open.to_string()} data-testid="header-more"
                    onclick={move |_: MouseEvent| is_open.set(!*is_open)}>{ "More" }</button>
                <div class="model-control">
                    <ModelSelect state={state.clone()} dispatch={dispatch.clone()} {picks} open_models={open_models.clone()} />
                    <button type="button" class="quiet" aria-haspopup="dialog" data-testid="models-open"
                        onclick={open_models.reform(|_: MouseEvent| ())}>{ "Models…" }</button>
                </div>
                { backend_select(&state, &dispatch) }
                { segmented("Theme", "theme", &state.view.theme, &themes, &dispatch.reform(Action::SetTheme)) }
                <Keep state={state.clone()} dispatch={dispatch.clone()} />
            </div>
            { keep_notes(&PanelProps { state, dispatch }) }
            { note_list("model-notes", &notes) }
        </header>
    }
}

#[component(ModelSelect)]
fn model_select(props: &HeaderProps) -> Html {
    let picker = use_node_ref();
    let onchange = {
        let (dispatch, picker, open_models) =
            (props.dispatch.clone(), picker.clone(), props.open_models.clone());
        let label = current(&props.state);
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            if select.value() == "demo" {
                dispatch.emit(Action::ChooseDemo);
            } else if select.value() == "pick" {
                // Until files are chosen nothing has changed: the picker may be dismissed.
                select.set_value(label);
                if let Some(input) = picker.cast::<HtmlInputElement>() {
                    input.click();
                }
            } else if select.value() == "more" {
                select.set_value(label);
                open_models.emit(());
            }
        })
    };
    let onpicked = picked(&props.dispatch, &props.picks);
    let now = current(&props.state);
    let is_bad = props.state.notes_at(Place::Model).iter().any(|note| note.level == NoteLevel::Error);
    html! {
        <>
        <label class="select">
            <span>{ "Model" }</span>
            <select data-testid="model" {onchange} aria-describedby="model-notes no-model" aria-invalid={is_bad.then_some("true")}>
                <option value="demo" selected={now == "demo"}>{ "Demo" }</option>
                if now != "demo" {
                    <option value={now} selected=true>{ props.state.engine.pick.label() }</option>
                }
                <option value="pick">{ "Open files…" }</option>
                <option value="more">{ "More models…" }</option>
            </select>
        </label>
        // Beside the label: within it its name would be the choice's too.
        <input ref={picker} class="visually-hidden" type="file" multiple=true accept={MODEL_FILES}
            tabindex="-1" aria-label="Model files: a .safetensors, with config.json and tokenizer.json where you have them"
            data-testid="model-files" onchange={onpicked} />
        </>
    }
}

fn current(state: &State) -> &'static str {
    match state.engine.pick {
        ModelPick::Demo => "demo",
        ModelPick::Local { .. } => "local",
        ModelPick::Remote(_) => "remote",
    }
}

fn backend_select(state: &State, dispatch: &Callback<Action>) -> Html {
    let onchange = dispatch.reform(|event: Event| {
        Action::SetBackend(match event.target_unchecked_into::<HtmlSelectElement>().value().as_str() {
            "webgpu" => BackendChoice::WebGpu,
            "cpu" => BackendChoice::Cpu,
            _ => BackendChoice::Automatic,
        })
    });
    let choices = [
        (BackendChoice::Automatic, "auto", "Automatic"),
        (BackendChoice::WebGpu, "webgpu", "WebGPU"),
        (BackendChoice::Cpu, "cpu", "CPU"),
    ];
    html! {
        <label class="select">
            <span>{ "Runs on" }</span>
            <select data-testid="backend" {onchange}>
                { for choices.iter().map(|(choice, value, label)| html! {
                    <option value={*value} selected={*choice == state.engine.choice}>{ *label }</option>
                }) }
            </select>
        </label>
    }
}
