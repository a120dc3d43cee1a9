//! A presentation that goes by itself, for a foyer or a stand: it turns over, goes from preset to preset, and leaves the
//! page to whoever does something with it.

use super::Effects;
use crate::{
    Action, Effect, KeepAction, PRESETS, Phase, Preset, SLIDES, Shared, Stage, State, Timer,
    history::change_of, present::Play,
};

impl State {
    /// Lets a presentation go by itself, beginning one where there is none, or holds it where it is. A lesson has its own
    /// order.
    pub(super) fn play(&mut self, on: bool, effects: &mut Effects) {
        if self.lessons.open.is_some() {
            return;
        }
        if on {
            if self.slide.is_none() {
                self.present(Some(0), effects);
            }
            // At a stand what comes back is what its address has, whoever lets it go on.
            let kept = self.stage.play.take().filter(|play| play.is_kiosk || !play.is_touched);
            let play = kept.unwrap_or_else(|| Play {
                own: Shared::new(self.moment("what went by itself")),
                runs: true,
                is_touched: false,
                is_kiosk: false,
                round: pairs().position(|preset| is_of(preset, self)),
            });
            self.stage.play = Some(Play { runs: true, ..play });
            effects.push(Effect::Announce("Turning over by itself.".to_owned()));
            self.give_time(effects);
        } else if let Some(play) = &mut self.stage.play {
            play.runs = false;
            self.stop_timer(Timer::Slide);
            effects.push(Effect::Announce("Held.".to_owned()));
        }
    }

    /// The same as its address asks for it, with the state that the address has.
    pub(super) fn play_kiosk(&mut self, effects: &mut Effects) {
        self.play(true, effects);
        if let Some(play) = &mut self.stage.play {
            play.is_kiosk = true;
        }
    }

    /// It goes by itself no longer: where nobody has changed anything, its reader gets back what was there before it.
    pub(super) fn end_play(&mut self, effects: &mut Effects) {
        let Some(play) = self.stage.play.take() else { return };
        if !play.is_touched {
            if play.own.saved != self.moment(play.own.what).saved {
                self.give_back(&play.own.saved, effects);
            }
            effects.push(Effect::KeepSession(self.session()));
        }
    }

    /// How long what is shown stays from now on, where it goes by itself: what somebody has made of it longer.
    pub(super) fn give_time(&mut self, effects: &mut Effects) {
        if let Some(play) = self.stage.play.as_ref().filter(|play| play.runs) {
            let ms = if play.is_touched { Stage::REST_MS } else { Stage::TURN_MS };
            self.start_timer(Timer::Slide, ms, effects);
        }
    }

    /// Whether an action changes something of what goes by itself. An address that is opened is no visitor's.
    pub(super) fn is_visitors(&self, action: &Action) -> bool {
        let changes = matches!(action, Action::Undo | Action::Redo) || change_of(action).is_some();
        self.stage.play.is_some() && changes && !matches!(action, Action::Keep(KeepAction::Visit(_)))
    }

    /// Whoever has changed something has the page for a while, unless the change has ended it.
    pub(super) fn leave_to_visitor(&mut self, effects: &mut Effects) {
        if let Some(play) = &mut self.stage.play {
            play.is_touched = true;
            self.give_time(effects);
        }
    }

    /// The time of what is shown is over.
    pub(super) fn go_on_playing(&mut self, effects: &mut Effects) {
        let Some(now) = self.slide.filter(|_| self.stage.plays()) else { return };
        let waits = matches!(self.grid_phase(), Phase::Waiting | Phase::Running);
        if waits || (!self.engine.is_ready() && self.patch.shown.is_none()) {
            self.start_timer(Timer::Slide, Stage::SOON_MS, effects);
            return;
        }
        let is_touched = self.stage.play.as_ref().is_some_and(|play| play.is_touched);
        let next = now + 1;
        if is_touched || next == SLIDES.len() {
            self.next_round(effects);
            self.show_slide(0, effects);
        } else {
            self.show_slide(next, effects);
        }
        self.give_time(effects);
    }

    /// The next preset's pair, where it began with one of them; else what it began with.
    fn next_round(&mut self, effects: &mut Effects) {
        let Some(mut play) = self.stage.play.take() else { return };
        if std::mem::take(&mut play.is_touched) {
            if play.is_kiosk {
                // What one visitor has typed is not the next one's to read.
                self.history = crate::History::default();
            } else {
                self.history.note(self.moment("going on by itself"), None);
            }
            self.give_back(&play.own.saved, effects);
            effects.push(Effect::KeepSession(self.session()));
        }
        if let Some(round) = &mut play.round {
            *round = (*round + 1) % pairs().count();
            if let Some(preset) = pairs().nth(*round) {
                self.use_preset(preset, effects);
            }
        }
        self.stage.play = Some(play);
    }
}

/// The presets that have a pair.
fn pairs() -> impl Iterator<Item = &'static Preset> {
    PRESETS.iter().filter(|preset| preset.pair.is_some())
}

/// Whether the pair on the page is this preset's.
fn is_of(preset: &Preset, state: &State) -> bool {
    let typed = &state.inputs.patch;
    preset.pair.is_some_and(|pair| {
        (pair.clean, pair.corrupt, pair.answer) == (&*typed.clean, &*typed.corrupt, &*typed.answer)
    })
}
