use std::collections::{BTreeMap, VecDeque};

use peek_protocol::{BackendKind, Benchmark, ModelInfo, RequestId, SelfTestRow, median};
use serde::Serialize;

use crate::{Phase, State};

/// How often each thing is timed.
pub(crate) const RUNS: u8 = 7;

/// Where the generations of the checks' engines begin, far from those of the page's own.
pub(crate) const CHECKERS: u64 = 1 << 32;

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
    /// The model that it was done with; `None` where not even the demo model could be loaded.
    pub model: Option<ModelInfo>,
    /// Numbers compared, those of them that are not the published ones, and the largest difference; `None` where nothing
    /// is published for the model.
    pub compared: Option<(usize, usize, f64)>,
    /// How long it takes; where it could not be timed, why.
    pub benchmark: Result<Benchmark, String>,
}

/// A part of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckStep {
    /// The demo model on this backend, in an engine of its own.
    Demo(BackendKind),
    /// The loaded model where it runs.
    Loaded,
}

/// An engine that was started for the check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Checker {
    pub(crate) generation: u64,
    /// What it has loaded.
    pub(crate) info: Option<ModelInfo>,
}

/// What was seen of a comparison's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) all: usize,
    failed: usize,
    largest: f64,
}

impl Seen {
    pub(crate) fn of(rows: &[SelfTestRow]) -> Self {
        let mut seen = Self::default();
        seen.take(rows);
        seen
    }

    pub(crate) fn take(&mut self, rows: &[SelfTestRow]) {
        self.all += rows.len();
        self.failed += rows.iter().filter(|row| !row.passed).count();
        self.largest = rows.iter().map(|row| row.difference).fold(self.largest, f64::max);
    }

    pub(crate) fn compared(self) -> Option<(usize, usize, f64)> {
        (self.all > 0).then_some((self.all, self.failed, self.largest))
    }
}

/// The check of the device: numbers and times, a result for each part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceCheck {
    /// The newest request.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// What is being checked.
    pub step: Option<CheckStep>,
    pub(crate) left: VecDeque<CheckStep>,
    pub(crate) checker: Option<Checker>,
    /// Engines that were started for checks.
    pub(crate) checkers: u64,
    pub(crate) seen: Seen,
    /// What the browser tells of the device.
    pub device: Option<Device>,
    /// What was found, in the order of the steps.
    pub results: Vec<DeviceResult>,
}

impl DeviceCheck {
    /// Whether messages of this engine are the check's.
    pub(crate) fn is_by(&self, generation: u64) -> bool {
        self.checker.as_ref().is_some_and(|checker| checker.generation == generation)
    }
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
    model: Option<ReportedModel<'a>>,
    numbers_compared: Option<usize>,
    numbers_failed: Option<usize>,
    largest_difference: Option<f64>,
    times: Option<ReportedTimes<'a>>,
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct ReportedModel<'a> {
    label: &'a str,
    sha256: &'a str,
    dtype: &'a str,
    layers: usize,
    heads: usize,
    d_model: usize,
    vocab: usize,
}

#[derive(Serialize)]
struct ReportedTimes<'a> {
    tokens: usize,
    forward_median_ms: Option<f64>,
    sweep_median_ms: Option<f64>,
    forward_ms: &'a [f64],
    sweep_ms: &'a [f64],
    forward_dispatches: Option<u64>,
}

impl<'a> ReportedResult<'a> {
    fn of(result: &'a DeviceResult) -> Self {
        let DeviceResult { backend, model, compared, benchmark } = result;
        Self {
            backend: match backend {
                BackendKind::WebGpu => "webgpu",
                BackendKind::Cpu => "cpu",
            },
            model: model.as_ref().map(|model| ReportedModel {
                label: &model.label,
                sha256: &model.sha256,
                dtype: &model.dtype,
                layers: model.layers,
                heads: model.heads,
                d_model: model.d_model,
                vocab: model.vocab,
            }),
            numbers_compared: compared.map(|(all, ..)| all),
            numbers_failed: compared.map(|(_, failed, _)| failed),
            largest_difference: compared.map(|(.., largest)| largest),
            times: benchmark.as_ref().ok().map(|times| ReportedTimes {
                tokens: times.tokens,
                forward_median_ms: median(&times.forward_ms),
                sweep_median_ms: median(&times.sweep_ms),
                forward_ms: &times.forward_ms,
                sweep_ms: &times.sweep_ms,
                forward_dispatches: times.dispatches,
            }),
            error: benchmark.as_ref().err().map(String::as_str),
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
