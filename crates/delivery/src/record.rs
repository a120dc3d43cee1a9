//! What is noted beside a model's pieces: what it is, and in which folders its files lie.

use peek_protocol::{RemoteFile, RemoteModel};
use serde::{Deserialize, Serialize};

use crate::{
    piece,
    store::{Store, StoreError},
};

/// The folder of the records.
pub(crate) const RECORDS: &str = "records";

/// A model that is kept, or of which something is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// As it was asked for.
    pub(crate) model: RemoteModel,
    /// Its files of which something is kept.
    pub(crate) files: Vec<FileRecord>,
    /// When something of it was last written, in ms since 1970.
    pub(crate) written_ms: f64,
}

/// A file that is kept, or of which something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    /// Where it came from.
    pub(crate) address: String,
    /// Where its pieces lie.
    pub(crate) folder: String,
    /// Its length, once known.
    pub(crate) total: Option<u64>,
    /// What the server calls this version.
    #[serde(default)]
    pub(crate) validator: Option<String>,
    /// Whether all of it came and had the right SHA-256.
    pub(crate) is_verified: bool,
    /// Whether the server has no such file, and the model does without.
    #[serde(default)]
    pub(crate) is_absent: bool,
}

impl Record {
    /// Of a model of which nothing is kept yet.
    pub(crate) fn new(model: RemoteModel) -> Self {
        Self { model, files: Vec::new(), written_ms: 0.0 }
    }

    /// Reads the record of a model; `None` where there is none that can be read, or where it is of another model that
    /// had the same id.
    pub(crate) async fn read(store: &impl Store, id: &str) -> Result<Option<Self>, StoreError> {
        let bytes = store.get(RECORDS, &name(id)).await?;
        let record = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        Ok(record.filter(|record| record.model.id == id))
    }

    /// Every record that can be read.
    pub(crate) async fn all(store: &impl Store) -> Result<Vec<Self>, StoreError> {
        let mut records = Vec::new();
        for name in store.list(RECORDS).await? {
            if let Some(bytes) = store.get(RECORDS, &name).await? {
                records.extend(serde_json::from_slice::<Self>(&bytes));
            }
        }
        Ok(records)
    }

    /// Keeps it.
    pub(crate) async fn write(&self, store: &impl Store) -> Result<(), StoreError> {
        let json = serde_json::to_vec(self).map_err(|error| StoreError::Failed(error.to_string()))?;
        store.put(RECORDS, &name(&self.model.id), &json).await
    }

    /// Deletes the record of a model.
    pub(crate) async fn delete(store: &impl Store, id: &str) -> Result<(), StoreError> {
        store.delete(RECORDS, &name(id)).await
    }

    /// What is noted of a file.
    pub(crate) fn file(&self, address: &str) -> Option<&FileRecord> {
        self.files.iter().find(|file| file.address == address)
    }

    /// Notes a file in place of what was noted of it.
    pub(crate) fn set(&mut self, file: FileRecord) {
        self.files.retain(|known| known.address != file.address);
        self.files.push(file);
    }
}

/// The folder of a file whose SHA-256 is not known: of this very version of it.
pub(crate) fn unverified_folder(file: &RemoteFile, total: Option<u64>, validator: Option<&str>) -> String {
    let total = total.map_or_else(String::new, |total| total.to_string());
    format!("u{}", piece::digest_of(&[&file.address, &total, validator.unwrap_or_default()]))
}

fn name(id: &str) -> String {
    piece::digest_of(&[id])
}
