use std::rc::Rc;

use peek_app::{Action, Board, Phase, State, metric_change, metric_unit, metric_value, share};
use peek_names::{LogitScale, Metric, Unit};
use peek_protocol::{Note, Score};
use yew::prelude::*;

use crate::chart::{Tip, token_label};

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

/// A unit and its score for a screen reader: `L3H2, +1.31 logits, 60 % of the gap, in the set`; at a spot, or where it is
/// strongest.
pub(crate) fn unit_label(board: Option<Board<'_>>, unit: Unit, spot: Option<usize>, in_set: bool) -> String {
    let mut label = unit.to_string();
    match board.and_then(|board| Some((board, found(board, unit, spot)?))) {
        Some((board, (spot, score))) => {
            label += ", ";
            label += &score
                .delta
                .map_or_else(|| "undefined".to_owned(), |delta| metric_change(board.metric(), delta));
            if let Some(at) = place(board, spot) {
                label += &at;
            }
            match score.delta.and_then(|delta| board.gap().normalised(delta)) {
                Some(n) => {
                    label += ", ";
                    label += &share(n);
                    label += " of the gap";
                }
                None if score.delta.is_some() => label += ", share of the gap undefined",
                None => {}
            }
        }
        None => label += ", not scored yet",
    }
    if in_set {
        label += ", in the set";
    }
    label
}

/// What the tooltip says of a unit at a spot, or where it is strongest.
pub(crate) fn unit_tip(board: Board<'_>, unit: Unit, spot: Option<usize>) -> Option<Tip> {
    let (spot, score) = found(board, unit, spot)?;
    let undefined = || "undefined".to_owned();
    let metric = board.metric();
    let (clean, corrupt) = board.ends();
    let mut title = unit.to_string();
    if let Some(at) = place(board, spot) {
        title += &at;
    }
    Some(Tip {
        title,
        lines: vec![
            ("delta", score.delta.map_or_else(undefined, |delta| metric_change(metric, delta))),
            ("of the gap", score.delta.and_then(|d| board.gap().normalised(d)).map_or_else(undefined, share)),
            ("clean", metric_value(metric, clean)),
            ("corrupt", metric_value(metric, corrupt)),
            ("patched", metric_value(metric, score.value.unwrap_or(f32::NAN))),
        ],
    })
}

fn found(board: Board<'_>, unit: Unit, spot: Option<usize>) -> Option<(usize, Score)> {
    match spot {
        Some(spot) => Some((spot, board.score(unit, spot)?)),
        None => board.strongest(unit),
    }
}

/// Which token, where each is changed by itself.
fn place(board: Board<'_>, spot: usize) -> Option<String> {
    let token = board.base_tokens().get(spot).filter(|_| board.is_by_position())?;
    Some(format!(" at {}, position {spot}", token_label(token)))
}

/// What the colours of scores mean, beside their legend.
pub(crate) fn unit_caption(board: Option<Board<'_>>, as_shares: bool) -> &'static str {
    match board.map_or_else(Metric::default, |board| board.metric()) {
        _ if as_shares => "% of the gap",
        Metric::Logit(LogitScale::Centred) => "logits (centred)",
        Metric::Logit(LogitScale::Raw) => "logits (raw)",
        metric => metric_unit(metric),
    }
}
