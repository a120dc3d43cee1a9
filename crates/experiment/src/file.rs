//! The experiment's file: JSON that holds an analysis, on what it ran, and its numbers.

use peek_protocol::{LensCurve, RunSummary, Token};
use serde::{Deserialize, Serialize};

use crate::{Analysis, LimitError, PromptPair, limits};

/// The version that is written; older ones are read.
pub const VERSION: u32 = 1;

const FORMAT: &str = "peek-experiment";

/// An experiment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    format: String,
    version: u32,
    /// The version of Peek that wrote it.
    #[serde(default)]
    pub peek: String,
    /// When, as the writer had it; may be empty.
    #[serde(default)]
    pub date: String,
    /// What was asked.
    pub analysis: Analysis,
    /// The list of many prompts beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<PromptPair>,
    /// The model that answered.
    #[serde(default)]
    pub model: Option<Model>,
    /// Where it ran.
    #[serde(default)]
    pub ran_on: Option<RunOn>,
    /// What was found; none where nothing had run.
    #[serde(default)]
    pub results: Option<Results>,
}

/// The model of an experiment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// What the page calls it.
    pub label: String,
    /// SHA-256 of the weights' bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Blocks.
    pub layers: usize,
    /// Heads in each block.
    pub heads: usize,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Rows of the vocabulary.
    pub vocab: usize,
    /// How the file stored its numbers.
    pub dtype: String,
}

/// Where an experiment ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOn {
    /// `cpu` or `webgpu`.
    pub backend: String,
    /// What the adapter calls itself; empty on the CPU.
    #[serde(default)]
    pub adapter: String,
}

/// A token as a file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenText {
    /// Its id.
    pub id: u32,
    /// Its text.
    pub text: String,
}

impl From<&Token> for TokenText {
    fn from(token: &Token) -> Self {
        Self { id: token.id.0, text: token.text.clone() }
    }
}

/// The metric of the two unpatched runs; `null` is undefined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Of the clean run.
    pub clean: Option<f32>,
    /// Of the corrupt run.
    pub corrupt: Option<f32>,
}

/// The effect of one unit at one place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreLine {
    /// The unit: `L9H7`, or `L9` of a layer's site.
    pub unit: String,
    /// The position of a grid's cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// The metric of the changed run; `null` is undefined.
    pub value: Option<f32>,
    /// The same minus the base run's.
    pub delta: Option<f32>,
}

/// What an experiment found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The clean prompt's tokens.
    #[serde(default)]
    pub clean_tokens: Vec<TokenText>,
    /// The corrupt prompt's.
    #[serde(default)]
    pub corrupt_tokens: Vec<TokenText>,
    /// The token that is followed.
    #[serde(default)]
    pub answer: Option<TokenText>,
    /// The metric of the unpatched runs.
    #[serde(default)]
    pub baselines: Baseline,
    /// A score a unit and place.
    #[serde(default)]
    pub scores: Vec<ScoreLine>,
    /// What the clean run says.
    #[serde(default)]
    pub clean: Option<RunSummary>,
    /// What the corrupt run says.
    #[serde(default)]
    pub corrupt: Option<RunSummary>,
    /// The curves of the lens, in the order of its prompts; `null` where there is none.
    #[serde(default)]
    pub lens: Vec<Option<LensCurve>>,
}

/// A file that is no experiment.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No JSON, or not the fields of an experiment.
    #[error("This is no experiment of Peek ({}).", limits::said(.0))]
    Json(#[from] serde_json::Error),
    /// JSON of something else, with what it says of itself; empty where it says nothing.
    #[error("This is no experiment of Peek{}. Open a file that “Save” wrote.", if .0.is_empty() { String::new() } else { format!(": its format is `{}`", .0) })]
    Format(String),
    /// Of a later version.
    #[error("This experiment is of version {0}; this Peek reads versions up to {VERSION}. Use a newer one.")]
    Version(u32),
    /// A number that is infinite in what computes with it.
    #[error("This experiment has a number in its results that is too large to be one of a model's.")]
    Number,
    /// Too much of something.
    #[error("This experiment is too large: {0}.")]
    Limit(#[from] LimitError),
}

impl Experiment {
    /// An experiment without results.
    #[must_use]
    pub fn new(analysis: Analysis) -> Self {
        let peek = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT.to_owned(), version: VERSION, peek, analysis, ..Self::default() }
    }

    /// Whether a text claims to be an experiment's file, without reading it.
    #[must_use]
    pub fn is_claimed_by(text: &str) -> bool {
        let start: String = text.chars().take(200).collect();
        start.contains(FORMAT)
    }

    /// The file's text.
    ///
    /// # Errors
    /// Where there is more of something than [`Experiment::from_json`] takes: a file that could not be opened is not written.
    pub fn to_json(&self) -> Result<String, FileError> {
        self.check()?;
        let text = serde_json::to_string_pretty(self)? + "\n";
        limits::at_most("bytes", text.len(), limits::FILE_BYTES)?;
        Ok(text)
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// Where it is no experiment, of a later version, larger than is taken, or has numbers that cannot be.
    pub fn from_json(text: &str) -> Result<Self, FileError> {
        #[derive(Deserialize)]
        struct Claim {
            #[serde(default)]
            format: String,
            #[serde(default)]
            version: u32,
        }
        limits::at_most("bytes", text.len(), limits::FILE_BYTES)?;
        // First what it claims to be: a later version may have other fields.
        let claim: Claim = serde_json::from_str(text)?;
        if claim.format != FORMAT {
            return Err(FileError::Format(claim.format.chars().take(40).collect()));
        }
        if !(1..=VERSION).contains(&claim.version) {
            return Err(FileError::Version(claim.version));
        }
        let experiment: Self = serde_json::from_str(text)?;
        experiment.check()?;
        if experiment.results.as_ref().is_some_and(|results| !results.is_finite()) {
            return Err(FileError::Number);
        }
        Ok(experiment)
    }

    /// # Errors
    /// Where there is more of something than is taken.
    fn check(&self) -> Result<(), LimitError> {
        self.analysis.check()?;
        limits::at_most("pairs in its list", self.set.len(), limits::PAIRS)?;
        for pair in &self.set {
            for text in [&pair.clean, &pair.corrupt, &pair.answer, &pair.foil] {
                limits::at_most("characters in one text", text.chars().count(), limits::TEXT_CHARS)?;
            }
        }
        Ok(())
    }
}
