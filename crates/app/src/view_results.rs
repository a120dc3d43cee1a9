use peek_names::{HeadId, Metric, Unit};
use peek_protocol::{AttributionResult, LensGridCell, Note, PatternsReply, Setup, Token};

use crate::{Board, State, head_at};

/// The lens at every position, as far as it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct LensGridResult {
    /// The prompt's tokens.
    pub tokens: Vec<Token>,
    /// The token that is followed.
    pub followed: Option<Token>,
    /// `0_pre` .. `final`, from the input up.
    pub depths: Vec<String>,
    /// One for each of `depths`: `[T]`; `None` where it has not arrived. Shared, so that a new row copies no other.
    pub rows: Vec<Option<crate::Shared<Vec<LensGridCell>>>>,
    /// What the user should know.
    pub notes: Vec<Note>,
    /// Wall time of the request in ms, once it is complete.
    pub elapsed_ms: Option<f64>,
}

impl LensGridResult {
    /// What the lens reads at a depth and a position; `None` where it has not arrived.
    #[must_use]
    pub fn cell(&self, depth: usize, position: usize) -> Option<&LensGridCell> {
        self.rows.get(depth)?.as_ref()?.get(position)
    }

    /// Depths that have arrived.
    #[must_use]
    pub fn done(&self) -> usize {
        self.rows.iter().flatten().count()
    }
}

/// Patterns of whole layers, as far as they have come.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternsResult {
    /// The layers that have arrived, layer 0 first.
    pub layers: Vec<crate::Shared<PatternsReply>>,
    /// Layers in all.
    pub total: usize,
}

impl State {
    /// Every head's patching effect, where the scores on the screen are such effects of the same unit, and its direct
    /// effect: both in logits, or both in logits of the difference to the foil.
    #[must_use]
    pub fn effects(&self, result: &AttributionResult) -> Vec<(HeadId, Option<f32>, f32)> {
        let scores = match self.board() {
            Some(board @ Board::Other(shown)) if result.foil.is_some() => {
                let setup = Setup { metric: Metric::LogitDifference, ..Setup::default() };
                (shown.asked.setup == setup).then_some(board)
            }
            _ if result.foil.is_some() => None,
            _ => self.patch.shown.as_deref().map(Board::Heads),
        };
        let all = result.direct.iter().enumerate().flat_map(|(layer, row)| {
            row.iter().enumerate().map(move |(head, direct)| (head_at(layer, head), *direct))
        });
        let patching = |head| scores?.score(Unit::Head(head), 0)?.delta;
        all.map(|(head, direct)| (head, patching(head), direct)).collect()
    }
}
