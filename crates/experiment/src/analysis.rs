use std::collections::BTreeMap;

use peek_names::{HeadId, Unit};
use peek_protocol::{PairTexts, Setup};
use serde::{Deserialize, Serialize};

/// Everything that decides what the page computes and shows, and nothing that is computed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// The pair, its answer and foil, and whether `<|endoftext|>` goes in front.
    pub pair: PairTexts,
    /// What is changed, into what, where, and what is read.
    #[serde(default)]
    pub setup: Setup,
    /// The head that was pinned.
    #[serde(default)]
    pub pinned: Option<HeadId>,
    /// The heads, or layers, that are changed together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Unit>,
    /// The prompts of the logit lens.
    #[serde(default)]
    pub lens: Vec<LensLine>,
    /// How the results are looked at: the name of a choice and of what was chosen. A reader leaves alone what it does not
    /// know.
    #[serde(default)]
    pub views: BTreeMap<String, String>,
}

/// A prompt of the logit lens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LensLine {
    /// The text to run.
    pub prompt: String,
    /// The text whose first token is followed.
    pub answer: String,
}
