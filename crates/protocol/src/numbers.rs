use peek_names::{Layer, LogitScale, TokenId};
use serde::{Deserialize, Serialize};

use crate::Token;

/// What one run says of one token at its last position.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerReading {
    /// Logit minus the vocabulary's mean logit.
    pub logit: f32,
    /// Logit as the checkpoint gives it.
    pub raw_logit: f32,
    /// Share of the softmax, 0 to 1.
    pub probability: f32,
    /// 1 is the top.
    pub rank: u32,
}

impl AnswerReading {
    /// The logit on one scale.
    #[must_use]
    pub fn on(&self, scale: LogitScale) -> f32 {
        match scale {
            LogitScale::Centred => self.logit,
            LogitScale::Raw => self.raw_logit,
        }
    }
}

/// One of the tokens that a run holds likeliest next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextToken {
    /// Its id.
    pub id: TokenId,
    /// Its text, lossy where the token is part of a character.
    pub text: String,
    /// Its numbers.
    pub reading: AnswerReading,
}

/// What an unpatched run says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The answer's numbers in this run.
    pub answer: AnswerReading,
    /// The ten likeliest next tokens, likeliest first.
    pub top: Vec<NextToken>,
}

/// The scores of one layer's heads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerRow {
    /// The layer.
    pub layer: Layer,
    /// `[heads]`: metric with this head patched minus the corrupt run's metric, in logits.
    pub deltas: Vec<f32>,
}

/// One residual of a [`LensCurve`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LensPoint {
    /// `0_pre`, `1_pre` .. and `final` for the last `resid_post`.
    pub label: String,
    /// The answer's numbers when this residual is read by `ln_final` and the unembedding.
    pub reading: AnswerReading,
}

/// The logit lens of one prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LensCurve {
    /// The prompt's tokens.
    pub tokens: Vec<Token>,
    /// The token that is followed.
    pub answer: Token,
    /// `layers + 1` of them, from the embedding up.
    pub points: Vec<LensPoint>,
    /// Warnings about this prompt.
    pub notes: Vec<crate::Note>,
}

/// An attention pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// The run's tokens; `T` of them.
    pub tokens: Vec<Token>,
    /// `[T, T]` row by row: query down, key across, each row a distribution over the keys up to the query.
    pub weights: Vec<f32>,
}

impl Pattern {
    /// How much position `query` reads from position `key`, 0 to 1; `None` outside the pattern.
    #[must_use]
    pub fn weight(&self, query: usize, key: usize) -> Option<f32> {
        let t = self.tokens.len();
        (query < t && key < t).then(|| self.weights.get(query * t + key).copied())?
    }
}
