//! IndexedDB: all that an `http://` address of a local network has.

use js_sys::{Array, Promise, Uint8Array};
use peek_delivery::{Store, StoreError};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

use super::{failed, folders_of, names_in, path};
use crate::host::scope;

const DATABASE: &str = "peek-models";
const BLOBS: &str = "blobs";

/// See the module.
#[derive(Clone)]
pub(crate) struct IndexedDb(IdbDatabase);

impl IndexedDb {
    /// # Errors
    /// Where the browser has none, or does not let this page at it.
    pub(crate) async fn open() -> Result<Self, StoreError> {
        let none = || StoreError::Failed("there is no IndexedDB".into());
        let factory = scope().indexed_db().map_err(failed)?.ok_or_else(none)?;
        let request = factory.open_with_u32(DATABASE, 1).map_err(failed)?;
        let opened = request.clone();
        let make = Closure::once(move |_: JsValue| {
            if let Ok(database) = opened.result() {
                // Where it cannot be made, the first use of it fails, and the next storage is tried.
                let _ = database.unchecked_into::<IdbDatabase>().create_object_store(BLOBS);
            }
        });
        request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
        let database = done(&request).await?;
        Ok(Self(database.unchecked_into()))
    }

    fn blobs(&self, mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore), StoreError> {
        let transaction = self.0.transaction_with_str_and_mode(BLOBS, mode).map_err(failed)?;
        let blobs = transaction.object_store(BLOBS).map_err(failed)?;
        Ok((transaction, blobs))
    }

    async fn paths(&self) -> Result<Vec<String>, StoreError> {
        let (_, blobs) = self.blobs(IdbTransactionMode::Readonly)?;
        let keys = done(&blobs.get_all_keys().map_err(failed)?).await?;
        Ok(keys.unchecked_into::<Array>().iter().filter_map(|key| key.as_string()).collect())
    }

    /// Deletes a blob or a range of them.
    async fn remove(&self, which: &JsValue) -> Result<(), StoreError> {
        let (transaction, blobs) = self.blobs(IdbTransactionMode::Readwrite)?;
        blobs.delete(which).map_err(failed)?;
        committed(&transaction).await
    }
}

impl Store for IndexedDb {
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        Ok(names_in(folder, self.paths().await?.into_iter()))
    }

    async fn folders(&self) -> Result<Vec<String>, StoreError> {
        Ok(folders_of(self.paths().await?.into_iter()))
    }

    async fn get(&self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let (_, blobs) = self.blobs(IdbTransactionMode::Readonly)?;
        let found = done(&blobs.get(&path(folder, name).into()).map_err(failed)?).await?;
        Ok(found.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
    }

    async fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let (transaction, blobs) = self.blobs(IdbTransactionMode::Readwrite)?;
        blobs.put_with_key(&Uint8Array::from(bytes), &path(folder, name).into()).map_err(failed)?;
        // A full disk shows only when the whole transaction is written.
        committed(&transaction).await
    }

    async fn delete(&self, folder: &str, name: &str) -> Result<(), StoreError> {
        self.remove(&path(folder, name).into()).await
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StoreError> {
        // Every path between the slash and the character behind it.
        let (from, to) = (path(folder, "").into(), format!("{folder}0").into());
        self.remove(&IdbKeyRange::bound(&from, &to).map_err(failed)?.into()).await
    }
}

/// A request's result.
async fn done(request: &IdbRequest) -> Result<JsValue, StoreError> {
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(settled).await {
        Ok(_) => request.result().map_err(failed),
        Err(_) => Err(StoreError::Failed(message(request.error().ok().flatten()))),
    }
}

/// Waits until a transaction is written.
async fn committed(transaction: &IdbTransaction) -> Result<(), StoreError> {
    let settled = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onerror(Some(&reject));
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(settled).await {
        Ok(_) => Ok(()),
        Err(_) => Err(StoreError::Failed(message(transaction.error()))),
    }
}

fn message(error: Option<web_sys::DomException>) -> String {
    error.map_or_else(
        || "IndexedDB failed".to_owned(),
        |error| format!("{}: {}", error.name(), error.message()),
    )
}
