//! The first visit: what is said to whoever has not been here before, and what they are to click next.

use peek_names::HeadId;

use crate::{Life, Phase, State, TopOrder};

impl State {
    /// What is said above the result in words; `None` for whoever has been here before, or has something else open.
    #[must_use]
    pub fn welcome(&self) -> Option<String> {
        let has_none = matches!(self.engine.life, Life::NoModel { .. });
        if !self.is_new || has_none || self.lessons.open.is_some() || self.part_alone().is_some() {
            return None;
        }
        if let Some(head) = self.view.pinned {
            return Some(format!(
                "{head} is pinned, and its attention is shown: each row is a token, and shows which tokens before it {head} reads from."
            ));
        }
        let what = "A GPT-2 runs in this tab. It reads two prompts that are almost the same, and Peek shows which of its heads make the difference to the answer.";
        let next =
            if self.next_click().is_some() { " Click the marked head to see what it looks at." } else { "" };
        Some(format!("{what}{next}"))
    }

    /// The head that a newcomer is to click: the one that brings most of the answer back, once all are scored.
    #[must_use]
    pub fn next_click(&self) -> Option<HeadId> {
        let is_open =
            self.lessons.open.is_some() || self.part_alone().is_some() || self.view.pinned.is_some();
        let is_there = *self.grid_phase() == Phase::Done && !self.grid_is_stale();
        let board =
            self.board().filter(|board| self.is_new && !is_open && is_there && board.site().per_head())?;
        // Where no head does anything none is to be clicked first.
        board.top_heads(TopOrder::ByDelta, 1).first().filter(|_| !board.is_flat()).map(|top| top.head)
    }
}
