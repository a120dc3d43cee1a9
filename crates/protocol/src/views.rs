//! Looking at runs without changing them.

use peek_names::{DirectScale, HeadId, Layer, LensConvention, LogitScale};
use serde::{Deserialize, Serialize};

use crate::{AnswerReading, NextToken, Note, PairTexts, RequestId, Token};

/// The logit lens at every depth and position of a prompt. Answered by [`LensGridReply`]s: `Head`, `Row` from the input
/// up, `Done`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LensGridRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// The prompt.
    pub prompt: String,
    /// The text whose first token is followed; empty for none.
    pub answer: String,
    /// Whether `<|endoftext|>` goes in front.
    pub prepend_bos: bool,
    /// Whether `resid_mid` is read too.
    pub with_mid: bool,
    /// How the last LayerNorm is put on lower residuals.
    pub convention: LensConvention,
    /// How many of the likeliest tokens each cell lists.
    pub top: usize,
}

/// What the engine tells of a [`LensGridRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LensGridReply {
    /// What the grid is of; sent first.
    Head {
        /// The prompt's tokens.
        tokens: Vec<Token>,
        /// The token that is followed.
        followed: Option<Token>,
        /// `0_pre`, `0_mid` .. `final`, from the input up.
        depths: Vec<String>,
        /// What the user should know.
        notes: Vec<Note>,
    },
    /// One depth.
    Row {
        /// Its place in `depths`.
        depth: usize,
        /// `[T]`.
        cells: Vec<LensGridCell>,
    },
    /// Every depth was sent.
    Done {
        /// Wall time from the start of the request, in ms.
        elapsed_ms: f64,
    },
}

/// What the lens reads at one depth and position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LensGridCell {
    /// The likeliest tokens, likeliest first.
    pub top: Vec<NextToken>,
    /// Entropy of the distribution, in nats; `None` where it is no finite number.
    pub entropy: Option<f32>,
    /// The followed token's numbers.
    pub followed: Option<AnswerReading>,
}

/// Direct logit attribution of both runs' last positions, and every head's direct effect. Answered by one
/// [`AttributionResult`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionRequest {
    /// Carried back by the response.
    pub id: RequestId,
    /// The pair. With a foil everything is of the difference of the two logits.
    pub pair: PairTexts,
    /// Which logit is attributed; of no matter with a foil.
    pub scale: LogitScale,
    /// What [`AttributionResult::direct`] is measured with.
    pub by: DirectScale,
}

/// See [`AttributionRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionResult {
    /// The request.
    pub id: RequestId,
    /// The token whose logit this is of.
    pub answer: Token,
    /// The token that it is held against.
    pub foil: Option<Token>,
    /// The clean run's parts.
    pub clean: Attribution,
    /// The corrupt run's parts.
    pub corrupt: Attribution,
    /// `[L][H]`: each head's direct effect, in logits: what putting its clean output into the corrupt run writes towards the
    /// answer itself, leaving out what later layers make of it.
    pub direct: Vec<Vec<f32>>,
    /// What the user should know.
    pub notes: Vec<Note>,
}

/// What every part of a run writes towards a logit. The parts sum to the logit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// The token embedding.
    pub embedding: f32,
    /// The position embedding.
    pub position: f32,
    /// `[L][H]`: each head, without its share of the attention's bias.
    pub heads: Vec<Vec<f32>>,
    /// `[L]`: each MLP, its bias included. Zeros in an attention-only model.
    pub mlps: Vec<f32>,
    /// `[L]`: the attention's biases.
    pub attention_biases: Vec<f32>,
    /// The last LayerNorm's bias and the unembedding's own.
    pub unembedding_bias: f32,
    /// The logit itself, as the run gives it.
    pub logit: f32,
}

/// The attention patterns of whole layers. Answered by one [`PatternsReply`] a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatternsRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// The pair; its answer does not matter.
    pub pair: PairTexts,
    /// Which layer; none for all of them, as thumbnails.
    pub layer: Option<Layer>,
    /// Whether each weight is multiplied by the norm of the value that is read.
    pub weighted: bool,
    /// A pattern of more tokens than this comes smaller: each cell of what comes is the largest weight of those it stands
    /// for. (For thumbnails; none to have every weight.)
    pub most: Option<usize>,
}

/// One layer of a [`PatternsRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatternsReply {
    /// The request.
    pub id: RequestId,
    /// The layer.
    pub layer: Layer,
    /// The clean run's.
    pub clean: Patterns,
    /// The corrupt run's.
    pub corrupt: Patterns,
    /// Layers sent so far, this one included.
    pub done: usize,
    /// Layers in all.
    pub total: usize,
}

/// The patterns of one layer's heads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Patterns {
    /// The run's tokens; `T` of them.
    pub tokens: Vec<Token>,
    /// Rows and columns of each pattern: `T`, or fewer where it was made smaller.
    pub size: usize,
    /// `[H][size * size]`, query down, key across.
    pub heads: Vec<Vec<f32>>,
}

/// Every head's scores on repeated random tokens. Answered by one [`HeadKindsResult`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadKindsRequest {
    /// Carried back by the response.
    pub id: RequestId,
    /// How many random tokens are repeated; fewer where the context is short.
    pub half: usize,
    /// One run each.
    pub seeds: Vec<u64>,
}

/// See [`HeadKindsRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadKindsResult {
    /// The request.
    pub id: RequestId,
    /// How many random tokens were repeated.
    pub half: usize,
    /// `[L][H]`, 0 to 1: the mean weight on the token after this one's earlier occurrence.
    pub induction: Vec<Vec<f32>>,
    /// `[L][H]`: on the token before.
    pub previous_token: Vec<Vec<f32>>,
    /// `[L][H]`: on the earlier occurrence of this token.
    pub duplicate_token: Vec<Vec<f32>>,
    /// From this score on a head is called one of the kind.
    pub label_from: f32,
}

impl HeadKindsResult {
    /// The strongest kind of a head, if it is strong enough for a label: its name and its score.
    #[must_use]
    pub fn label(&self, head: HeadId) -> Option<(&'static str, f32)> {
        let of = |scores: &[Vec<f32>], name| {
            Some((name, *scores.get(head.layer.index())?.get(head.head_index())?))
        };
        let kinds = [
            of(&self.induction, "induction"),
            of(&self.previous_token, "previous token"),
            of(&self.duplicate_token, "duplicate token"),
        ];
        let best = kinds.into_iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best.1 >= self.label_from).then_some(best)
    }
}
