use peek_app::{Action, Life, LoadedModel, State};
use peek_protocol::{BackendKind, ModelInfo};
use yew::prelude::*;

use super::{
    PanelProps, keys::keys, lessons::first_minute, load_progress::load_progress, present::present_button,
    self_test::SelfTest,
};
use crate::parts::on_click;

/// The model that is there, where it runs and why; how far a load is; what to do when the engine has ended.
pub(crate) fn engine_line(props: &PanelProps) -> Html {
    let engine = &props.state.engine;
    let state = match &engine.life {
        Life::Probing => "probing",
        Life::Starting => "starting",
        Life::Loading { .. } => "loading",
        Life::Ready => "ready",
        Life::NoModel { .. } => "no-model",
        Life::Stopped { .. } => "stopped",
    };
    let kind = engine.decision.as_ref().map(|d| match d.kind {
        BackendKind::WebGpu => "webgpu",
        BackendKind::Cpu => "cpu",
    });
    let why = engine
        .decision
        .as_ref()
        .map_or_else(|| "Looking for a graphics adapter…".to_owned(), |d| format!("Runs on {}", d.why));
    html! {
        <section class="engine-line" aria-label="Model and backend" data-testid="engine" data-state={state}>
            <p class="model-line" data-testid="model-line">
                { match (&engine.loaded, &engine.life) {
                    (Some(loaded), _) => describe(&props.state, loaded),
                    (None, Life::NoModel { .. }) => "No model".to_owned(),
                    (None, _) => engine.pick.label(),
                } }
            </p>
            <p class={classes!("backend-line", engine.decision.as_ref().is_some_and(|d| d.is_fallback).then_some("fallback"))}
                data-testid="backend-line" data-backend={kind}>
                { why }
            </p>
            if !props.state.is_new {
                { first_minute(props, "quiet small", "New here?") }
            }
            { present_button(props) }
            { keys() }
            <SelfTest state={props.state.clone()} dispatch={props.dispatch.clone()} />
            { load_progress(&engine.life, engine.delivery, &props.dispatch) }
            { banner(props) }
        </section>
    }
}

fn describe(state: &State, loaded: &LoadedModel) -> String {
    let info = &loaded.info;
    let mut said = format!(
        "{}: {} layers × {} heads, width {}, {} parameters, {}, context {}",
        info.label,
        info.layers,
        info.heads,
        info.d_model,
        count(info.parameters),
        numbers(info),
        info.context
    );
    if let Some(verification) = state.verification() {
        said += &format!(", {verification}");
    }
    said
}

/// How the file stores numbers, and what that costs.
fn numbers(info: &ModelInfo) -> String {
    let stored = info.dtype.to_ascii_lowercase();
    let mut said = if stored == "f32" { stored } else { format!("stored as {stored}, computed in f32") };
    if let Some(error) = info.logit_error {
        said += &format!(" (logits at most {error:.4} off)");
    }
    said
}

/// `1.07 M`.
fn count(value: u64) -> String {
    // Two decimals of a million: the rounding of the cast does not show.
    let value = value as f64;
    if value >= 1e6 { format!("{:.2} M", value / 1e6) } else { format!("{:.0} k", value / 1e3) }
}

fn banner(props: &PanelProps) -> Html {
    match &props.state.engine.life {
        Life::Stopped { message } => html! {
            <div class="banner" role="alert" data-testid="engine-stopped">
                <p>{ message }</p>
                <button type="button" class="primary" data-testid="restart-engine" onclick={on_click(&props.dispatch, || Action::RestartEngine)}>
                    { "Restart engine" }
                </button>
            </div>
        },
        Life::NoModel { message } => html! {
            <div class="banner" role="alert" data-testid="no-model">
                <p id="no-model">{ message }</p>
                <button type="button" class="primary" data-testid="load-demo" onclick={on_click(&props.dispatch, || Action::ChooseDemo)}>
                    { "Load the demo model" }
                </button>
            </div>
        },
        _ => html! {},
    }
}
