//! The check of the device: the demo model on each backend that there is, in engines of their own, then the loaded model
//! where it runs. Each time numbers first, where some are published, then times.

use peek_protocol::{
    BackendKind, BenchmarkRequest, LoadRequest, ModelChoice, ModelInfo, Request, RequestId, Response,
    SelfTestRequest,
};

use super::Effects;
use crate::{
    BackendChoice, CheckStep, Comparison, Device, DeviceResult, Effect, Phase, REFERENCES, State, decide,
    device::{CHECKERS, Checker, RUNS, Seen},
};

impl State {
    pub(super) fn check_device(&mut self, effects: &mut Effects) {
        let Some(report) = self.engine.report.as_ref().filter(|_| self.engine.is_ready()) else { return };
        // A software adapter counts: whoever checks wants to know.
        let has_webgpu = decide(BackendChoice::WebGpu, report, None).kind == BackendKind::WebGpu;
        let is_demo = |info: &ModelInfo| info.sha256 == REFERENCES[0].sha256;
        let is_demo = self.engine.loaded.as_ref().is_some_and(|loaded| is_demo(&loaded.info));
        effects.push(Effect::DescribeDevice);
        self.abandon_self_test(effects);
        let check = &mut self.device_check;
        check.results.clear();
        let steps = [
            Some(CheckStep::Demo(BackendKind::Cpu)),
            has_webgpu.then_some(CheckStep::Demo(BackendKind::WebGpu)),
            (!is_demo).then_some(CheckStep::Loaded),
        ];
        check.left = steps.into_iter().flatten().collect();
        check.phase = Phase::Running;
        self.next_check(effects);
    }

    pub(super) fn device_described(&mut self, device: Device) {
        self.device_check.device = Some(device);
    }

    fn next_check(&mut self, effects: &mut Effects) {
        if self.device_check.checker.take().is_some() {
            effects.push(Effect::EndChecker);
        }
        self.device_check.newest = None;
        self.device_check.seen = Seen::default();
        self.device_check.step = self.device_check.left.pop_front();
        match self.device_check.step {
            None => {
                self.device_check.phase = Phase::Done;
                effects
                    .push(Effect::Announce("The device has been checked; the report is there.".to_owned()));
            }
            Some(CheckStep::Demo(backend)) => {
                self.device_check.checkers += 1;
                let generation = CHECKERS + self.device_check.checkers;
                self.device_check.checker = Some(Checker { generation, info: None });
                effects.push(Effect::SpawnChecker { kind: backend, generation });
                self.ask_checker(effects, |id| {
                    Request::Load(LoadRequest { id, model: ModelChoice::Demo, backend })
                });
            }
            Some(CheckStep::Loaded) => {
                if let Some(Comparison::Own(_)) = self.comparison() {
                    self.compare(effects);
                } else {
                    self.time_loaded(effects);
                }
            }
        }
    }

    fn ask_checker(&mut self, effects: &mut Effects, request: impl FnOnce(RequestId) -> Request) {
        let id = self.fresh_id();
        self.device_check.newest = Some(id);
        effects.push(Effect::SendChecker(request(id)));
    }

    /// What the engine of a check says.
    pub(super) fn checker_said(&mut self, response: Response, effects: &mut Effects) {
        let check = &mut self.device_check;
        if response.id().is_some() && response.id() != check.newest {
            return;
        }
        match response {
            Response::Loaded { model, .. } => {
                if let Some(checker) = &mut check.checker {
                    checker.info = Some(model);
                }
                effects.push(Effect::FetchReference(REFERENCES[0].file));
            }
            Response::SelfTestRows { rows, .. } => check.seen.take(&rows),
            Response::SelfTestDone { .. } => self.time_checker(effects),
            Response::Benchmark { benchmark, .. } => {
                let Some(CheckStep::Demo(backend)) = check.step else { return };
                let model = check.checker.as_ref().and_then(|checker| checker.info.clone());
                let compared = check.seen.compared();
                check.results.push(DeviceResult { backend, model, compared, benchmark: Ok(benchmark) });
                self.next_check(effects);
            }
            Response::Refused { notes, .. } => {
                let said: Vec<&str> = notes.iter().map(|note| &*note.message).collect();
                self.checker_failed(said.join(" "), effects);
            }
            Response::Failed { failure, .. } => self.checker_failed(failure.message, effects),
            Response::Fatal { message } => self.checker_failed(message, effects),
            _ => {}
        }
    }

