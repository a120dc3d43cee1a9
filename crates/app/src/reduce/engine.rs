//! Starting, loading, losing and replacing the engine.

use peek_protocol::{
    BackendKind, Failure, LoadRequest, LoadStage, ModelInfo, Note, NoteLevel, Place, Request,
};

use super::Effects;
use crate::{BackendChoice, Effect, Life, LoadedModel, ModelPick, Phase, State, decide};

impl State {
    /// Starts an engine for the backend that is right now, and asks it for the model.
    pub(super) fn spawn(&mut self, effects: &mut Effects) {
        let Some(report) = &self.engine.report else { return };
        let decision = decide(self.engine.choice, report, self.engine.webgpu_broken.as_deref());
        self.engine.generation += 1;
        effects.push(Effect::SpawnEngine { kind: decision.kind, generation: self.engine.generation });
        self.engine.decision = Some(decision);
        // What the last engine held is gone; what it told stays on the screen.
        if let Some(loaded) = self.engine.loaded.take() {
            self.engine.pick = loaded.pick;
        }
        self.drop_requests();
        if self.models.is_restoring {
            // Its answer decides what is loaded.
            self.ask_storage_anyway(effects);
        } else {
            self.load(effects);
        }
        self.engine.life = Life::Starting;
    }

    pub(super) fn load(&mut self, effects: &mut Effects) {
        let Some(backend) = self.engine.decision.as_ref().map(|decision| decision.kind) else { return };
        let id = self.fresh_id();
        let request = LoadRequest { id, model: self.engine.pick.choice(), backend };
        self.engine.newest = Some(id);
        self.engine.delivery = None;
        self.engine.life = Life::Loading { stage: LoadStage::Backend, done: 0, total: 0 };
        effects.push(Effect::Send { request: Request::Load(request), files: self.engine.pick.files() });
    }

    fn drop_requests(&mut self) {
        for phase in [
            &mut self.patch.phase,
            &mut self.interventions.phase,
            &mut self.together.phase,
            &mut self.lens.phase,
            &mut self.attention.phase,
        ] {
            if *phase == Phase::Running {
                *phase = Phase::Waiting;
            }
        }
        self.patch.newest = None;
        self.interventions.newest = None;
        self.together.newest = None;
        self.lens.newest = None;
        self.attention.newest = None;
        self.forget_views();
        self.forget_self_test();
        self.forget_set();
    }

    pub(super) fn set_backend(&mut self, choice: BackendChoice, effects: &mut Effects) {
        let was = self.engine.decision.as_ref().map(|decision| decision.kind);
        self.engine.choice = choice;
        if choice == BackendChoice::WebGpu {
            // Choosing it again is how a user tries again.
            self.engine.webgpu_broken = None;
        }
        let Some(report) = &self.engine.report else { return };
        let decision = decide(choice, report, self.engine.webgpu_broken.as_deref());
        let is_same = was == Some(decision.kind) && !matches!(self.engine.life, Life::Stopped { .. });
        self.engine.notes.retain(|note| note.place != Place::Backend);
        if is_same {
            self.engine.decision = Some(decision);
        } else {
            if matches!(self.engine.life, Life::Loading { .. }) {
                // What was on its way is still wanted, there instead of here.
                self.engine.loaded = None;
            }
            self.spawn(effects);
        }
    }

    pub(super) fn choose_model(&mut self, pick: ModelPick, effects: &mut Effects) {
        self.engine.pick = pick;
        self.models.is_restoring = false;
        // It was to be said of the demo that stood in.
        self.models.lost = None;
        self.engine.notes.retain(|note| note.place != Place::Model);
        if matches!(self.engine.life, Life::Stopped { .. }) {
            // The old model must not win over the new choice when the engine starts again.
            self.engine.loaded = None;
            self.spawn(effects);
        } else {
            self.abandon_self_test(effects);
            self.drop_requests();
            self.load(effects);
        }
    }

