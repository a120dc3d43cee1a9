use std::rc::Rc;

use peek_app::{Action, PatchResult, Phase, State, delta, logit, share};
use peek_names::HeadId;
use peek_protocol::Note;
use yew::prelude::*;

use crate::chart::Tip;

/// What every panel gets.
#[derive(Clone, Properties)]
pub(crate) struct PanelProps {
    pub(crate) state: Rc<State>,
    pub(crate) dispatch: Callback<Action>,
}

impl PartialEq for PanelProps {
    fn eq(&self, other: &Self) -> bool {
        // Every action makes a new state; comparing the whole of two would cost more than rendering.
        Rc::ptr_eq(&self.state, &other.state) && self.dispatch == other.dispatch
    }
}

/// Notes to hand on.
pub(crate) fn owned(notes: Vec<&Note>) -> Vec<Note> {
    notes.into_iter().cloned().collect()
}

/// A phase as a test and a style sheet call it.
pub(crate) fn phase_name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Empty => "empty",
        Phase::Waiting => "waiting",
        Phase::Running => "running",
        Phase::Done => "done",
        Phase::Refused => "refused",
        Phase::Cancelled => "cancelled",
        Phase::Failed(_) => "failed",
    }
}

/// A head and its score for a screen reader: `L3H2, +1.31 logits, 60 % of the gap, pinned`.
pub(crate) fn head_label(shown: Option<&PatchResult>, head: HeadId, is_pinned: bool) -> String {
    let mut label = head.to_string();
    match shown.and_then(|s| Some((s, s.delta(head)?))) {
        Some((shown, value)) => {
            label += &format!(", {} logits", delta(value));
            label += &match shown.gap().normalised(value) {
                Some(n) => format!(", {} of the gap", share(n)),
                None => ", share of the gap undefined".to_owned(),
            };
        }
        None => label += ", not scored yet",
    }
    if is_pinned {
        label += ", pinned";
    }
    label
}

/// What the tooltip says of a head.
pub(crate) fn head_tip(shown: &PatchResult, head: HeadId) -> Option<Tip> {
    let value = shown.delta(head)?;
    let gap = shown.gap();
    let normalised = gap.normalised(value).map_or_else(|| "undefined".to_owned(), share);
    Some(Tip {
        title: head.to_string(),
        lines: vec![
            ("delta", format!("{} logits", delta(value))),
            ("of the gap", normalised),
            ("clean", logit(gap.clean)),
            ("corrupt", logit(gap.corrupt)),
            ("patched", logit(gap.corrupt + value)),
        ],
    })
}
