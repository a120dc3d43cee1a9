use peek_app::{Action, Life, LoadedModel};
use peek_protocol::{BackendKind, LoadStage};
use yew::prelude::*;

use super::PanelProps;

/// The model that is there, where it runs and why; how far a load is; what to do when the engine has ended.
#[component(EngineLine)]
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
                { engine.loaded.as_ref().map_or_else(|| engine.pick.label(), describe) }
            </p>
            <p class={classes!("backend-line", engine.decision.as_ref().is_some_and(|d| d.is_fallback).then_some("fallback"))}
                data-testid="backend-line" data-backend={kind}>
                { why }
            </p>
            { progress(&engine.life) }
            { banner(props) }
        </section>
    }
}

fn describe(loaded: &LoadedModel) -> String {
    let info = &loaded.info;
    format!(
        "{}: {} layers × {} heads, width {}, {} parameters, {}, context {}",
        info.label,
        info.layers,
        info.heads,
        info.d_model,
        count(info.parameters),
        info.dtype,
        info.context
    )
}

/// `1.07 M`.
fn count(value: u64) -> String {
    // Two decimals of a million: the rounding of the cast does not show.
    let value = value as f64;
    if value >= 1e6 { format!("{:.2} M", value / 1e6) } else { format!("{:.0} k", value / 1e3) }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn progress(life: &Life) -> Html {
    let (said, part) = match life {
        Life::Probing => ("Starting…".to_owned(), None),
        Life::Starting => ("Fetching the engine…".to_owned(), None),
        Life::Loading { stage, done, total } => match stage {
            LoadStage::Backend => ("Opening the backend…".to_owned(), None),
            LoadStage::Tokenizer => ("Reading the tokenizer…".to_owned(), None),
            LoadStage::Weights if *total > 0 => (
                format!("Reading the weights: {} of {}", megabytes(*done), megabytes(*total)),
                Some(*done as f64 / *total as f64),
            ),
            LoadStage::Weights => (format!("Reading the weights: {}", megabytes(*done)), None),
            LoadStage::Warmup => ("First run…".to_owned(), None),
        },
        Life::Ready | Life::NoModel { .. } | Life::Stopped { .. } => return html! {},
    };
    html! {
        <div class="progress" data-testid="load-progress">
            <span>{ &said }</span>
            <progress aria-label={said.clone()} value={part.map(|p| format!("{p:.3}"))} max="1" />
        </div>
    }
}

fn banner(props: &PanelProps) -> Html {
    let click = |action: Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.emit(action.clone()))
    };
    match &props.state.engine.life {
        Life::Stopped { message } => html! {
            <div class="banner" role="alert" data-testid="engine-stopped">
                <p>{ message }</p>
                <button type="button" class="primary" data-testid="restart-engine" onclick={click(Action::RestartEngine)}>
                    { "Restart engine" }
                </button>
            </div>
        },
        Life::NoModel { message } => html! {
            <div class="banner" role="alert" data-testid="no-model">
                <p>{ message }</p>
                <button type="button" class="primary" data-testid="load-demo" onclick={click(Action::ChooseDemo)}>
                    { "Load the demo model" }
                </button>
            </div>
        },
        _ => html! {},
    }
}
