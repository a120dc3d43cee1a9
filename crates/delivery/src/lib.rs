//! Models at addresses: which there are, how their bytes come, what of them is kept, and how it is checked.
//!
//! Pure: the network, the storage and the clock are traits ([`Fetcher`], [`Store`], [`Clock`]) that the browser's worker
//! implements and that tests play. What comes out is bytes in their order, as they arrive, so that weights go straight
//! to their device and never lie in memory as a whole.
//!
//! ```text
//! models.json -> ModelList -> RemoteModel -> Job -> bytes of each file -> the loader
//!                                             |  ^
//!                                    pieces   v  |   pieces that an earlier visit left
//!                                             Store
//! ```
//!
//! A file is kept in [`PIECE`]s, each with a digest of its own. Its folder is named by its SHA-256 where that is known, and
//! otherwise by its address, length and validator, so that two versions of a file never mix and two tabs that keep the
//! same file write the same bytes.

pub mod address;
mod download;
mod error;
mod fetch;
mod job;
pub mod manifest;
mod meter;
mod piece;
mod record;
mod shelf;
mod store;
mod typed;

pub use error::DeliveryError;
pub use fetch::{Answer, Clock, FetchError, Fetcher};
pub use job::{Fault, Job};
pub use manifest::{Entry, EntryError, ListedShape, ManifestError, ModelList};
pub use piece::PIECE;
pub use shelf::{forget, stored};
pub use store::{MemoryStore, Store, StoreError};
pub use typed::{TypedError, from_address};
