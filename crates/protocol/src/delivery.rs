//! Models that are fetched and kept: what is wanted, how far it is, what lies in the browser's storage.

use serde::{Deserialize, Serialize};

/// What a file of a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileRole {
    /// The checkpoint, or one of the pieces that make it when they are put one behind the other.
    Weights,
    /// `config.json`.
    Config,
    /// `tokenizer.json`.
    Tokenizer,
    /// `merges.txt`.
    Merges,
}

/// One file at an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RemoteFile {
    /// What it is for.
    pub role: FileRole,
    /// Absolute, `http` or `https`.
    pub address: String,
    /// Its length in bytes, where it is known beforehand.
    pub bytes: Option<u64>,
    /// Its SHA-256 in lower-case hexadecimal, where it is known beforehand.
    pub sha256: Option<String>,
}

/// A model at addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RemoteModel {
    /// Its name in the list of models; for an address that was typed, the address.
    pub id: String,
    /// What the page calls it.
    pub label: String,
    /// Its files; the pieces of the weights in their order.
    pub files: Vec<RemoteFile>,
}

/// Where the bytes of a model that is being loaded come from just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliverySource {
    /// What an earlier visit, or an earlier try, left in the browser's storage.
    Kept,
    /// The network.
    Network,
    /// Nowhere: the connection was cut, and the next try is due in so many ms.
    Waiting {
        /// Until the next try.
        ms: u32,
        /// Which try it will be, from 2 on.
        attempt: u32,
        /// How many there are in all.
        attempts: u32,
    },
}

/// How far the bytes of a model are, all its files together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Where they come from.
    pub source: DeliverySource,
    /// Bytes so far, those from storage included.
    pub done: u64,
    /// Bytes in all, where every file's length is known by now.
    pub total: Option<u64>,
    /// Bytes a second from the network over the last seconds, once that can be said.
    pub rate: Option<f64>,
    /// Seconds left at that rate.
    pub left_s: Option<f64>,
}

/// What keeps models between visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreKind {
    /// The origin's private file system.
    Opfs,
    /// The Cache API.
    Cache,
    /// IndexedDB.
    IndexedDb,
    /// Nothing: models are gone with the page.
    Memory,
}

/// A model in the browser's storage, whole or begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredModel {
    /// The model, as it was asked for: loading it again needs no list.
    pub model: RemoteModel,
    /// Bytes that are there.
    pub bytes: u64,
    /// Whether nothing is missing.
    pub is_complete: bool,
    /// When it was last written, in ms since 1970.
    pub stored_at_ms: f64,
}
