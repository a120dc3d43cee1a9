//! The origin's private file system: a folder is a folder, a blob is a file.

use js_sys::{Reflect, Uint8Array};
use peek_delivery::{Store, StoreError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, FileSystemSyncAccessHandle, StorageManager,
};

use super::failed;
use crate::host::scope;

/// What holds all of it.
const ROOT: &str = "peek-models";

/// See the module.
#[derive(Clone)]
pub(crate) struct Opfs(FileSystemDirectoryHandle);

impl Opfs {
    /// # Errors
    /// Where the browser has none, or does not let this page at it.
    pub(crate) async fn open() -> Result<Self, StoreError> {
        let storage = Reflect::get(&scope().navigator(), &"storage".into()).map_err(failed)?;
        let storage = storage.dyn_into::<StorageManager>().map_err(failed)?;
        let has_it = Reflect::get(&storage, &"getDirectory".into()).is_ok_and(|f| f.is_function());
        if !has_it {
            return Err(StoreError::Failed("there is no private file system".into()));
        }
        let root = JsFuture::from(storage.get_directory()).await.map_err(failed)?;
        Ok(Self(directory(&root.unchecked_into(), ROOT).await?))
    }

    /// The folder, where there is one.
    async fn existing(&self, folder: &str) -> Result<Option<FileSystemDirectoryHandle>, StoreError> {
        found(JsFuture::from(self.0.get_directory_handle(folder)).await)
    }
}

impl Store for Opfs {
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        match self.existing(folder).await? {
            Some(directory) => keys(&directory).await,
            None => Ok(Vec::new()),
        }
    }

    async fn folders(&self) -> Result<Vec<String>, StoreError> {
        keys(&self.0).await
    }

    async fn get(&self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(directory) = self.existing(folder).await? else { return Ok(None) };
        let handle: Option<FileSystemFileHandle> =
            found(JsFuture::from(directory.get_file_handle(name)).await)?;
        let Some(handle) = handle else { return Ok(None) };
        // A snapshot, for which no lock is needed.
        let file: File = JsFuture::from(handle.get_file()).await.map_err(failed)?.unchecked_into();
        let buffer = JsFuture::from(file.array_buffer()).await.map_err(failed)?;
        Ok(Some(Uint8Array::new(&buffer).to_vec()))
    }

    async fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let directory = directory(&self.0, folder).await?;
        let create = FileSystemGetFileOptions::new();
        create.set_create(true);
        let handle =
            JsFuture::from(directory.get_file_handle_with_options(name, &create)).await.map_err(failed)?;
        let handle: FileSystemFileHandle = handle.unchecked_into();
        let access = JsFuture::from(handle.create_sync_access_handle()).await.map_err(|error| {
            // One handle at a time: another tab has it, and writes the same.
            if is_named(&error, "NoModificationAllowedError") { StoreError::Busy } else { failed(error) }
        })?;
        let access: FileSystemSyncAccessHandle = access.unchecked_into();
        let written = write(&access, bytes);
        access.close();
        if written.is_err() {
            // A part of a blob is of no use and takes room where there is none.
            let _ = JsFuture::from(directory.remove_entry(name)).await;
        }
        written
    }

    async fn delete(&self, folder: &str, name: &str) -> Result<(), StoreError> {
        match self.existing(folder).await? {
            Some(directory) => found::<JsValue>(JsFuture::from(directory.remove_entry(name)).await).map(drop),
            None => Ok(()),
        }
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StoreError> {
        let all = FileSystemRemoveOptions::new();
        all.set_recursive(true);
        found::<JsValue>(JsFuture::from(self.0.remove_entry_with_options(folder, &all)).await).map(drop)
    }
}

fn write(access: &FileSystemSyncAccessHandle, bytes: &[u8]) -> Result<(), StoreError> {
    access.truncate_with_f64(0.0).map_err(failed)?;
    let written = access.write_with_u8_array(bytes).map_err(failed)?;
    access.flush().map_err(failed)?;
    if written as usize == bytes.len() {
        Ok(())
    } else {
        Err(StoreError::Failed("there is no room for it".into()))
    }
}

async fn directory(
    parent: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<FileSystemDirectoryHandle, StoreError> {
    let create = FileSystemGetDirectoryOptions::new();
    create.set_create(true);
    let handle = JsFuture::from(parent.get_directory_handle_with_options(name, &create)).await;
    handle.map(JsCast::unchecked_into).map_err(failed)
}

async fn keys(directory: &FileSystemDirectoryHandle) -> Result<Vec<String>, StoreError> {
    let (iterator, mut names) = (directory.keys(), Vec::new());
    loop {
        let step = JsFuture::from(iterator.next().map_err(failed)?).await.map_err(failed)?;
        if Reflect::get(&step, &"done".into()).map_err(failed)?.is_truthy() {
            return Ok(names);
        }
        names.extend(Reflect::get(&step, &"value".into()).map_err(failed)?.as_string());
    }
}

/// What was looked for; `None` where it is not there.
fn found<T: JsCast>(result: Result<JsValue, JsValue>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(handle) => Ok(Some(handle.unchecked_into())),
        Err(error) if is_named(&error, "NotFoundError") => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn is_named(error: &JsValue, name: &str) -> bool {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).is_some_and(|it| it == name)
}
