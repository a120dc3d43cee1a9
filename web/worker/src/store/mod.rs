//! The browser's storages, and which of them is used: the first that keeps what it is given.

mod cache;
mod indexed_db;
mod memory;
mod opfs;

use std::cell::RefCell;

use js_sys::Reflect;
use peek_delivery::{Store, StoreError};
use peek_protocol::StoreKind;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{files::describe, host::scope};
use cache::CacheStore;
use indexed_db::IndexedDb;
use memory::InMemory;
use opfs::Opfs;

/// One of the browser's storages.
#[derive(Clone)]
pub(crate) enum BrowserStore {
    /// The origin's private file system.
    Opfs(Opfs),
    /// The Cache API.
    Cache(CacheStore),
    /// IndexedDB.
    IndexedDb(IndexedDb),
    /// This worker's memory.
    Memory(InMemory),
}

thread_local! {
    /// The one that was found to work.
    static CHOSEN: RefCell<Option<BrowserStore>> = const { RefCell::new(None) };
}

impl BrowserStore {
    /// The best storage that works here.
    pub(crate) async fn open() -> Self {
        if let Some(store) = CHOSEN.with_borrow(Clone::clone) {
            return store;
        }
        let store = Self::first_that_works().await;
        // Two may have looked at the same time; what the first one found holds for both.
        CHOSEN.with_borrow_mut(|chosen| chosen.get_or_insert(store).clone())
    }

    async fn first_that_works() -> Self {
        if let Ok(store) = Opfs::open().await.map(Self::Opfs)
            && store.works().await
        {
            return store;
        }
        if let Ok(store) = CacheStore::open().await.map(Self::Cache)
            && store.works().await
        {
            return store;
        }
        if let Ok(store) = IndexedDb::open().await.map(Self::IndexedDb)
            && store.works().await
        {
            return store;
        }
        Self::Memory(InMemory::default())
    }

    /// Whether it gives back what it is given: browsers have storages that are there and fail.
    async fn works(&self) -> bool {
        let folder = format!("probe-{}", js_sys::Math::random().to_bits());
        let probe = async {
            self.put(&folder, "0", &[1, 2, 3]).await?;
            let found = self.get(&folder, "0").await?;
            let listed = self.list(&folder).await?;
            self.delete_folder(&folder).await?;
            let is_gone = self.get(&folder, "0").await?.is_none();
            Ok::<_, StoreError>(found.as_deref() == Some(&[1, 2, 3]) && listed == ["0"] && is_gone)
        };
        probe.await.unwrap_or(false)
    }

    /// Which it is.
    pub(crate) fn kind(&self) -> StoreKind {
        match self {
            Self::Opfs(_) => StoreKind::Opfs,
            Self::Cache(_) => StoreKind::Cache,
            Self::IndexedDb(_) => StoreKind::IndexedDb,
            Self::Memory(_) => StoreKind::Memory,
        }
    }
}

/// Calls the same function of whichever it is.
macro_rules! whichever {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            BrowserStore::Opfs($store) => $call.await,
            BrowserStore::Cache($store) => $call.await,
            BrowserStore::IndexedDb($store) => $call.await,
            BrowserStore::Memory($store) => $call.await,
        }
    };
}

impl Store for BrowserStore {
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        whichever!(self, store => store.list(folder))
    }

    async fn folders(&self) -> Result<Vec<String>, StoreError> {
        whichever!(self, store => store.folders())
    }

    async fn get(&self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        whichever!(self, store => store.get(folder, name))
    }

    async fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        whichever!(self, store => store.put(folder, name, bytes))
    }

    async fn delete(&self, folder: &str, name: &str) -> Result<(), StoreError> {
        whichever!(self, store => store.delete(folder, name))
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StoreError> {
        whichever!(self, store => store.delete_folder(folder))
    }
}

/// Bytes that the site takes and may take.
pub(crate) async fn quota() -> Option<(u64, u64)> {
    // Without a secure context there is no `navigator.storage`.
    let storage = Reflect::get(&scope().navigator(), &"storage".into()).ok()?;
    let storage = storage.dyn_into::<web_sys::StorageManager>().ok()?;
    let estimate = JsFuture::from(storage.estimate().ok()?).await.ok()?;
    let number =
        |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64().map(|number| number as u64);
    Some((number("usage")?, number("quota")?))
}

/// A thrown value as the storage's error. By value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn failed(error: JsValue) -> StoreError {
    StoreError::Failed(describe(&error))
}

/// Where a blob of a flat storage lies.
fn path(folder: &str, name: &str) -> String {
    format!("{folder}/{name}")
}

/// The names that belong to a folder of a flat storage.
fn names_in(folder: &str, paths: impl Iterator<Item = String>) -> Vec<String> {
    let prefix = path(folder, "");
    paths.filter_map(|path| path.strip_prefix(&prefix).map(str::to_owned)).collect()
}

/// The folders of a flat storage, each once.
fn folders_of(paths: impl Iterator<Item = String>) -> Vec<String> {
    let folders: std::collections::BTreeSet<String> =
        paths.filter_map(|path| path.split_once('/').map(|(folder, _)| folder.to_owned())).collect();
    folders.into_iter().collect()
}
