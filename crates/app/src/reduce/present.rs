//! Presenting: begin, turn over, end.

use super::Effects;
use crate::{Effect, SLIDES, State};

impl State {
    /// Presents this part, or ends presenting.
    pub(super) fn present(&mut self, slide: Option<usize>, effects: &mut Effects) {
        self.slide = slide.filter(|slide| *slide < SLIDES.len());
        let said = self.presented().map_or("No longer presenting.", |(_, _, title)| title);
        effects.push(Effect::Announce(said.to_owned()));
        if self.presented().is_some_and(|(_, name, _)| name == "parts") && !self.views.parts_open {
            // Closed there would be nothing to present.
            self.views.parts_open = true;
            self.want_views(effects);
        }
    }

    /// The next part, or the one before; at either end it stays.
    pub(super) fn turn(&mut self, forward: bool, effects: &mut Effects) {
        let Some(now) = self.slide else { return };
        let to = if forward { (now + 1).min(SLIDES.len() - 1) } else { now.saturating_sub(1) };
        if to != now {
            self.present(Some(to), effects);
        }
    }
}
