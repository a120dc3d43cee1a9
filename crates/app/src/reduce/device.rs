//! The check of the device: numbers where some are published, then times.

use peek_protocol::{BenchmarkRequest, Request, Response};

use super::Effects;
use crate::{Comparison, Device, DeviceResult, Effect, Phase, State, device::RUNS};

impl State {
    pub(super) fn check_device(&mut self, effects: &mut Effects) {
        if !self.engine.is_ready() {
            return;
        }
        effects.push(Effect::DescribeDevice);
        self.abandon_self_test(effects);
        self.device_check.phase = Phase::Waiting;
        if let Some(Comparison::Own(_)) = self.comparison() {
            self.compare(effects);
        } else {
            self.time_device(effects);
        }
    }

    pub(super) fn device_described(&mut self, device: Device) {
        self.device_check.device = Some(device);
    }

    /// After the comparison, whatever it found: a wrong device's times are worth knowing too.
    pub(super) fn time_device(&mut self, effects: &mut Effects) {
        if self.device_check.phase != Phase::Waiting {
            return;
        }
        let id = self.fresh_id();
        self.device_check.newest = Some(id);
        self.device_check.phase = Phase::Running;
        let request = Request::Benchmark(BenchmarkRequest { id, runs: RUNS });
        effects.push(Effect::Send { request, files: None });
    }

    pub(super) fn respond_device(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Benchmark { benchmark, .. } => {
                let Some(loaded) = &self.engine.loaded else { return };
                let test = &self.self_test;
                let is_of_this = test.phase == Phase::Done && !self.self_test_is_stale();
                let compared = is_of_this.then(|| {
                    let largest = test.rows.iter().map(|row| row.difference).fold(0.0, f64::max);
                    (test.rows.len(), test.failed(), largest)
                });
                let result =
                    DeviceResult { backend: loaded.backend, model: loaded.info.clone(), compared, benchmark };
                let results = &mut self.device_check.results;
                results
                    .retain(|old| (old.backend, &old.model.sha256) != (result.backend, &result.model.sha256));
                results.push(result);
                self.device_check.phase = Phase::Done;
                effects
                    .push(Effect::Announce("The device has been checked; the report is there.".to_owned()));
            }
            Response::Cancelled { .. } => self.device_check.phase = Phase::Cancelled,
            Response::Failed { failure, .. } => self.device_check_failed(failure.message, effects),
            _ => {}
        }
    }

    pub(super) fn device_check_failed(&mut self, message: String, effects: &mut Effects) {
        effects.push(Effect::Announce(message.clone()));
        self.device_check.phase = Phase::Failed(message);
    }

    pub(super) fn cancel_device_check(&mut self, effects: &mut Effects) {
        if let (Phase::Running, Some(id)) = (&self.device_check.phase, self.device_check.newest) {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
    }

    /// The engine that was at it is gone, or the comparison before it was ended.
    pub(super) fn forget_device_check(&mut self) {
        self.device_check.newest = None;
        if matches!(self.device_check.phase, Phase::Running | Phase::Waiting) {
            self.device_check.phase = Phase::Cancelled;
        }
    }
}
