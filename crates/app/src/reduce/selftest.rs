//! The self-test: fetching its numbers, asking, taking in, ending.

use peek_protocol::{Request, Response, SelfTestRequest};

use super::Effects;
use crate::{Effect, Phase, SelfTestPanel, Shared, State, Tested};

impl State {
    /// Asks for the file of the numbers first.
    pub(super) fn run_self_test(&mut self, effects: &mut Effects) {
        self.abandon_self_test(effects);
        if self.engine.is_ready() {
            self.compare(effects);
        }
    }

    pub(super) fn compare(&mut self, effects: &mut Effects) {
        let Some((loaded, comparison)) = self.engine.loaded.as_ref().zip(self.comparison()) else { return };
        let Some(reference) = comparison.reference() else { return };
        let tested = Tested {
            label: loaded.info.label.clone(),
            model: loaded.serial,
            backend: loaded.backend,
            reference,
        };
        self.self_test = SelfTestPanel {
            phase: Phase::Waiting,
            tested: Some(Shared::new(tested)),
            ..SelfTestPanel::default()
        };
        effects.push(Effect::FetchReference(reference.file));
    }

    /// The file is here: the engine can be asked.
    pub(super) fn reference_read(&mut self, file: &str, text: Result<String, String>, effects: &mut Effects) {
        let is_awaited = self.self_test.phase == Phase::Waiting
            && self.self_test.tested.as_ref().is_some_and(|tested| tested.reference.file == file);
        if !is_awaited {
            return;
        }
        match text {
            Ok(expectations) => {
                let id = self.fresh_id();
                self.self_test.newest = Some(id);
                self.self_test.phase = Phase::Running;
                let request = Request::SelfTest(SelfTestRequest { id, expectations });
                effects.push(Effect::Send { request, files: None });
            }
            Err(why) => {
                let message = format!(
                    "The published numbers could not be read ({why}). Load the page from its site and try again, or run \
                     peek self-test in a terminal."
                );
                self.self_test_failed(message, effects);
            }
        }
    }

    pub(super) fn cancel_self_test(&mut self, effects: &mut Effects) {
        match (&self.self_test.phase, self.self_test.newest) {
            (Phase::Running, Some(id)) => {
                effects.push(Effect::Send { request: Request::Cancel(id), files: None });
            }
            (Phase::Waiting, _) => self.forget_self_test(),
            _ => {}
        }
    }

    /// Ends it without waiting for the engine's word: another model or another test comes in its place.
    pub(super) fn abandon_self_test(&mut self, effects: &mut Effects) {
        self.cancel_device_check(effects);
        self.cancel_self_test(effects);
        self.forget_self_test();
    }

    /// The engine that was at it is gone.
    pub(super) fn forget_self_test(&mut self) {
        self.self_test.newest = None;
        if matches!(self.self_test.phase, Phase::Running | Phase::Waiting) {
            self.self_test.phase = Phase::Cancelled;
        }
        self.forget_device_check();
    }

    pub(super) fn respond_self_test(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::SelfTestRows { rows, total, .. } => {
                let mut all = (*self.self_test.rows).clone();
                all.extend(rows);
                self.self_test.rows = Shared::new(all);
                self.self_test.total = total;
            }
            Response::SelfTestDone { .. } => {
                self.self_test.phase = Phase::Done;
                effects.extend(self.self_test.verdict().map(Effect::Announce));
                self.time_loaded(effects);
            }
            Response::Cancelled { .. } => {
                self.forget_self_test();
                effects.push(Effect::Announce("The self-test was cancelled.".to_owned()));
            }
            Response::Failed { failure, .. } => self.self_test_failed(failure.message, effects),
            _ => {}
        }
    }

    fn self_test_failed(&mut self, message: String, effects: &mut Effects) {
        effects.push(Effect::Announce(message.clone()));
        self.self_test.phase = Phase::Failed(message);
        // Numbers that cannot be compared are no reason not to time.
        self.time_loaded(effects);
    }
}
