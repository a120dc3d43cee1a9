//! One part of the page at a time: presenting begins, turns over, ends; a small screen shows another chart.

use super::Effects;
use crate::{Effect, SLIDES, Stage, State, Tab};

impl State {
    /// Presents this part, or ends presenting.
    pub(super) fn present(&mut self, slide: Option<usize>, effects: &mut Effects) {
        match slide.filter(|slide| *slide < SLIDES.len()) {
            Some(slide) => self.show_slide(slide, effects),
            None => {
                self.slide = None;
                if self.stage.play.is_some() {
                    effects.push(Effect::ForgetAddress);
                    self.end_play(effects);
                }
                if std::mem::take(&mut self.stage.opened_parts) {
                    self.views.parts_open = false;
                }
            }
        }
        let said = self.presented().map_or("No longer presenting.", |(_, _, title)| title);
        effects.push(Effect::Announce(said.to_owned()));
    }

    /// Shows this part, as large as can be until the page has fitted it.
    pub(super) fn show_slide(&mut self, slide: usize, effects: &mut Effects) {
        self.slide = Some(slide);
        self.stage.zoom = Stage::ZOOMS.1;
        self.stage.left_at = slide;
        if self.presented().is_some_and(|(_, name, _)| name == "parts") && !self.views.parts_open {
            // Closed there would be nothing to present.
            self.views.parts_open = true;
            self.stage.opened_parts = true;
            self.want_views(effects);
        }
    }

    /// The chart that a small screen shows.
    pub(super) fn show_tab(&mut self, tab: Tab, effects: &mut Effects) {
        self.view.phone.tab = tab;
        if tab == Tab::Parts && !self.views.parts_open {
            // Whoever asks for the parts wants to see them.
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
        self.give_time(effects);
    }
}
