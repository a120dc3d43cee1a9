//! Head scores: asking, taking in, ending.

use peek_protocol::{AnswerTokens, LayerRow, Note, Request, RequestId, RunSummary, Token};

use super::{Effects, again::failed};
use crate::{Effect, PatchResult, PatchTokens, Phase, Shared, State, Timer, order};

impl State {
    /// Asks for the scores of what is typed now. Without an engine nothing is sent: everything is asked for when
    /// the model is there.
    pub(super) fn run_patch(&mut self, effects: &mut Effects) {
        self.stop_timer(Timer::Patch);
        self.abandon_patch(effects);
        if !self.engine.is_ready() {
            return;
        }
        let id = self.fresh_id();
        let inputs = self.inputs.patch.clone();
        effects.push(Effect::Send { request: Request::Patch(inputs.request(id)), files: None });
        self.patch.newest = Some(id);
        self.patch.asked = Some(inputs);
        self.patch.phase = Phase::Running;
    }

    /// Drops the newest request: whatever the engine still says about it is out of date.
    pub(super) fn abandon_patch(&mut self, effects: &mut Effects) {
        if let Some(id) = self.patch.newest.take()
            && self.patch.phase == Phase::Running
        {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
        self.patch.phase = Phase::Waiting;
        self.abandon_setup(effects);
        self.abandon_views(effects);
    }

    /// The user's button. The request stays the newest, so that the engine's word for it is heard.
    pub(super) fn cancel_patch(&mut self, effects: &mut Effects) {
        if self.patch.phase != Phase::Running {
            return;
        }
        if let Some(id) = self.patch.newest {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
    }

    pub(super) fn patch_tokens(
        &mut self,
        clean: Vec<Token>,
        corrupt: Vec<Token>,
        answer: AnswerTokens,
        notes: Vec<Note>,
    ) {
        self.patch.tokens = Some(Shared::new(PatchTokens::new(clean, corrupt, Some(answer))));
        self.patch.notes = notes;
    }

    /// The unpatched runs: from here on the grid is the new request's, empty at first.
    pub(super) fn patch_runs(&mut self, clean: RunSummary, corrupt: RunSummary) {
        let (Some(inputs), Some(tokens), Some(loaded)) =
            (self.patch.asked.take(), &self.patch.tokens, &self.engine.loaded)
        else {
            return;
        };
        self.patch.shown = Some(Shared::new(PatchResult {
            inputs,
            model: loaded.serial,
            tokens: (**tokens).clone(),
            clean,
            corrupt,
            rows: Vec::new(),
            layers: loaded.info.layers,
            heads: loaded.info.heads,
            elapsed_ms: None,
        }));
    }

    pub(super) fn patch_rows(&mut self, rows: Vec<LayerRow>, total: usize) {
        self.change_shown(|shown| {
            for row in rows {
                order::put(&mut shown.rows, row, |row| row.layer);
            }
            shown.layers = total;
        });
    }

    pub(super) fn patch_done(&mut self, elapsed_ms: f64, effects: &mut Effects) {
        self.patch.phase = Phase::Done;
        self.change_shown(|shown| shown.elapsed_ms = Some(elapsed_ms));
        if let Some(sentence) = self.sentence() {
            effects.push(Effect::Announce(sentence.plain()));
        }
        self.want_attention(effects);
    }

    pub(super) fn patch_refused(
        &mut self,
        notes: Vec<Note>,
        tokens: Option<(Vec<Token>, Vec<Token>)>,
        effects: &mut Effects,
    ) {
        self.patch.phase = Phase::Refused;
        if let Some((clean, corrupt)) = tokens {
            self.patch.tokens = Some(Shared::new(PatchTokens::new(clean, corrupt, None)));
        }
        let said: Vec<&str> = notes.iter().map(|note| &*note.message).collect();
        effects.push(Effect::Announce(said.join(" ")));
        self.patch.notes = notes;
    }

    pub(super) fn patch_cancelled(&mut self, effects: &mut Effects) {
        // The last row may have overtaken the button: what is complete is not partial.
        if self.patch.phase != Phase::Running {
            return;
        }
        self.patch.phase = Phase::Cancelled;
        let done = self.patch.shown.as_ref().map_or(0, |shown| shown.rows.len());
        effects.push(Effect::Announce(format!("Cancelled. {done} layers are there.")));
        self.want_views(effects);
    }

    pub(super) fn patch_failed(&mut self, message: String, effects: &mut Effects) {
        self.patch.phase = failed(message, effects);
    }

    pub(super) fn owns_patch(&self, id: RequestId) -> bool {
        self.patch.newest == Some(id)
    }

    /// Charts compare shared results by place, so a change makes a new one.
    fn change_shown(&mut self, change: impl FnOnce(&mut PatchResult)) {
        if let Some(shown) = &self.patch.shown {
            let mut next = (**shown).clone();
            change(&mut next);
            self.patch.shown = Some(Shared::new(next));
        }
    }
}
