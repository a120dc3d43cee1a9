//! The messages between page and engine: serde types only, no tensors, no browser.
//!
//! The page sends a [`Request`], the engine answers with any number of [`Response`]s that carry the request's
//! [`RequestId`]. Both sides compile this crate and are shipped together, so the bytes ([`encode`], [`decode`])
//! need no versions. How one request flows:
//!
//! ```text
//! Patch { id: 7, .. }  ->  Tokens(7)  Runs(7)  Rows(7) ..  Done(7)      or  Refused(7)  /  Cancelled(7)
//! ```
//!
//! A newer request of the same [`Slot`] supersedes an older one: its responses stop, without a word.

mod delivery;
mod model;
mod numbers;
mod request;
mod response;
mod selftest;
mod tokens;
mod wire;

pub use delivery::{Delivery, DeliverySource, FileRole, RemoteFile, RemoteModel, StoreKind, StoredModel};
pub use model::{BackendKind, ModelChoice, ModelInfo};
pub use numbers::{AnswerReading, LayerRow, LensCurve, LensPoint, NextToken, Pattern, RunSummary};
pub use peek_names::LogitScale;
pub use request::{
    AttentionRequest, LensPrompt, LensRequest, LoadRequest, PatchRequest, Request, RequestId, Slot,
};
pub use response::{AttentionResult, Failure, LoadStage, Note, NoteLevel, Place, Response};
pub use selftest::{SelfTestRequest, SelfTestRow};
pub use tokens::{AnswerTokens, Token};
pub use wire::{WireError, decode, encode};
