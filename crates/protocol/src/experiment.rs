//! What an analysis starts from and how it is set up. An experiment's file holds the same types, so their names in JSON
//! stay as they are.

use peek_names::{MeanOver, Metric, Site};
use serde::{Deserialize, Serialize};

/// Two prompts, and the tokens that are followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PairTexts {
    /// The prompt that brings the answer.
    pub clean: String,
    /// The prompt that does not.
    pub corrupt: String,
    /// The text whose first token is followed.
    pub answer: String,
    /// The text whose first token the answer is held against; empty for none.
    #[serde(default)]
    pub foil: String,
    /// Whether `<|endoftext|>` goes in front of both prompts.
    pub prepend_bos: bool,
}

/// What is put where. The *base* run is the one that is changed, the *donor* the one that lends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// The clean run's value into the corrupt run.
    #[default]
    Denoise,
    /// The corrupt run's value into the clean run.
    Noise,
    /// Zero into the clean run. Of `v` and `z` what remains is their bias, as in TransformerLens.
    Zero,
    /// A mean over the prompts of [`Setup::mean_prompts`] into the clean run.
    Mean(MeanOver),
}

impl Edit {
    /// Which of the pair is changed.
    #[must_use]
    pub fn base(self) -> Side {
        match self {
            Self::Denoise => Side::Corrupt,
            Self::Noise | Self::Zero | Self::Mean(_) => Side::Clean,
        }
    }

    /// Which of the pair lends; none where the value is of no single run.
    #[must_use]
    pub fn donor(self) -> Option<Side> {
        match self {
            Self::Denoise => Some(Side::Clean),
            Self::Noise => Some(Side::Corrupt),
            Self::Zero | Self::Mean(_) => None,
        }
    }
}

/// One of the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The clean prompt.
    Clean,
    /// The corrupt prompt.
    Corrupt,
}

/// Where along the base prompt a site is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// At its last position.
    #[default]
    Last,
    /// At one position of the base prompt, counted from 0 with `<|endoftext|>`.
    One(usize),
    /// At all positions at once.
    All,
    /// At each position by itself.
    Grid,
}

/// How an intervention is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Setup {
    /// What is changed.
    pub site: Site,
    /// Into what.
    pub edit: Edit,
    /// Where.
    pub at: At,
    /// What is read off the last position.
    pub metric: Metric,
    /// For each base position the donor's position that lends to it. `None` is the alignment that the tokens suggest.
    #[serde(default)]
    pub alignment: Option<Vec<Option<usize>>>,
    /// The prompts that [`Edit::Mean`] takes the mean of; empty for the pair's own two.
    #[serde(default)]
    pub mean_prompts: Vec<String>,
}
