//! Sets of heads or layers: collecting, asking for their joint effect, taking it in.

use peek_names::Unit;
use peek_protocol::{NoteLevel, Request, Response, TogetherRequest, TogetherResult};

use super::{Effects, again::failed};
use crate::{AskedTogether, Effect, Phase, Shared, ShownTogether, State};

impl State {
    /// Puts a unit into the set, or takes it out. What the site that is set up has not is no part of it.
    pub(super) fn toggle_unit(&mut self, unit: Unit, effects: &mut Effects) {
        if matches!(unit, Unit::Head(_)) != self.inputs.setup.site.per_head() {
            return;
        }
        let units = &mut self.together.units;
        let said = match units.binary_search(&unit) {
            Ok(at) => {
                units.remove(at);
                format!("{unit} is out of the set")
            }
            Err(at) => {
                units.insert(at, unit);
                format!("{unit} is in the set")
            }
        };
        let count = units.len();
        effects.push(Effect::Announce(format!("{said}, which has {count}.")));
        self.run_together(effects);
    }

    pub(super) fn clear_units(&mut self, effects: &mut Effects) {
        self.together.units.clear();
        self.view.selecting = false;
        effects.push(Effect::Announce("The set is empty.".to_owned()));
        self.run_together(effects);
    }

    /// Asks for the set's joint effect, unless it is there or on its way.
    pub(super) fn run_together(&mut self, effects: &mut Effects) {
        let is_running = self.together.phase == Phase::Running && self.has_runs();
        if is_running && self.together.asked == self.asked_together() {
            return;
        }
        self.abandon_together(effects);
        let Some(asked) = self.asked_together() else {
            self.together.phase = Phase::Empty;
            self.together.asked = None;
            self.together.shown = None;
            self.together.notes.clear();
            return;
        };
        if !self.has_runs() {
            return;
        }
        if self.together.shown.as_ref().is_some_and(|shown| shown.asked == asked) {
            self.together.notes.clear();
            self.together.phase = Phase::Done;
            return;
        }
        let id = self.fresh_id();
        let request = TogetherRequest {
            id,
            pair: asked.asked.pair.clone(),
            setup: asked.asked.setup.clone(),
            units: asked.units.clone(),
            look: asked.look,
        };
        effects.push(Effect::Send { request: Request::Together(request), files: None });
        self.together.newest = Some(id);
        self.together.asked = Some(asked);
        self.together.phase = Phase::Running;
    }

    pub(super) fn abandon_together(&mut self, effects: &mut Effects) {
        if let Some(id) = self.together.newest.take()
            && self.together.phase == Phase::Running
        {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
        self.together.phase = Phase::Waiting;
    }

    /// Another head is looked at, or another run: its attention in the changed run is wanted, or no longer.
    pub(super) fn look_at_patched_run(&mut self, effects: &mut Effects) {
        let what = |asked: &AskedTogether| (asked.units.clone(), asked.look);
        if self.together.asked.as_ref().map(what) != self.asked_together().as_ref().map(what) {
            self.run_together(effects);
        }
    }

    pub(super) fn respond_together(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Together(result) => self.together_arrived(*result, effects),
            Response::Refused { notes, .. } => {
                self.together.phase = Phase::Refused;
                self.together.notes =
                    notes.into_iter().filter(|note| note.level == NoteLevel::Error).collect();
            }
            Response::Cancelled { .. } if self.together.phase == Phase::Running => {
                self.together.phase = Phase::Cancelled;
            }
            Response::Failed { failure, .. } => {
                self.together.phase = failed(failure.message, effects);
            }
            _ => {}
        }
    }

    fn together_arrived(&mut self, result: TogetherResult, effects: &mut Effects) {
        let Some(asked) = self.together.asked.clone() else { return };
        self.together.phase = Phase::Done;
        self.together.notes.clear();
        self.together.shown = Some(ShownTogether { asked, result: Shared::new(result) });
        if let Some(said) = self.together_in_words() {
            effects.push(Effect::Announce(said));
        }
    }
}
