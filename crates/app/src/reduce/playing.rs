//! A presentation that goes by itself, for a foyer or a stand: it turns over, goes from preset to preset, and leaves the
//! page to whoever does something with it.

use super::Effects;
use crate::{
    Action, Effect, PRESETS, Phase, Preset, SLIDES, Shared, Stage, State, Timer, history::change_of,
};

impl State {
    /// Lets a presentation go by itself, beginning one where there is none, or holds it where it is.
    pub(super) fn play(&mut self, on: bool, effects: &mut Effects) {
        if on && self.slide.is_none() {
            self.present(Some(0), effects);
        }
        if self.slide.is_none() {
            return;
        }
        self.stage.plays = on;
        if on {
            let saved = self.saved();
            self.stage.own.get_or_insert_with(|| Shared::new(saved));
            self.stage.is_touched = false;
            self.give_time(Stage::TURN_MS, effects);
            effects.push(Effect::Announce("Turning over by itself.".to_owned()));
        } else {
            self.stop_timer(Timer::Slide);
            effects.push(Effect::Announce("Held.".to_owned()));
        }
    }

    /// With the presentation: where nobody has changed anything, its reader gets back what was there before it.
    pub(super) fn end_play(&mut self, effects: &mut Effects) {
        self.stop_timer(Timer::Slide);
        let is_touched = std::mem::take(&mut self.stage.is_touched);
        self.stage.plays = false;
        if let Some(own) = self.stage.own.take().filter(|own| !is_touched && **own != self.saved()) {
            self.give_back(&own, effects);
        }
    }

    /// How long what is shown stays, where it goes by itself.
    pub(super) fn give_time(&mut self, ms: u32, effects: &mut Effects) {
        if self.stage.plays {
            self.start_timer(Timer::Slide, ms, effects);
        }
    }

    /// Whether an action is a visitor's to a presentation that goes by itself, and if so, whether it changes anything.
    pub(super) fn visitor_does(&self, action: &Action) -> Option<bool> {
        let changes = change_of(action).is_some();
        let is_visit = changes || matches!(action, Action::Hover(Some(_)) | Action::Lessons(_));
        (self.stage.own.is_some() && is_visit && !action.is_heard()).then_some(changes)
    }

    /// Whoever changes or points at something has the page for a while.
    pub(super) fn leave_to_visitor(&mut self, changes: bool, effects: &mut Effects) {
        // Not where the action has ended it.
        self.stage.is_touched |= changes && self.stage.own.is_some();
        self.give_time(Stage::REST_MS, effects);
    }

    /// The time of what is shown is over.
    pub(super) fn go_on_playing(&mut self, effects: &mut Effects) {
        let Some(now) = self.slide.filter(|_| self.stage.plays) else { return };
        let waits = matches!(self.grid_phase(), Phase::Waiting | Phase::Running);
        if waits || (!self.engine.is_ready() && self.patch.shown.is_none()) {
            return self.give_time(Stage::SOON_MS, effects);
        }
        let is_touched = std::mem::take(&mut self.stage.is_touched);
        if is_touched || now + 1 == SLIDES.len() {
            self.next_round(is_touched, effects);
            self.present(Some(0), effects);
        } else {
            self.present(Some(now + 1), effects);
        }
        self.give_time(Stage::TURN_MS, effects);
    }

    /// The next preset's pair, where its reader began with one of them; else what the reader had.
    fn next_round(&mut self, is_touched: bool, effects: &mut Effects) {
        let Some(own) = self.stage.own.clone() else { return };
        let pairs = || PRESETS.iter().filter(|preset| preset.pair.is_some());
        let place = |state: &Self| pairs().position(|preset| is_of(preset, state));
        let now = place(self);
        if is_touched {
            self.give_back(&own, effects);
        }
        if let Some(began) = place(self).filter(|_| is_touched).or(now) {
            let next = (now.unwrap_or(began) + 1) % pairs().count();
            if let Some(preset) = pairs().nth(next) {
                self.use_preset(preset, effects);
            }
        }
    }
}

/// Whether the pair on the page is this preset's.
fn is_of(preset: &Preset, state: &State) -> bool {
    let typed = &state.inputs.patch;
    preset.pair.is_some_and(|pair| {
        (pair.clean, pair.corrupt, pair.answer) == (&*typed.clean, &*typed.corrupt, &*typed.answer)
    })
}
