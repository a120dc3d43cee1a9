//! Where weights come from in a browser: files beside the page, or files that the user picked.

use std::{cell::RefCell, collections::HashMap, io, rc::Rc};

use futures_util::{
    TryStreamExt,
    io::AsyncRead,
    stream::{self, Stream},
};
use js_sys::{Reflect, Uint8Array};
use peek_engine::{ModelFiles, TokenizerFile};
use peek_protocol::{FileRole, ModelChoice, RemoteModel};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ReadableStream, ReadableStreamDefaultReader, Response};

use crate::host::scope;

/// The files that came with the newest request to load.
pub(crate) type Picked = Rc<RefCell<HashMap<ModelChoice, Vec<File>>>>;

/// The model that ships with the page.
pub(crate) async fn demo() -> Result<ModelFiles, String> {
    Ok(ModelFiles {
        label: "Demo".into(),
        weights: body(&fetch("demo/model.safetensors").await?)?,
        config: Some(bytes(&fetch("demo/config.json").await?).await?),
        tokenizer: TokenizerFile::Json(bytes(&fetch("demo/tokenizer.json").await?).await?),
    })
}

/// Files that the user picked.
pub(crate) async fn local(files: Vec<File>) -> Result<ModelFiles, String> {
    let named = |wanted: &str| files.iter().find(|file| file.name() == wanted);
    let weights = files.iter().find(|file| file.name().to_lowercase().ends_with(".safetensors")).ok_or(
        "None of these files is a checkpoint: pick a .safetensors file, with its config.json and \
         tokenizer.json if there are any.",
    )?;
    let config = match named("config.json") {
        Some(file) => Some(blob_bytes(file).await?),
        None => None,
    };
    let tokenizer = match (named("tokenizer.json"), named("merges.txt")) {
        (Some(file), _) => TokenizerFile::Json(blob_bytes(file).await?),
        (None, Some(file)) => TokenizerFile::Merges(text(blob_bytes(file).await?)?),
        // GPT-2's own vocabulary, which every GPT-2 checkpoint without a tokenizer beside it means.
        (None, None) => TokenizerFile::Merges(text(bytes(&fetch("gpt2/merges.txt").await?).await?)?),
    };
    Ok(ModelFiles { label: weights.name(), weights: reader(&weights.stream()), config, tokenizer })
}

/// Files at addresses.
pub(crate) async fn remote(model: &RemoteModel) -> Result<ModelFiles, String> {
    let address = |role| model.files.iter().find(|file| file.role == role).map(|file| &*file.address);
    let weights = address(FileRole::Weights).ok_or("This model has no weights: choose another.")?;
    let config = match address(FileRole::Config) {
        Some(address) => Some(bytes(&fetch(address).await?).await?),
        None => None,
    };
    let tokenizer = match address(FileRole::Tokenizer) {
        Some(address) => TokenizerFile::Json(bytes(&fetch(address).await?).await?),
        None => TokenizerFile::Merges(text(bytes(&fetch("gpt2/merges.txt").await?).await?)?),
    };
    Ok(ModelFiles { label: model.label.clone(), weights: body(&fetch(weights).await?)?, config, tokenizer })
}

async fn fetch(address: &str) -> Result<Response, String> {
    let failed = |what: &str| {
        format!("The file {address} could not be fetched ({what}): reload the page, or check the host.")
    };
    let response = JsFuture::from(scope().fetch_with_str(address)).await;
    let response: Response = response.map_err(|error| failed(&describe(&error)))?.unchecked_into();
    if response.ok() { Ok(response) } else { Err(failed(&format!("status {}", response.status()))) }
}

fn body(response: &Response) -> Result<Box<dyn AsyncRead + Unpin>, String> {
    Ok(reader(&response.body().ok_or("An empty answer came instead of the model: reload the page.")?))
}

async fn bytes(response: &Response) -> Result<Vec<u8>, String> {
    buffer(response.array_buffer().map_err(|error| describe(&error))?).await
}

async fn blob_bytes(blob: &Blob) -> Result<Vec<u8>, String> {
    buffer(blob.array_buffer()).await
}

async fn buffer(promise: js_sys::Promise) -> Result<Vec<u8>, String> {
    let buffer = JsFuture::from(promise).await.map_err(|error| describe(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "merges.txt is not UTF-8 text: pick GPT-2's merges.txt.".into())
}

/// A browser's stream as a reader.
fn reader(stream: &ReadableStream) -> Box<dyn AsyncRead + Unpin> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    Box::new(Box::pin(chunks(reader)).into_async_read())
}

fn chunks(reader: ReadableStreamDefaultReader) -> impl Stream<Item = io::Result<Vec<u8>>> {
    stream::try_unfold(reader, async |reader| {
        let failed = |error: JsValue| io::Error::other(describe(&error));
        let step = JsFuture::from(reader.read()).await.map_err(failed)?;
        if Reflect::get(&step, &"done".into()).map_err(failed)?.is_truthy() {
            return Ok(None);
        }
        let chunk = Uint8Array::new(&Reflect::get(&step, &"value".into()).map_err(failed)?).to_vec();
        Ok(Some((chunk, reader)))
    })
}

/// A thrown value's message.
fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{error:?}"),
    }
}
