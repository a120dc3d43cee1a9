//! Pinning within a view, and what Escape lets go.

use super::Effects;
use crate::{Effect, LensSpot, State};

impl State {
    /// A cell of the lens is pinned; the one that is pinned already is let go.
    pub(super) fn pin_lens(&mut self, spot: Option<LensSpot>, effects: &mut Effects) {
        let pin = spot.filter(|spot| self.views.lens_pin.as_ref() != Some(spot));
        let said = match &pin {
            Some(LensSpot { depth, position }) => format!("{depth} at position {position} pinned."),
            None => "No cell of the lens is pinned.".to_owned(),
        };
        self.views.lens_pin = pin;
        effects.push(Effect::Announce(said));
    }

    /// The lens at every position follows this token; the answer again where it is empty.
    pub(super) fn follow(&mut self, text: String, effects: &mut Effects) {
        self.views.follow = text;
        self.want_views(effects);
    }

    /// Lets go what is pinned within a view. False where nothing is.
    pub(super) fn let_go(&mut self, effects: &mut Effects) -> bool {
        let is_pinned = self.views.is_grid && self.views.lens_pin.is_some();
        if is_pinned {
            self.pin_lens(None, effects);
        }
        is_pinned
    }
}