    pub(super) fn loaded(
        &mut self,
        info: ModelInfo,
        backend: BackendKind,
        notes: Vec<Note>,
        effects: &mut Effects,
    ) {
        let serial = self.next_request;
        let fits =
            |head: &peek_names::HeadId| head.layer.index() < info.layers && head.head_index() < info.heads;
        self.view.pinned = self.view.pinned.filter(fits);
        self.keep_units_that_fit(info.layers, info.heads);
        self.view.previewed = None;
        self.view.hovered = None;
        effects.push(Effect::Announce(format!("The model {} is ready.", info.label)));
        self.engine.loaded = Some(LoadedModel { pick: self.engine.pick.clone(), info, backend, serial });
        self.engine.life = Life::Ready;
        self.engine.delivery = None;
        self.engine.notes = notes;
        self.engine.notes.extend(self.models.lost.take());
        self.run_everything(effects);
        self.want_kinds(effects);
        self.note_used_model(effects);
    }

    /// A load that did not come to its end. The model that was there before still is.
    pub(super) fn load_failed(&mut self, notes: Vec<Note>, effects: &mut Effects) {
        let broken = notes.iter().find(|note| note.place == Place::Backend).map(|note| note.message.clone());
        if let Some(message) = broken
            && self.runs_on_webgpu()
        {
            self.fall_back_to_cpu(message, effects);
            return;
        }
        let said: Vec<&str> = notes.iter().map(|note| &*note.message).collect();
        let said = said.join(" ");
        effects.push(Effect::Announce(said.clone()));
        self.engine.notes = notes;
        self.go_on_with_earlier_model(said, effects);
    }

    /// After a load that came to no end: the model that was there goes on, or there is none.
    pub(super) fn go_on_with_earlier_model(&mut self, message: String, effects: &mut Effects) {
        let was_remote = matches!(self.engine.pick, ModelPick::Remote(_));
        self.engine.newest = None;
        self.engine.delivery = None;
        if let Some(loaded) = &self.engine.loaded {
            self.engine.pick = loaded.pick.clone();
            self.engine.life = Life::Ready;
            self.run_everything(effects);
        } else {
            self.engine.life = Life::NoModel { message };
        }
        if was_remote {
            // What arrived of it may be kept.
            self.ask_storage(effects);
        }
    }

    pub(super) fn load_failure(&mut self, failure: Failure, effects: &mut Effects) {
        let place = failure.place.unwrap_or(Place::Model);
        let note = Note { place, level: NoteLevel::Error, message: failure.message };
        self.load_failed(vec![note], effects);
    }

    pub(super) fn engine_died(&mut self, message: &str, effects: &mut Effects) {
        if matches!(self.engine.life, Life::Stopped { .. }) {
            // A panic tells its story first; the trap that follows it has nothing to add.
            return;
        }
        let was_starting = matches!(self.engine.life, Life::Starting | Life::Loading { .. });
        if was_starting && self.runs_on_webgpu() && self.engine.loaded.is_none() {
            self.fall_back_to_cpu(message.to_owned(), effects);
            return;
        }
        self.drop_requests();
        self.engine.newest = None;
        let advice =
            if self.runs_on_webgpu() { " If it happens again after a restart, choose the CPU." } else { "" };
        let message = format!(
            "The engine has stopped ({}). What you typed and the last results are kept.{advice}",
            message.trim_end_matches('.')
        );
        effects.push(Effect::Announce(format!("{message} Press Restart engine to go on.")));
        self.engine.life = Life::Stopped { message };
    }

    fn runs_on_webgpu(&self) -> bool {
        self.engine.decision.as_ref().is_some_and(|decision| decision.kind == BackendKind::WebGpu)
    }

    fn fall_back_to_cpu(&mut self, message: String, effects: &mut Effects) {
        self.engine.webgpu_broken = Some(message);
        self.spawn(effects);
        if let Some(decision) = &self.engine.decision {
            effects.push(Effect::Announce(format!("Runs on {}", decision.why)));
        }
    }
}
