//! The same analysis over many pairs.

use peek_names::{DirectScale, LogitScale};
use serde::{Deserialize, Serialize};

use crate::{Baselines, Note, PairTexts, RequestId, Setup};

/// Runs an analysis on every pair. Answered by [`SetReply`]s: one `Item` a pair, `Done`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// The pairs.
    pub pairs: Vec<PairTexts>,
    /// What is done with each.
    pub analysis: SetAnalysis,
}

/// What is measured of each pair of a set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAnalysis {
    /// Every unit's effect, with `[units * spots]` cells, unit by unit. Prompts have lengths of their own, so that
    /// [`crate::At::One`] and [`crate::At::Grid`] ask for prompts of one length, and others are refused by name. Mean
    /// ablation takes the set's own prompts where [`Setup::mean_prompts`] is empty; a mean per position asks for one length
    /// too, and takes those prompts that have it.
    Interventions(Setup),
    /// The answer's centred logit at every depth of the clean run, then of the corrupt run: `2 (L + 1)` cells.
    Lens,
    /// Each head's direct effect: `L * H` cells, in logits.
    Direct(LogitScale, DirectScale),
}

/// What the engine tells of a [`SetRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SetReply {
    /// One pair is finished.
    Item {
        /// Its place in the request.
        index: usize,
        /// Its numbers; where it could not be run, what is wrong with it.
        result: Result<SetNumbers, Vec<Note>>,
        /// Pairs finished so far, this one included.
        done: usize,
    },
    /// Every pair was sent.
    Done {
        /// Wall time from the start of the request, in ms.
        elapsed_ms: f64,
    },
}

/// The numbers of one pair.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetNumbers {
    /// The metric of the unpatched runs: the setup's; of the other analyses the answer's logit, or its difference to the
    /// foil's where there is one.
    pub baselines: Baselines,
    /// As the analysis says; for interventions the deltas. `None` is undefined.
    pub cells: Vec<Option<f32>>,
}
