//! The messages between page and engine: serde types only, no tensors, no browser.
//!
//! The page sends a [`Request`], the engine answers with any number of [`Response`]s that carry the request's
//! [`RequestId`]. Both sides compile this crate and are shipped together, so the bytes ([`encode`], [`decode`])
//! need no versions. How one request flows:
//!
//! ```text
//! Patch { id: 7, .. }      ->  Tokens(7)   Runs(7)       Rows(7) ..    PatchDone(7)
//! Intervene { id: 8, .. }  ->  Aligned(8)  Baselines(8)  Layers(8) ..  Done(8)
//! ```
//!
//! What cannot be run as it is asked is `Refused`, beside the fields that are wrong; what goes wrong on the way is `Failed`;
//! what the user ends is `Cancelled`.
//!
//! A newer request of the same [`Slot`] supersedes an older one: its responses stop, without a word.

mod benchmark;
mod delivery;
mod experiment;
mod intervene;
mod model;
mod numbers;
mod request;
mod response;
mod selftest;
mod sets;
mod tokens;
mod views;
mod wire;

pub use benchmark::{Benchmark, BenchmarkRequest, median};
pub use delivery::{Delivery, DeliverySource, FileRole, RemoteFile, RemoteModel, StoreKind, StoredModel};
pub use experiment::{At, Edit, PairTexts, Setup, Side};
pub use intervene::{
    Alignment, Baselines, InterveneReply, InterveneRequest, LayerScores, Score, TogetherRequest,
    TogetherResult,
};
pub use model::{BackendKind, ModelChoice, ModelInfo};
pub use numbers::{AnswerReading, LayerRow, LensCurve, LensPoint, NextToken, Pattern, RunSummary};
pub use peek_names::{
    DirectScale, HeadId, Layer, LensConvention, LogitScale, MeanOver, Metric, Site, TokenId, Unit,
};
pub use request::{
    AttentionRequest, LensPrompt, LensRequest, LoadRequest, PatchRequest, Request, RequestId, Slot,
};
pub use response::{AttentionResult, Failure, LoadStage, Note, NoteLevel, Place, Response};
pub use selftest::{SelfTestRequest, SelfTestRow};
pub use sets::{SetAnalysis, SetNumbers, SetReply, SetRequest};
pub use tokens::{AnswerTokens, Token};
pub use views::{
    Attribution, AttributionRequest, AttributionResult, HeadKindsRequest, HeadKindsResult, LensGridCell,
    LensGridReply, LensGridRequest, Patterns, PatternsReply, PatternsRequest,
};
pub use wire::{WireError, decode, encode};
