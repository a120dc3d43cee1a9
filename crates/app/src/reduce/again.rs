//! Asking once more for what failed.

use super::Effects;
use crate::{Effect, Phase, State};

impl State {
    /// Asks once more for each view that failed, and for no other.
    pub(super) fn ask_again(&mut self, effects: &mut Effects) {
        if self.lens.phase.fault().is_some() {
            self.run_lens(effects);
        }
        if self.together.phase.fault().is_some() {
            self.run_together(effects);
        }
        let views = &mut self.views;
        views.lens.forgive();
        views.parts.forgive();
        views.patterns.forgive();
        views.kinds.forgive();
        self.want_attention(effects);
    }
}

/// A failure as the phase of what failed, told to whoever listens.
pub(super) fn failed(message: String, effects: &mut Effects) -> Phase {
    effects.push(Effect::Announce(message.clone()));
    Phase::Failed(message)
}
