//! Where weights come from in a browser: files beside the page, or files that the user picked.

use std::{cell::RefCell, collections::HashMap, io, rc::Rc};

use futures_util::{
    StreamExt, TryStreamExt,
    io::AsyncRead,
    stream::{self, Stream},
};
use js_sys::{Reflect, Uint8Array};
use peek_engine::{ModelFiles, Sorted, TokenizerFile, TokenizerName, sort_files};
use peek_protocol::ModelChoice;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ReadableStream, ReadableStreamDefaultReader, Response};

use crate::{host::scope, turn::Turns};

/// The files that came with the newest request to load.
pub(crate) type Picked = Rc<RefCell<HashMap<ModelChoice, Vec<File>>>>;

/// The model that ships with the page.
pub(crate) async fn demo() -> Result<ModelFiles, String> {
    Ok(ModelFiles {
        label: "Demo".into(),
        weights: with_turns(body(&fetch("demo/model.safetensors").await?)?),
        config: Some(bytes(&fetch("demo/config.json").await?).await?),
        tokenizer: TokenizerFile::Json(bytes(&fetch("demo/tokenizer.json").await?).await?),
    })
}

/// Files that the user picked.
pub(crate) async fn local(files: Vec<File>) -> Result<ModelFiles, String> {
    let names: Vec<String> = files.iter().map(File::name).collect();
    let Sorted { weights, config, tokenizer } = sort_files(&names)?;
    let label = names[weights[0]].clone();
    let config = match config {
        Some(at) => Some(blob_bytes(&files[at]).await?),
        None => None,
    };
    let tokenizer = match tokenizer {
        Some((TokenizerName::Json, at)) => TokenizerFile::Json(blob_bytes(&files[at]).await?),
        Some((TokenizerName::Merges, at)) => TokenizerFile::Merges(text(blob_bytes(&files[at]).await?)?),
        None => gpt2s_own_tokenizer().await?,
    };
    let pieces: Vec<File> = weights.into_iter().map(|at| files[at].clone()).collect();
    // One after the other: a piece is opened when the one before it has been read.
    let bytes = stream::iter(pieces).flat_map(|piece| chunks(&piece.stream()));
    Ok(ModelFiles { label, weights: with_turns(bytes), config, tokenizer })
}

/// GPT-2's own vocabulary, which every GPT-2 checkpoint without a tokenizer beside it means.
pub(crate) async fn gpt2s_own_tokenizer() -> Result<TokenizerFile, String> {
    Ok(TokenizerFile::Merges(text(bytes(&fetch("gpt2/merges.txt").await?).await?)?))
}

async fn fetch(address: &str) -> Result<Response, String> {
    let failed = |what: &str| {
        format!("The file {address} could not be fetched ({what}): reload the page, or check the host.")
    };
    let response = JsFuture::from(scope().fetch_with_str(address)).await;
    let response: Response = response.map_err(|error| failed(&describe(&error)))?.unchecked_into();
    if response.ok() { Ok(response) } else { Err(failed(&format!("status {}", response.status()))) }
}

fn body(response: &Response) -> Result<impl Stream<Item = io::Result<Vec<u8>>> + use<>, String> {
    Ok(chunks(&response.body().ok_or("An empty answer came instead of the model: reload the page.")?))
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

pub(crate) fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "merges.txt is not UTF-8 text: pick GPT-2's merges.txt.".into())
}

/// A stream as a reader, which gives the event loop its turns: a stream whose next bytes are there already never
/// would, and a word that ends the load could not arrive.
pub(crate) fn with_turns(
    bytes: impl Stream<Item = io::Result<Vec<u8>>> + 'static,
) -> Box<dyn AsyncRead + Unpin> {
    let turns = Rc::new(Turns::new());
    let bytes = bytes.then(move |chunk| {
        let turns = turns.clone();
        async move {
            turns.give().await;
            chunk
        }
    });
    Box::new(Box::pin(bytes).into_async_read())
}

/// The chunks of a browser's stream. Dropped before its end, it lets go of the stream.
pub(crate) fn chunks(stream: &ReadableStream) -> impl Stream<Item = io::Result<Vec<u8>>> + use<> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    stream::try_unfold(Reading(reader), async |reading| {
        let failed = |error: JsValue| io::Error::other(describe(&error));
        let step = JsFuture::from(reading.0.read()).await.map_err(failed)?;
        if Reflect::get(&step, &"done".into()).map_err(failed)?.is_truthy() {
            return Ok(None);
        }
        let chunk = Uint8Array::new(&Reflect::get(&step, &"value".into()).map_err(failed)?).to_vec();
        Ok(Some((chunk, reading)))
    })
}

/// Lets go of a stream when it is dropped.
struct Reading(ReadableStreamDefaultReader);

impl Drop for Reading {
    fn drop(&mut self) {
        // Of a stream that has ended or failed, this is no news; and nobody is left to be told of a failure.
        let cancelled = self.0.cancel();
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(cancelled).await;
        });
    }
}

/// A thrown value's message.
pub(crate) fn describe(error: &JsValue) -> String {
    // An exception of the browser's (a DOMException) is no Error to every engine, but has a message.
    match Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string()) {
        Some(message) if !message.is_empty() => message,
        _ => format!("{error:?}"),
    }
}
