//! Pinning within a view, and what Escape lets go.

use super::Effects;
use crate::{AttentionMode, AttentionRun, Effect, LensSpot, Run, State, TokenAt};

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

    /// A token of a prompt is locked, and the attention panel shows one head in a run of that prompt; the token that is
    /// locked already is let go.
    pub(super) fn lock(&mut self, token: Option<TokenAt>, effects: &mut Effects) {
        let lock = token.filter(|token| self.views.locked != Some(*token));
        self.views.locked = lock;
        let Some(TokenAt { run, position }) = lock else {
            effects.push(Effect::Announce("No token is locked.".to_owned()));
            return;
        };
        self.views.mode = AttentionMode::One;
        if self.unpatched_run() != run {
            self.view.run = match run {
                Run::Clean => AttentionRun::Clean,
                Run::Corrupt => AttentionRun::Corrupt,
            };
            self.view.query = None;
            self.look_at_patched_run(effects);
        }
        effects.push(Effect::Announce(format!("Token {position} locked.")));
        self.want_views(effects);
    }

    /// Lets go what is pinned within a view. False where nothing is.
    pub(super) fn let_go(&mut self, effects: &mut Effects) -> bool {
        if self.views.is_grid && self.views.lens_pin.is_some() {
            self.pin_lens(None, effects);
        } else if self.views.locked.is_some() {
            self.lock(None, effects);
        } else {
            return false;
        }
        true
    }
}
