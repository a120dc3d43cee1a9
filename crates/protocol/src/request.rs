use peek_names::{HeadId, LogitScale};
use serde::{Deserialize, Serialize};

use crate::{
    AttributionRequest, BackendKind, BenchmarkRequest, HeadKindsRequest, InterveneRequest, LensGridRequest,
    ModelChoice, PatternsRequest, SelfTestRequest, SetRequest, TogetherRequest,
};

/// Numbers requests in the order in which the page made them; responses carry it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u64);

/// What the page asks of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Loads a model onto a backend; everything after runs on it.
    Load(LoadRequest),
    /// Clean and corrupt runs, then every head's causal score.
    Patch(PatchRequest),
    /// A logit-lens curve for each of several prompts.
    Lens(LensRequest),
    /// One head's attention pattern in the clean and the corrupt run.
    Attention(AttentionRequest),
    /// The loaded model's numbers beside published ones.
    SelfTest(SelfTestRequest),
    /// Times the loaded model.
    Benchmark(BenchmarkRequest),
    /// Asks which models lie in the browser's storage.
    Stored(RequestId),
    /// Deletes the model of this [`crate::RemoteModel::id`] from the browser's storage; answered as [`Request::Stored`].
    Forget(RequestId, String),
    /// Ends the request of this id where it stands.
    Cancel(RequestId),
    /// Every head, or every layer, changed by itself.
    Intervene(InterveneRequest),
    /// Several units changed at once, and the run that comes of it.
    Together(TogetherRequest),
    /// The logit lens at every depth and position.
    LensGrid(LensGridRequest),
    /// What every part of the two runs writes towards the answer.
    Attribute(AttributionRequest),
    /// The attention of whole layers.
    Patterns(PatternsRequest),
    /// Every head on repeated random tokens.
    HeadKinds(HeadKindsRequest),
    /// An analysis over many pairs.
    Set(SetRequest),
}

/// The kinds of request of which only the newest matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Slot {
    /// [`Request::Load`].
    Load,
    /// [`Request::Patch`].
    Patch,
    /// [`Request::Lens`].
    Lens,
    /// [`Request::Attention`].
    Attention,
    /// [`Request::SelfTest`].
    SelfTest,
    /// [`Request::Benchmark`].
    Benchmark,
    /// [`Request::Intervene`].
    Intervene,
    /// [`Request::Together`].
    Together,
    /// [`Request::LensGrid`].
    LensGrid,
    /// [`Request::Attribute`].
    Attribute,
    /// [`Request::Patterns`].
    Patterns,
    /// [`Request::HeadKinds`].
    HeadKinds,
    /// [`Request::Set`].
    Set,
}

impl Request {
    /// The id that the responses will carry; for [`Request::Cancel`] the id that it ends.
    #[must_use]
    pub fn id(&self) -> RequestId {
        match self {
            Self::Load(r) => r.id,
            Self::Patch(r) => r.id,
            Self::Lens(r) => r.id,
            Self::Attention(r) => r.id,
            Self::SelfTest(r) => r.id,
            Self::Benchmark(r) => r.id,
            Self::Intervene(r) => r.id,
            Self::Together(r) => r.id,
            Self::LensGrid(r) => r.id,
            Self::Attribute(r) => r.id,
            Self::Patterns(r) => r.id,
            Self::HeadKinds(r) => r.id,
            Self::Set(r) => r.id,
            Self::Stored(id) | Self::Forget(id, _) | Self::Cancel(id) => *id,
        }
    }

    /// The slot that this request takes over; none for a cancellation and for what concerns storage.
    #[must_use]
    pub fn slot(&self) -> Option<Slot> {
        match self {
            Self::Load(_) => Some(Slot::Load),
            Self::Patch(_) => Some(Slot::Patch),
            Self::Lens(_) => Some(Slot::Lens),
            Self::Attention(_) => Some(Slot::Attention),
            Self::SelfTest(_) => Some(Slot::SelfTest),
            Self::Benchmark(_) => Some(Slot::Benchmark),
            Self::Intervene(_) => Some(Slot::Intervene),
            Self::Together(_) => Some(Slot::Together),
            Self::LensGrid(_) => Some(Slot::LensGrid),
            Self::Attribute(_) => Some(Slot::Attribute),
            Self::Patterns(_) => Some(Slot::Patterns),
            Self::HeadKinds(_) => Some(Slot::HeadKinds),
            Self::Set(_) => Some(Slot::Set),
            Self::Stored(_) | Self::Forget(..) | Self::Cancel(_) => None,
        }
    }
}

/// See [`Request::Load`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// Which weights.
    pub model: ModelChoice,
    /// Where they are to run. Choosing is the page's business: it alone can look at the adapter, and each backend
    /// has an engine file of its own.
    pub backend: BackendKind,
}

/// See [`Request::Patch`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatchRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// The prompt whose heads' outputs are borrowed.
    pub clean: String,
    /// The prompt whose run is patched.
    pub corrupt: String,
    /// The text whose first token is followed.
    pub answer: String,
    /// Whether `<|endoftext|>` goes in front of both prompts.
    pub prepend_bos: bool,
    /// Which logits the deltas are measured in. (A delta on one scale differs from the other's.)
    pub scale: LogitScale,
}

/// One prompt of a [`LensRequest`], with its own answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LensPrompt {
    /// The text to run.
    pub prompt: String,
    /// The text whose first token is followed.
    pub answer: String,
}

/// See [`Request::Lens`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LensRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// One curve each, in this order.
    pub prompts: Vec<LensPrompt>,
    /// Whether `<|endoftext|>` goes in front of each prompt.
    pub prepend_bos: bool,
}

/// See [`Request::Attention`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// Whose pattern.
    pub head: HeadId,
    /// The clean prompt.
    pub clean: String,
    /// The corrupt prompt.
    pub corrupt: String,
    /// Whether `<|endoftext|>` goes in front of both prompts.
    pub prepend_bos: bool,
}
