use std::collections::BTreeMap;

use peek_protocol::{BackendKind, Benchmark, ModelInfo, RequestId, median};
use serde::Serialize;

use crate::{Phase, State};

/// How often each thing is timed.
pub(crate) const RUNS: u8 = 7;

/// What the browser tells of the device.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Device {
    /// The browser's own words for itself.
    pub user_agent: String,
    /// What the adapter says it is, by the names that WebGPU has for it; empty without an adapter.
    pub adapter: BTreeMap<String, String>,
    /// The adapter's features.
    pub features: Vec<String>,
    /// The adapter's limits.
    pub limits: BTreeMap<String, f64>,
}

/// What a check of one backend found.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceResult {
    /// Where it ran.
    pub backend: BackendKind,
    /// The model that it was done with.
    pub model: ModelInfo,
    /// Numbers compared, those of them that are not the published ones, and the largest difference; `None` where nothing
    /// is published for the model.
    pub compared: Option<(usize, usize, f64)>,
    /// How long it takes.
    pub benchmark: Benchmark,
}

/// The check of the device: numbers and times, a result for each backend that was tried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceCheck {
    /// The newest timing.
    pub newest: Option<RequestId>,
    /// Where it is; [`Phase::Waiting`] while numbers are compared.
    pub phase: Phase,
    /// What the browser tells of the device.
    pub device: Option<Device>,
    /// The newest result of each backend and model.
    pub results: Vec<DeviceResult>,
}

#[derive(Serialize)]
struct Report<'a> {
    peek: &'static str,
    device: Option<&'a Device>,
    results: Vec<ReportedResult<'a>>,
}

#[derive(Serialize)]
struct ReportedResult<'a> {
    backend: &'static str,
    model: &'a str,
    sha256: &'a str,
    dtype: &'a str,
    layers: usize,
    heads: usize,
    d_model: usize,
    vocab: usize,
    numbers_compared: Option<usize>,
    numbers_failed: Option<usize>,
    largest_difference: Option<f64>,
    tokens: usize,
    forward_median_ms: Option<f64>,
    sweep_median_ms: Option<f64>,
    forward_ms: &'a [f64],
    sweep_ms: &'a [f64],
}

impl<'a> ReportedResult<'a> {
    fn of(result: &'a DeviceResult) -> Self {
        let DeviceResult { backend, model, compared, benchmark } = result;
        Self {
            backend: match backend {
                BackendKind::WebGpu => "webgpu",
                BackendKind::Cpu => "cpu",
            },
            model: &model.label,
            sha256: &model.sha256,
            dtype: &model.dtype,
            layers: model.layers,
            heads: model.heads,
            d_model: model.d_model,
            vocab: model.vocab,
            numbers_compared: compared.map(|(all, ..)| all),
            numbers_failed: compared.map(|(_, failed, _)| failed),
            largest_difference: compared.map(|(.., largest)| largest),
            tokens: benchmark.tokens,
            forward_median_ms: median(&benchmark.forward_ms),
            sweep_median_ms: median(&benchmark.sweep_ms),
            forward_ms: &benchmark.forward_ms,
            sweep_ms: &benchmark.sweep_ms,
        }
    }
}

impl State {
    /// The check's report as JSON; `None` until there is a result.
    #[must_use]
    pub fn device_report(&self) -> Option<String> {
        let check = &self.device_check;
        if check.results.is_empty() {
            return None;
        }
        let report = Report {
            peek: env!("CARGO_PKG_VERSION"),
            device: check.device.as_ref(),
            results: check.results.iter().map(ReportedResult::of).collect(),
        };
        // Strings and finite numbers in plain structures: there is nothing in it that JSON cannot hold.
        serde_json::to_string_pretty(&report).ok()
    }
}
