//! Changing a run and seeing what becomes of its last position.

use peek_names::{HeadId, Layer, Unit};
use serde::{Deserialize, Serialize};

use crate::{LensPoint, Note, PairTexts, Pattern, RequestId, RunSummary, Setup, Token};

/// Every head's, or every layer's, effect by itself. Answered by [`InterveneReply`]s: `Aligned`, `Baselines`, `Layers` as
/// they finish, `Done`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterveneRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// The pair.
    pub pair: PairTexts,
    /// What is done to it.
    pub setup: Setup,
}

/// What the engine tells of an [`InterveneRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InterveneReply {
    /// How the prompts lie beside each other; sent before any run.
    Aligned(Alignment),
    /// The metric of the two unpatched runs.
    Baselines(Baselines),
    /// Scores, as layers finish.
    Layers {
        /// Those that have just finished.
        layers: Vec<LayerScores>,
        /// Layers finished so far, these included.
        done: usize,
        /// Layers in all.
        total: usize,
    },
    /// All layers were sent.
    Done {
        /// Wall time from the start of the request, in ms.
        elapsed_ms: f64,
    },
}

/// The two prompts of an intervention side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alignment {
    /// Tokens of the prompt whose run is changed.
    pub base: Vec<Token>,
    /// Tokens of the prompt that lends; empty where none does.
    pub donor: Vec<Token>,
    /// For each base position the donor's; `None` where it meets none. Empty where no prompt lends.
    pub map: Vec<Option<usize>>,
    /// The base positions of each spot, spot by spot, as [`LayerScores::scores`] has them: one spot, or with
    /// [`crate::At::Grid`] one a position (empty where that position meets none).
    pub spots: Vec<Vec<usize>>,
    /// The token that is followed.
    pub answer: Option<Token>,
    /// The token that it is held against.
    pub foil: Option<Token>,
    /// What the user should know; none of these stops the run.
    pub notes: Vec<Note>,
}

/// The metric of the two unpatched runs. `None` where it is no finite number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baselines {
    /// Of the clean run.
    pub clean: Option<f32>,
    /// Of the corrupt run.
    pub corrupt: Option<f32>,
}

/// A metric of one changed run. `None` is undefined: there was nothing to change there, or the metric is no finite number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The metric of the changed run.
    pub value: Option<f32>,
    /// The same minus the metric of the base run.
    pub delta: Option<f32>,
}

/// The scores of one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerScores {
    /// The layer.
    pub layer: Layer,
    /// `[spots][units of the layer]`: a unit each head, or the layer itself.
    pub scores: Vec<Vec<Score>>,
}

/// Some units changed together, beside each of them alone; and the run that comes of it. Answered by one
/// [`TogetherResult`]. With [`crate::At::Grid`] the units are changed at all positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TogetherRequest {
    /// Carried back by the response.
    pub id: RequestId,
    /// The pair.
    pub pair: PairTexts,
    /// What is done to it.
    pub setup: Setup,
    /// Heads, or layers, each once. None of them changes nothing.
    pub units: Vec<Unit>,
    /// The head whose attention in the changed run is wanted.
    pub look: Option<HeadId>,
}

/// See [`TogetherRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TogetherResult {
    /// The request.
    pub id: RequestId,
    /// The metric of the two unpatched runs.
    pub baselines: Baselines,
    /// All units changed at once.
    pub joint: Score,
    /// Each unit by itself, in the request's order.
    pub singles: Vec<(Unit, Score)>,
    /// What the changed run says.
    pub run: RunSummary,
    /// The logit lens of the answer in the clean run, `layers + 1` points.
    pub clean_lens: Vec<LensPoint>,
    /// In the corrupt run.
    pub corrupt_lens: Vec<LensPoint>,
    /// In the changed run.
    pub patched_lens: Vec<LensPoint>,
    /// The attention of the head that was asked for, in the changed run.
    pub pattern: Option<(HeadId, Pattern)>,
    /// Wall time from the start of the request, in ms.
    pub elapsed_ms: f64,
}
