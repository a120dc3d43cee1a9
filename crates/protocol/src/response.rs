use peek_names::HeadId;
use serde::{Deserialize, Serialize};

use crate::{
    AnswerTokens, AttributionResult, BackendKind, Benchmark, Delivery, HeadKindsResult, InterveneReply,
    LayerRow, LensCurve, LensGridReply, ModelInfo, Pattern, PatternsReply, RequestId, RunSummary,
    SelfTestRow, SetReply, StoreKind, StoredModel, TogetherResult, Token,
};

/// What the engine tells the page. All but [`Response::Fatal`] answer one request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// How far a [`crate::Request::Load`] is.
    Loading {
        /// The request.
        id: RequestId,
        /// What is being done.
        stage: LoadStage,
        /// Bytes of weights read so far.
        done: u64,
        /// Bytes of weights in all, 0 while unknown.
        total: u64,
    },
    /// How far the bytes of a [`crate::ModelChoice::Remote`] are. What it reads it uploads at once, so this is the
    /// load's progress too.
    Delivering {
        /// The request.
        id: RequestId,
        /// How far.
        delivery: Delivery,
    },
    /// What lies in the browser's storage.
    Stored {
        /// The request.
        id: RequestId,
        /// What keeps it.
        place: StoreKind,
        /// Every model that is there, the newest first.
        models: Vec<StoredModel>,
        /// Bytes that the site takes and may take, where the browser says.
        quota: Option<(u64, u64)>,
    },
    /// The model is on its device.
    Loaded {
        /// The request.
        id: RequestId,
        /// What was loaded.
        model: ModelInfo,
        /// Where it runs.
        backend: BackendKind,
        /// What the user should know of it: that nothing verified it, or that it could not be kept.
        notes: Vec<Note>,
    },
    /// How a [`crate::Request::Patch`]'s texts split, sent before any run.
    Tokens {
        /// The request.
        id: RequestId,
        /// The clean prompt's tokens, `<|endoftext|>` first where it was asked for.
        clean: Vec<Token>,
        /// The corrupt prompt's tokens.
        corrupt: Vec<Token>,
        /// The answer's tokens, of which the first is followed.
        answer: AnswerTokens,
        /// What the user should know; none of these stops the run.
        notes: Vec<Note>,
    },
    /// What the two unpatched runs say.
    Runs {
        /// The request.
        id: RequestId,
        /// The clean run.
        clean: RunSummary,
        /// The corrupt run.
        corrupt: RunSummary,
    },
    /// Heads' scores, as groups of layers finish.
    Rows {
        /// The request.
        id: RequestId,
        /// One entry a layer that has just finished.
        rows: Vec<LayerRow>,
        /// Layers finished so far, these included.
        done: usize,
        /// Layers in all.
        total: usize,
    },
    /// A [`crate::Request::Patch`] has sent all its rows.
    PatchDone {
        /// The request.
        id: RequestId,
        /// Wall time from the start of the request, in ms.
        elapsed_ms: f64,
    },
    /// One prompt of a [`crate::Request::Lens`] is finished.
    Lens {
        /// The request.
        id: RequestId,
        /// The prompt's place in the request.
        index: usize,
        /// Its curve; where the prompt could not be run, what is wrong with it.
        result: Result<LensCurve, Vec<Note>>,
        /// Prompts in all.
        total: usize,
    },
    /// A head's patterns.
    Attention(AttentionResult),
    /// Numbers of a [`crate::Request::SelfTest`], as they are measured.
    SelfTestRows {
        /// The request.
        id: RequestId,
        /// Those that have just been measured, in the file's order.
        rows: Vec<SelfTestRow>,
        /// Numbers measured so far, these included.
        done: usize,
        /// Numbers in all.
        total: usize,
    },
    /// A [`crate::Request::SelfTest`] has sent all its rows.
    SelfTestDone {
        /// The request.
        id: RequestId,
        /// Wall time from the start of the request, in ms.
        elapsed_ms: f64,
    },
    /// How long the loaded model takes.
    Benchmark {
        /// The request.
        id: RequestId,
        /// The times.
        benchmark: Benchmark,
    },
    /// The request cannot be run as it is; what the page shows stays valid.
    Refused {
        /// The request.
        id: RequestId,
        /// What is wrong, each beside its field.
        notes: Vec<Note>,
        /// The texts' tokens where they could be made, so that the strips follow the typing all the same.
        tokens: Option<(Vec<Token>, Vec<Token>)>,
    },
    /// The request was ended by [`crate::Request::Cancel`].
    Cancelled {
        /// The request.
        id: RequestId,
    },
    /// The request failed for a reason that is not the user's input.
    Failed {
        /// The request.
        id: RequestId,
        /// What happened.
        failure: Failure,
    },
    /// The engine itself is gone: only a restart helps.
    Fatal {
        /// What happened, in one sentence.
        message: String,
    },
    /// Of a [`crate::Request::Intervene`].
    Intervene {
        /// The request.
        id: RequestId,
        /// What there is to say.
        reply: InterveneReply,
    },
    /// Of a [`crate::Request::Together`].
    Together(Box<TogetherResult>),
    /// Of a [`crate::Request::LensGrid`].
    LensGrid {
        /// The request.
        id: RequestId,
        /// What there is to say.
        reply: LensGridReply,
    },
    /// Of a [`crate::Request::Attribute`].
    Attribution(Box<AttributionResult>),
    /// Of a [`crate::Request::Patterns`].
    Patterns(PatternsReply),
    /// Of a [`crate::Request::HeadKinds`].
    HeadKinds(HeadKindsResult),
    /// Of a [`crate::Request::Set`].
    Set {
        /// The request.
        id: RequestId,
        /// What there is to say.
        reply: SetReply,
    },
}

