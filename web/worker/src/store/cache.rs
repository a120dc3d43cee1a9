//! The Cache API: a blob is an answer to an address that nobody asks a server for.

use js_sys::{Array, Uint8Array};
use peek_delivery::{Store, StoreError};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Request, Response};

use super::{failed, folders_of, names_in, path};
use crate::host::scope;

const NAME: &str = "peek-models";
/// Stands before every path. No server has it: top-level names that end so are reserved.
const PREFIX: &str = "https://peek-models.invalid/";

/// See the module.
#[derive(Clone)]
pub(crate) struct CacheStore(Cache);

impl CacheStore {
    /// # Errors
    /// Where the browser has none, or does not let this page at it.
    pub(crate) async fn open() -> Result<Self, StoreError> {
        // Without a secure context there is no `caches`.
        let caches = js_sys::Reflect::get(&scope(), &"caches".into()).map_err(failed)?;
        let caches = caches.dyn_into::<web_sys::CacheStorage>().map_err(failed)?;
        let cache = JsFuture::from(caches.open(NAME)).await.map_err(failed)?;
        Ok(Self(cache.unchecked_into()))
    }

    async fn paths(&self) -> Result<Vec<String>, StoreError> {
        let requests: Array = JsFuture::from(self.0.keys()).await.map_err(failed)?.unchecked_into();
        let urls = requests.iter().map(|request| request.unchecked_into::<Request>().url());
        Ok(urls.filter_map(|url| url.strip_prefix(PREFIX).map(str::to_owned)).collect())
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        JsFuture::from(self.0.delete_with_str(&address(path))).await.map(drop).map_err(failed)
    }
}

impl Store for CacheStore {
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        Ok(names_in(folder, self.paths().await?.into_iter()))
    }

    async fn folders(&self) -> Result<Vec<String>, StoreError> {
        Ok(folders_of(self.paths().await?.into_iter()))
    }

    async fn get(&self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let found =
            JsFuture::from(self.0.match_with_str(&address(&path(folder, name)))).await.map_err(failed)?;
        let Ok(response) = found.dyn_into::<Response>() else { return Ok(None) };
        let buffer = JsFuture::from(response.array_buffer().map_err(failed)?).await.map_err(failed)?;
        Ok(Some(Uint8Array::new(&buffer).to_vec()))
    }

    async fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let response = Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(bytes))).map_err(failed)?;
        JsFuture::from(self.0.put_with_str(&address(&path(folder, name)), &response))
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn delete(&self, folder: &str, name: &str) -> Result<(), StoreError> {
        self.remove(&path(folder, name)).await
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StoreError> {
        for name in self.list(folder).await? {
            self.delete(folder, &name).await?;
        }
        Ok(())
    }
}

fn address(path: &str) -> String {
    format!("{PREFIX}{path}")
}
