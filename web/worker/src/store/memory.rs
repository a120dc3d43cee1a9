//! This worker's memory, outside of the engine's: for where nothing else keeps anything.

use js_sys::{Map, Uint8Array};
use peek_delivery::{Store, StoreError};
use wasm_bindgen::JsCast;

use super::{folders_of, names_in, path};

/// Blobs by their paths.
#[derive(Clone)]
pub(crate) struct InMemory(Map);

impl Default for InMemory {
    fn default() -> Self {
        Self(Map::new())
    }
}

impl InMemory {
    fn paths(&self) -> Vec<String> {
        let keys = self.0.keys();
        keys.into_iter().filter_map(|key| key.ok()?.as_string()).collect()
    }
}

impl Store for InMemory {
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        Ok(names_in(folder, self.paths().into_iter()))
    }

    async fn folders(&self) -> Result<Vec<String>, StoreError> {
        Ok(folders_of(self.paths().into_iter()))
    }

    async fn get(&self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(&path(folder, name).into()).dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
    }

    async fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.set(&path(folder, name).into(), &Uint8Array::from(bytes));
        Ok(())
    }

    async fn delete(&self, folder: &str, name: &str) -> Result<(), StoreError> {
        self.0.delete(&path(folder, name).into());
        Ok(())
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StoreError> {
        for name in self.list(folder).await? {
            self.delete(folder, &name).await?;
        }
        Ok(())
    }
}