impl Response {
    /// The request that this answers.
    #[must_use]
    pub fn id(&self) -> Option<RequestId> {
        match self {
            Self::Loading { id, .. }
            | Self::Delivering { id, .. }
            | Self::Stored { id, .. }
            | Self::Loaded { id, .. }
            | Self::Tokens { id, .. }
            | Self::Runs { id, .. }
            | Self::Rows { id, .. }
            | Self::PatchDone { id, .. }
            | Self::Lens { id, .. }
            | Self::SelfTestRows { id, .. }
            | Self::SelfTestDone { id, .. }
            | Self::Benchmark { id, .. }
            | Self::Refused { id, .. }
            | Self::Cancelled { id }
            | Self::Failed { id, .. }
            | Self::Intervene { id, .. }
            | Self::LensGrid { id, .. }
            | Self::Set { id, .. } => Some(*id),
            Self::Attention(result) => Some(result.id),
            Self::Together(result) => Some(result.id),
            Self::Attribution(result) => Some(result.id),
            Self::Patterns(reply) => Some(reply.id),
            Self::HeadKinds(result) => Some(result.id),
            Self::Fatal { .. } => None,
        }
    }
}

/// See [`Response::Loading`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadStage {
    /// The backend is being opened.
    Backend,
    /// Tokenizer and config are being read.
    Tokenizer,
    /// Weights are being read.
    Weights,
    /// The first run, which on WebGPU compiles the shaders.
    Warmup,
}

/// See [`Response::Attention`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionResult {
    /// The request.
    pub id: RequestId,
    /// Whose patterns these are.
    pub head: HeadId,
    /// In the clean run.
    pub clean: Pattern,
    /// In the corrupt run.
    pub corrupt: Pattern,
}

/// Where on the page a [`Note`] belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The clean prompt.
    Clean,
    /// The corrupt prompt.
    Corrupt,
    /// The answer.
    Answer,
    /// The lens prompt at this place of the list.
    LensPrompt(usize),
    /// The answer of the lens prompt at this place.
    LensAnswer(usize),
    /// The choice of model.
    Model,
    /// The choice of backend.
    Backend,
    /// The head grid as a whole.
    Grid,
    /// The foil.
    Foil,
    /// What an intervention is set up to do: site, positions, alignment, prompts of a mean.
    Setup,
    /// The pair at this place of a set.
    SetPair(usize),
}

/// How much a [`Note`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoteLevel {
    /// The request ran; the user should know this.
    Warning,
    /// The request did not run.
    Error,
}

/// A sentence for the user, with its place on the page. It says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The field that it belongs to.
    pub place: Place,
    /// Whether it stopped the request.
    pub level: NoteLevel,
    /// One or two sentences.
    pub message: String,
}

/// Why a request failed although its input was fine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The field that it belongs to, where there is one.
    pub place: Option<Place>,
    /// What happened and what to do, in one or two sentences.
    pub message: String,
}
