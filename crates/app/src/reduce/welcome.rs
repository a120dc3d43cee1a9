//! Newcomers: greeted once, for as long as they have not found their way.

use super::Effects;
use crate::{Effect, State};

impl State {
    /// Whether the page is new to its reader. Whoever has read what is said to newcomers is one no longer.
    pub(super) fn greet(&mut self, is_new: bool, effects: &mut Effects) {
        if self.is_new && !is_new {
            effects.push(Effect::RememberVisit);
        }
        self.is_new = is_new;
    }

    /// Whoever has clicked what was to be clicked is not greeted again at the next visit; what is said goes on in this one.
    pub(super) fn found_the_way(&self, effects: &mut Effects) {
        if self.is_new {
            effects.push(Effect::RememberVisit);
        }
    }
}
