//! Hovering, pinning, and the heatmap that follows.

use peek_names::HeadId;
use peek_protocol::{AttentionRequest, AttentionResult, Request};

use super::Effects;
use crate::{AttentionRun, Effect, HOVER_MS, Phase, Shared, ShownAttention, State, Timer};

impl State {
    /// A head is previewed once the pointer rests on it, and only while none is pinned: a pinned head stays.
    pub(super) fn hover(&mut self, head: Option<HeadId>, effects: &mut Effects) {
        if self.view.hovered == head {
            return;
        }
        self.view.hovered = head;
        if self.view.pinned.is_none() && self.patch.phase != Phase::Running {
            self.start_timer(Timer::Hover, HOVER_MS, effects);
        }
    }

    pub(super) fn pin(&mut self, head: HeadId, effects: &mut Effects) {
        if self.view.pinned == Some(head) {
            self.unpin(effects);
            return;
        }
        self.view.pinned = Some(head);
        self.view.previewed = None;
        self.view.query = None;
        self.stop_timer(Timer::Hover);
        effects.push(Effect::Announce(format!("{head} pinned.")));
        self.want_attention(effects);
        self.look_at_patched_run(effects);
    }

    pub(super) fn unpin(&mut self, effects: &mut Effects) {
        self.view.previewed = None;
        self.stop_timer(Timer::Hover);
        if let Some(head) = self.view.pinned.take() {
            effects.push(Effect::Announce(format!("{head} no longer pinned.")));
            self.want_attention(effects);
            // The pinned head's patch ends with it; a set goes on, and is not told of anew while nobody looks.
            if self.view.run == AttentionRun::Patched {
                self.look_at_patched_run(effects);
            }
        }
    }

    /// Asks for the patterns of the head in focus, on the pair whose scores are on the screen, unless that is
    /// what is there or on its way.
    pub(super) fn want_attention(&mut self, effects: &mut Effects) {
        self.want_one_head(effects);
        self.want_views(effects);
    }

    fn want_one_head(&mut self, effects: &mut Effects) {
        let serial = self.model_serial();
        let Some(shown) = self.patch.shown.as_ref().filter(|shown| shown.model == serial) else { return };
        let (Some(head), true) = (self.focus_head(), self.engine.is_ready()) else { return };
        let inputs = shown.inputs.clone();
        let asked = (head, inputs.clone(), serial);
        let is_on_its_way =
            self.attention.phase == Phase::Running && self.attention.asked.as_ref() == Some(&asked);
        if is_on_its_way {
            return;
        }
        let is_there = self.attention.shown.as_ref().is_some_and(|there| {
            there.result.head == head && there.model == serial && same_texts(&there.inputs, &inputs)
        });
        if is_there {
            self.attention.newest = None;
            self.attention.phase = Phase::Done;
            return;
        }
        let id = self.fresh_id();
        let request = AttentionRequest {
            id,
            head,
            clean: inputs.clean.clone(),
            corrupt: inputs.corrupt.clone(),
            prepend_bos: inputs.prepend_bos,
        };
        self.attention.newest = Some(id);
        self.attention.asked = Some(asked);
        self.attention.phase = Phase::Running;
        effects.push(Effect::Send { request: Request::Attention(request), files: None });
    }

    pub(super) fn attention_arrived(&mut self, result: AttentionResult) {
        let Some((_, inputs, model)) = self.attention.asked.clone() else { return };
        let keeps_query = self.view.query.is_some_and(|q| q < result.clean.tokens.len());
        if !keeps_query {
            self.view.query = None;
        }
        self.attention.phase = Phase::Done;
        self.attention.shown = Some(ShownAttention { model, inputs, result: Shared::new(result) });
    }
}

/// Attention does not depend on the answer or the scale.
fn same_texts(a: &crate::PatchInputs, b: &crate::PatchInputs) -> bool {
    a.clean == b.clean && a.corrupt == b.corrupt && a.prepend_bos == b.prepend_bos
}