    fn time_checker(&mut self, effects: &mut Effects) {
        self.ask_checker(effects, |id| Request::Benchmark(BenchmarkRequest { id, runs: RUNS }));
    }

    /// The demo model's published numbers were read, or not: then it is timed without them.
    pub(super) fn checker_reference(
        &mut self,
        file: &str,
        text: &Result<String, String>,
        effects: &mut Effects,
    ) {
        let is_awaited = file == REFERENCES[0].file
            && self.device_check.checker.as_ref().is_some_and(|checker| checker.info.is_some())
            && self.device_check.seen.all == 0;
        match text {
            _ if !is_awaited => {}
            Ok(expectations) => {
                let expectations = expectations.clone();
                self.ask_checker(effects, |id| Request::SelfTest(SelfTestRequest { id, expectations }));
            }
            Err(_) => self.time_checker(effects),
        }
    }

    /// One backend's failure is a result like another: the check goes on.
    pub(super) fn checker_failed(&mut self, message: String, effects: &mut Effects) {
        let check = &mut self.device_check;
        let Some(CheckStep::Demo(backend)) = check.step else { return };
        let model = check.checker.as_ref().and_then(|checker| checker.info.clone());
        let compared = check.seen.compared();
        check.results.push(DeviceResult { backend, model, compared, benchmark: Err(message) });
        self.next_check(effects);
    }

    /// After the loaded model's comparison, whatever it found: a wrong device's times are worth knowing too.
    pub(super) fn time_loaded(&mut self, effects: &mut Effects) {
        if self.device_check.step != Some(CheckStep::Loaded) || self.device_check.phase != Phase::Running {
            return;
        }
        let id = self.fresh_id();
        self.device_check.newest = Some(id);
        let request = Request::Benchmark(BenchmarkRequest { id, runs: RUNS });
        effects.push(Effect::Send { request, files: None });
    }

    /// What the page's own engine says of the loaded model's times.
    pub(super) fn respond_device(&mut self, response: Response, effects: &mut Effects) {
        let benchmark = match response {
            Response::Benchmark { benchmark, .. } => Ok(benchmark),
            Response::Failed { failure, .. } => Err(failure.message),
            Response::Cancelled { .. } => {
                self.device_check.phase = Phase::Cancelled;
                return;
            }
            _ => return,
        };
        let Some(loaded) = &self.engine.loaded else { return };
        let is_of_this = self.self_test.phase == Phase::Done && !self.self_test_is_stale();
        let compared = is_of_this.then(|| Seen::of(&self.self_test.rows).compared()).flatten();
        let model = Some(loaded.info.clone());
        self.device_check.results.push(DeviceResult { backend: loaded.backend, model, compared, benchmark });
        self.next_check(effects);
    }

    pub(super) fn cancel_device_check(&mut self, effects: &mut Effects) {
        let check = &mut self.device_check;
        if check.phase != Phase::Running {
            return;
        }
        if check.checker.take().is_some() {
            effects.push(Effect::EndChecker);
        } else if let Some(id) = check.newest {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
        check.left.clear();
        check.step = None;
        check.phase = Phase::Cancelled;
    }

    /// The page's engine is gone, or the comparison before the times was ended.
    pub(super) fn forget_device_check(&mut self) {
        let check = &mut self.device_check;
        if check.phase == Phase::Running && check.step == Some(CheckStep::Loaded) {
            check.newest = None;
            check.step = None;
            check.left.clear();
            check.phase = Phase::Cancelled;
        }
    }
}
