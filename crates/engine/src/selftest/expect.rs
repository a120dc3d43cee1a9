//! The file of expected numbers. It may come from anywhere, so nothing in it is taken on trust.

use peek_model::Gpt2Config;
use serde::Deserialize;

use crate::EngineError;

/// Longest file that is read, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// Most numbers in a file: far above what any published table has.
const MOST_NUMBERS: usize = 10_000;
/// Most prompts of one check, each of which is a run.
const MOST_RUNS: usize = 64;

/// Numbers that are published for one checkpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// The checkpoint.
    #[serde(rename = "for")]
    pub subject: Subject,
    /// Where the numbers come from, in a sentence.
    pub source: String,
    pub(crate) checks: Vec<Check>,
}

/// A checkpoint that numbers are published for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// What it is called.
    pub label: String,
    /// SHA-256 of its weights' file, in lower-case hexadecimal.
    pub sha256: String,
    /// Blocks.
    pub layers: usize,
    /// Heads in each block.
    pub heads: usize,
    /// Rows of the vocabulary.
    pub vocab: usize,
}

/// A prompt and what is followed at its last position.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Followed {
    pub(crate) prompt: String,
    /// Text whose first token is followed.
    pub(crate) answer: String,
    /// Text whose first token's logit is taken away from the answer's.
    pub(crate) foil: Option<String>,
    /// Whether `<|endoftext|>` goes in front.
    pub(crate) bos: bool,
}

/// A clean and a corrupt prompt, for patching.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    pub(crate) clean: String,
    pub(crate) corrupt: String,
    pub(crate) answer: String,
    pub(crate) foil: Option<String>,
    pub(crate) bos: bool,
}

/// One number, or one table of them. `decimals` says how the published figure is rounded.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Check {
    /// The first token of a text.
    Token { text: String, id: u32 },
    /// The mean over prompts of the answer's centred logit, minus the foil's where there is one.
    Logit { at: Vec<Followed>, value: f64, decimals: u32 },
    /// The answer's share of the softmax.
    Probability { at: Followed, value: f64, decimals: u32 },
    /// The mean of what each next token costs, in nats.
    Loss { prompt: String, bos: bool, value: f64, decimals: u32 },
    /// The answer's centred logit at every point of the lens, `[L + 1]`.
    Lens { at: Followed, values: Vec<f64>, decimals: u32 },
    /// What each head's clean `z` at the last position does to the mean metric of the corrupt runs, `[L][H]`; `share`
    /// divides it by the distance from the corrupt to the clean mean.
    HeadScores { pairs: Vec<Pair>, share: bool, values: Vec<Vec<f64>>, decimals: u32 },
}

impl Expectations {
    /// Reads a file's text.
    ///
    /// # Errors
    /// Where it is not such a file, or too large to be one.
    pub fn parse(text: &str) -> Result<Self, EngineError> {
        if text.len() > MOST_BYTES {
            return Err(refused(format!(
                "the file has {} bytes, and {MOST_BYTES} at most are read",
                text.len()
            )));
        }
        let read: Self = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
        let numbers = read.total();
        if numbers == 0 || numbers > MOST_NUMBERS {
            return Err(refused(format!("it has {numbers} numbers: 1 to {MOST_NUMBERS} are possible")));
        }
        read.checks.iter().try_for_each(|check| check.is_sound(&read.subject))?;
        Ok(read)
    }

    /// How many numbers there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.checks.iter().map(|check| check.numbers().len()).sum()
    }

    /// Whether they are of a model of this shape: of others there is nothing to compare.
    pub(crate) fn fits(&self, config: &Gpt2Config) -> Result<(), EngineError> {
        let Subject { label, layers, heads, vocab, .. } = &self.subject;
        if (*layers, *heads, *vocab) == (config.layers, config.heads, config.vocab) {
            return Ok(());
        }
        Err(refused(format!(
            "they are of {label}, with {layers} layers, {heads} heads and {vocab} tokens; the loaded model has {}, {} and \
             {}: load {label}, or choose the file of this model",
            config.layers, config.heads, config.vocab
        )))
    }
}

impl Check {
    /// Every published number.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        match self {
            Self::Token { id, .. } => vec![f64::from(*id)],
            Self::Logit { value, .. } | Self::Probability { value, .. } | Self::Loss { value, .. } => {
                vec![*value]
            }
            Self::Lens { values, .. } => values.clone(),
            Self::HeadScores { values, .. } => values.concat(),
        }
    }

    fn is_sound(&self, subject: &Subject) -> Result<(), EngineError> {
        let runs = match self {
            Self::Logit { at, .. } => at.len(),
            Self::HeadScores { pairs, .. } => pairs.len(),
            _ => 1,
        };
        if runs == 0 || runs > MOST_RUNS {
            return Err(refused(format!("a check has {runs} prompts: 1 to {MOST_RUNS} are possible")));
        }
        let is_table = match self {
            Self::Lens { values, .. } => values.len() == subject.layers.saturating_add(1),
            Self::HeadScores { values, .. } => {
                values.len() == subject.layers && values.iter().all(|row| row.len() == subject.heads)
            }
            _ => true,
        };
        if is_table { Ok(()) } else { Err(refused("a table is not of the model's layers and heads".into())) }
    }
}

pub(super) fn refused(why: String) -> EngineError {
    EngineError::Expectations(why)
}
