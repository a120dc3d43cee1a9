use std::collections::BTreeMap;

use peek_names::HeadId;
use peek_protocol::{AnswerTokens, AttentionResult, LayerRow, LensCurve, Note, RequestId, RunSummary, Token};

use crate::{Gap, PatchInputs, RowKey, Shared};

/// Where a panel's newest request is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was asked yet.
    #[default]
    Empty,
    /// Something was typed; the request waits for a pause.
    Waiting,
    /// The engine is at it.
    Running,
    /// Everything has arrived.
    Done,
    /// The input cannot be run as it is; the notes say why.
    Refused,
    /// The user ended it.
    Cancelled,
    /// It failed; the sentence says why and what to do.
    Failed(String),
}

impl Phase {
    /// What is to be said of a failure; `None` where nothing failed.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        match self {
            Self::Failed(message) => Some(message),
            _ => None,
        }
    }
}

/// How the pair's texts split.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchTokens {
    /// The clean prompt's tokens.
    pub clean: Vec<Token>,
    /// The corrupt prompt's tokens.
    pub corrupt: Vec<Token>,
    /// The answer's, where it could be split.
    pub answer: Option<AnswerTokens>,
    /// Which of the clean prompt's tokens, and which of the corrupt one's, are not the other's.
    pub changed: (Vec<bool>, Vec<bool>),
}

impl PatchTokens {
    /// The tokens, and where they differ.
    #[must_use]
    pub fn new(clean: Vec<Token>, corrupt: Vec<Token>, answer: Option<AnswerTokens>) -> Self {
        let changed = crate::changed_tokens(&clean, &corrupt);
        Self { clean, corrupt, answer, changed }
    }
}

/// Head scores, complete or not.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchResult {
    /// What was asked.
    pub inputs: PatchInputs,
    /// The load of the model that answered.
    pub model: u64,
    /// How the texts split.
    pub tokens: PatchTokens,
    /// What the unpatched clean run says.
    pub clean: RunSummary,
    /// What the unpatched corrupt run says.
    pub corrupt: RunSummary,
    /// The layers that have finished, layer 0 first.
    pub rows: Vec<LayerRow>,
    /// Layers in all.
    pub layers: usize,
    /// Heads in a layer.
    pub heads: usize,
    /// Wall time of the request in ms, once it is complete.
    pub elapsed_ms: Option<f64>,
}

impl PatchResult {
    /// The metric of the unpatched runs on the scale that was asked for.
    #[must_use]
    pub fn gap(&self) -> Gap {
        let scale = self.inputs.scale;
        Gap { clean: self.clean.answer.on(scale), corrupt: self.corrupt.answer.on(scale) }
    }

    /// Whether every layer is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.layers > 0 && self.rows.len() >= self.layers
    }

    /// One head's score; `None` while its layer is not finished.
    #[must_use]
    pub fn delta(&self, head: HeadId) -> Option<f32> {
        let row = self.rows.iter().find(|row| row.layer == head.layer)?;
        row.deltas.get(head.head_index()).copied()
    }

    /// The answer's text as the vocabulary has it.
    #[must_use]
    pub fn answer_token(&self) -> &str {
        let first = self.tokens.answer.as_ref().and_then(AnswerTokens::first);
        first.map_or(&*self.inputs.answer, |token| &*token.text)
    }
}

/// The head scores' panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatchPanel {
    /// The newest request: responses to another are dropped.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// What the newest request asked, until its runs arrive.
    pub(crate) asked: Option<PatchInputs>,
    /// How the newest texts split.
    pub tokens: Option<Shared<PatchTokens>>,
    /// The last good result.
    pub shown: Option<Shared<PatchResult>>,
    /// What is wrong with, or to be known about, the newest texts.
    pub notes: Vec<Note>,
}

/// A curve and what it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownCurve {
    /// The prompt that was run.
    pub prompt: String,
    /// The answer that was followed.
    pub answer: String,
    /// Whether `<|endoftext|>` went in front.
    pub prepend_bos: bool,
    /// The load of the model that answered.
    pub model: u64,
    /// The curve.
    pub curve: Shared<LensCurve>,
}

/// What a row of the lens' list has so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LensRowResult {
    /// Its last good curve.
    pub shown: Option<ShownCurve>,
    /// What is wrong with, or to be known about, its newest texts.
    pub notes: Vec<Note>,
}

/// The logit lens' panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LensPanel {
    /// The newest request.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// The rows that the newest request is about, with the texts that were sent, in its order.
    pub(crate) asked: Vec<(RowKey, String, String)>,
    pub(crate) asked_bos: bool,
    /// Prompts that have been answered.
    pub done: usize,
    /// What each row has so far.
    pub rows: BTreeMap<RowKey, LensRowResult>,
}

impl LensPanel {
    /// Prompts of the newest request.
    #[must_use]
    pub fn total(&self) -> usize {
        self.asked.len()
    }
}

/// A head's patterns and what they were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownAttention {
    /// The load of the model that answered.
    pub model: u64,
    /// The pair that was run.
    pub inputs: PatchInputs,
    /// The patterns.
    pub result: Shared<AttentionResult>,
}

/// The attention panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttentionPanel {
    /// The newest request.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// Which head, on which pair, on which load of the model the newest request asked for.
    pub(crate) asked: Option<(HeadId, PatchInputs, u64)>,
    /// The last good result.
    pub shown: Option<ShownAttention>,
}
