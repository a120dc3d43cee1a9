//! What keeps bytes between visits: named blobs in named folders.

use std::{cell::RefCell, collections::BTreeMap, future::Future};

/// Why something was not kept or not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another tab is writing that very blob, with the same bytes.
    #[error("another tab is writing it")]
    Busy,
    /// It cannot be had: no room, no permission, a fault.
    #[error("{0}")]
    Failed(String),
}

/// Keeps blobs. Names of folders and blobs are ASCII letters, digits and dashes.
pub trait Store {
    /// The blobs of a folder; none where there is no such folder.
    ///
    /// # Errors
    /// Where the storage fails.
    fn list(&self, folder: &str) -> impl Future<Output = Result<Vec<String>, StoreError>>;

    /// The folders.
    ///
    /// # Errors
    /// Where the storage fails.
    fn folders(&self) -> impl Future<Output = Result<Vec<String>, StoreError>>;

    /// A blob; `None` where it is not there. It may be cut short where its writing was.
    ///
    /// # Errors
    /// Where the storage fails.
    fn get(&self, folder: &str, name: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>>;

    /// Keeps a blob in place of the one of its name.
    ///
    /// # Errors
    /// Where it is not kept.
    fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> impl Future<Output = Result<(), StoreError>>;

    /// Deletes a blob, if it is there.
    ///
    /// # Errors
    /// Where the storage fails.
    fn delete(&self, folder: &str, name: &str) -> impl Future<Output = Result<(), StoreError>>;

    /// Deletes a folder with all in it, if it is there.
    ///
    /// # Errors
    /// Where the storage fails.
    fn delete_folder(&self, folder: &str) -> impl Future<Output = Result<(), StoreError>>;
}

/// A store that is gone with the program.
#[derive(Debug, Default)]
pub struct MemoryStore(RefCell<BTreeMap<String, BTreeMap<String, Vec<u8>>>>);

impl Store for MemoryStore {
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.0.borrow().get(folder).map(|blobs| blobs.keys().cloned().collect()).unwrap_or_default())
    }

    async fn folders(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.0.borrow().keys().cloned().collect())
    }

    async fn get(&self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.borrow().get(folder).and_then(|blobs| blobs.get(name)).cloned())
    }

    async fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.borrow_mut().entry(folder.to_owned()).or_default().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn delete(&self, folder: &str, name: &str) -> Result<(), StoreError> {
        let mut folders = self.0.borrow_mut();
        if let Some(blobs) = folders.get_mut(folder) {
            blobs.remove(name);
            if blobs.is_empty() {
                folders.remove(folder);
            }
        }
        Ok(())
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StoreError> {
        self.0.borrow_mut().remove(folder);
        Ok(())
    }
}
