use peek_app::{Action, CheckStep, DeviceResult, Phase};
use peek_protocol::{BackendKind, median};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{PanelProps, phase_name};
use crate::parts::on_click;

/// Numbers and times of this device, with a report to hand on.
pub(crate) fn device_check(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props.clone();
    let check = &state.device_check;
    let is_busy = check.phase == Phase::Running;
    let start = on_click(&dispatch, || Action::CheckDevice);
    let cancel = on_click(&dispatch, || Action::CancelSelfTest);
    let said = match &check.phase {
        Phase::Running => Some(match check.step {
            Some(CheckStep::Demo(backend)) => format!("Checking the demo model on {}…", place(backend)),
            _ => "Checking the loaded model…".to_owned(),
        }),
        Phase::Cancelled => Some("Cancelled.".to_owned()),
        Phase::Failed(message) => Some(message.clone()),
        _ => None,
    };
    html! {
        <section class="models-section" aria-labelledby="device-check-title" data-testid="device-check"
            data-phase={phase_name(&check.phase)}>
            <h3 id="device-check-title">{ "Check this device" }</h3>
            <p class="help">
                { "Compares the demo model's numbers and times it, on the CPU and on WebGPU where there is an adapter; then \
                   the model that is loaded, where it runs now. Nothing is sent anywhere: the report is yours to hand on." }
            </p>
            <div class="buttons">
                <button type="button" class="quiet" data-testid="device-check-run"
                    disabled={is_busy || !state.engine.is_ready()} onclick={start}>{ "Check this device" }</button>
                if check.phase == Phase::Running {
                    <button type="button" class="quiet" data-testid="device-check-cancel" onclick={cancel}>{ "Cancel" }</button>
                }
            </div>
            if let Some(said) = said {
                <p class="help" data-testid="device-check-state">{ said }</p>
            }
            { for check.results.iter().map(result) }
            if let Some(report) = state.device_report() {
                <Report {report} />
            }
        </section>
    }
}

fn result(result: &DeviceResult) -> Html {
    let place = place(result.backend);
    let label = result.model.as_ref().map_or("Demo", |model| &model.label);
    let times = match &result.benchmark {
        Ok(times) => times,
        Err(why) => {
            return html! {
                <p data-testid="device-check-result" data-backend={place}>
                    { format!("{label}, {place}: it could not be used: {why}") }
                </p>
            };
        }
    };
    let ms = |times: &[f64]| median(times).map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1}\u{a0}ms"));
    let compared = match result.compared {
        Some((all, 0, largest)) => {
            format!("all {all} numbers are the published ones, at most {largest:.0e} off")
        }
        Some((all, failed, _)) => format!("{failed} of {all} numbers are not the published ones"),
        None => "no numbers were compared".to_owned(),
    };
    html! {
        <p data-testid="device-check-result" data-backend={place}>
            { format!(
                "{}, {place}: a run of {} tokens {}, all head scores {}; {compared}.",
                label,
                times.tokens,
                ms(&times.forward_ms),
                ms(&times.sweep_ms),
            ) }
        </p>
    }
}

fn place(backend: BackendKind) -> &'static str {
    match backend {
        BackendKind::WebGpu => "WebGPU",
        BackendKind::Cpu => "CPU",
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ReportProps {
    report: String,
}

/// The report's text, with a way to the clipboard and one to a file; where a browser allows neither, it can be selected.
#[component(Report)]
fn report(props: &ReportProps) -> Html {
    let text = use_node_ref();
    let told = use_state(|| "");
    let copy = {
        let (text, told, report) = (text.clone(), told.clone(), props.report.clone());
        Callback::from(move |_: MouseEvent| {
            let (text, told, report) = (text.clone(), told.clone(), report.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let copied = crate::shell::copy(&report).await;
                if !copied && let Some(text) = text.cast::<HtmlTextAreaElement>() {
                    text.select();
                }
                told.set(if copied {
                    "Copied."
                } else {
                    "The browser did not allow it: the report is selected, press Ctrl+C or Cmd+C."
                });
            });
        })
    };
    let address = format!(
        "data:application/json;charset=utf-8,{}",
        String::from(js_sys::encode_uri_component(&props.report))
    );
    html! {
        <>
            <textarea ref={text} class="device-report" readonly=true rows="8" aria-label="Report" data-testid="device-report"
                value={props.report.clone()} />
            <div class="buttons">
                <button type="button" class="quiet" data-testid="device-report-copy" onclick={copy}>{ "Copy the report" }</button>
                <a href={address} download="peek-device.json" data-testid="device-report-download">{ "Download it" }</a>
                <span class="help" role="status">{ *told }</span>
            </div>
        </>
    }
}
