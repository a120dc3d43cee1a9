//! What a conversion costs: the logits of some prompts, before and after.

use peek_engine::EngineError;
use peek_interp::{FullSpeed, LogitRows, Run, every_logit};
use peek_model::{Tokenizer, checkpoint::LoadedCheckpoint};
use peek_names::TokenId;
use pollster::block_on;

use crate::error::CliError;

/// Texts of the kinds that people look at: facts, misled facts, indirect objects, prose, code, other scripts.
pub(crate) const PROMPTS: [&str; 8] = [
    "Who wrote Pride and Prejudice?",
    "Who wrote Pride and Prejudice? Some say Emily Brontë.",
    "When Mary and John went to the store, John gave a drink to",
    "The capital of France is",
    "It was the best of times, it was the worst of times, it was the age of wisdom,",
    "def add(a, b):\n    return a +",
    "1, 2, 3, 4, 5, 6,",
    "日本語と русский язык 🙂",
];

/// A checkpoint's hash, and its logits after every token of every prompt.
pub(crate) struct Measured {
    pub(crate) sha256: String,
    logits: Vec<LogitRows>,
}

/// Runs the prompts, each with the token that begins a text in front where there is one, and drops the model.
///
/// # Errors
/// Where the tokenizer does not belong to the model.
pub(crate) fn logits(loaded: LoadedCheckpoint, tokenizer: &Tokenizer) -> Result<Measured, CliError> {
    let LoadedCheckpoint { model, sha256, .. } = loaded;
    let (known, rows) = (tokenizer.vocab_size(), model.config.vocab);
    if known > rows {
        return Err(EngineError::TokenizerMismatch { tokenizer: known, weights: rows }.into());
    }
    let mut logits = Vec::new();
    for prompt in PROMPTS {
        let text = tokenizer.encode(prompt)?.into_iter().map(|piece| piece.id);
        let ids: Vec<TokenId> = tokenizer.bos().into_iter().chain(text).take(model.config.context).collect();
        let run = block_on(Run::new(&model, &ids, &FullSpeed))?;
        logits.push(block_on(every_logit(&model, &run))?);
    }
    Ok(Measured { sha256, logits })
}

impl Measured {
    /// The largest absolute difference of a logit, as the checkpoint gives it or minus the mean over the vocabulary:
    /// whichever is larger.
    pub(crate) fn largest_difference(&self, other: &Self) -> f32 {
        let mut largest = 0.0_f64;
        for (ours, theirs) in self.logits.iter().zip(&other.logits) {
            for row in 0..ours.rows() {
                let (Some(ours), Some(theirs)) = (ours.row(row), theirs.row(row)) else { continue };
                let differences = || ours.iter().zip(theirs).map(|(a, b)| f64::from(*a) - f64::from(*b));
                let mean = differences().sum::<f64>() / ours.len().max(1) as f64;
                let worst = |largest: f64, d: f64| largest.max(d.abs()).max((d - mean).abs());
                largest = differences().fold(largest, worst);
            }
        }
        largest as f32
    }
}
