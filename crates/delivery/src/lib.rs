//! Models at addresses: which there are, and what a typed address means.

pub mod address;
pub mod manifest;
mod typed;

pub use manifest::{Entry, EntryError, ListedShape, ManifestError, ModelList};
pub use typed::{TypedError, from_address};
