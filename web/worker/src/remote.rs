//! Models at addresses, between the engine and what delivers them.

use std::rc::Rc;

use futures_util::TryStreamExt;
use peek_delivery::{DeliveryError, Fault, Job};
use peek_engine::{FileFault, ModelFiles, TokenizerFile};
use peek_protocol::{FileRole, Note, NoteLevel, Place, RemoteModel, RequestId, Response};

use crate::{
    files,
    host::post,
    net::{WebClock, WebFetcher},
    store::{self, BrowserStore},
};

/// A model on its way through this browser.
pub(crate) type BrowserJob = Job<WebFetcher, BrowserStore, WebClock>;

/// Begins to fetch a model, or to read what is kept of it.
pub(crate) async fn begin(model: &RemoteModel, id: Option<RequestId>) -> Rc<BrowserJob> {
    let store = BrowserStore::open().await;
    let tell = move |delivery| {
        if let Some(id) = id {
            post(&Response::Delivering { id, delivery });
        }
    };
    Job::begin(WebFetcher, store, WebClock, model.clone(), tell).await
}

/// The files of a model that is on its way.
pub(crate) async fn open(job: &Rc<BrowserJob>, label: String) -> Result<ModelFiles, String> {
    let said = |error: DeliveryError| error.to_string();
    let config = job.beside(FileRole::Config).await.map_err(said)?;
    let tokenizer = match job.beside(FileRole::Tokenizer).await.map_err(said)? {
        Some(json) => TokenizerFile::Json(json),
        None => match job.beside(FileRole::Merges).await.map_err(said)? {
            Some(merges) => TokenizerFile::Merges(files::text(merges)?),
            None => files::gpt2s_own_tokenizer().await?,
        },
    };
    let weights = job.weights().map_err(said)?;
    Ok(ModelFiles { label, weights: files::with_turns(weights.into_stream()), config, tokenizer })
}

/// What a failed load has to do with its delivery.
pub(crate) async fn fault(job: &Rc<BrowserJob>, content: bool) -> Option<FileFault> {
    match job.fault(content).await {
        Fault::OpenAgain => Some(FileFault::OpenAgain),
        Fault::Delivery(error) => Some(FileFault::DidNotCome(error.to_string())),
        Fault::Reader => None,
    }
}

/// Tells what is kept, after deleting the model of `forget` where there is one.
pub(crate) async fn tell_stored(id: RequestId, forget: Option<String>) {
    let store = BrowserStore::open().await;
    let answer = async {
        if let Some(model) = forget {
            peek_delivery::forget(&store, &model).await?;
        }
        peek_delivery::stored(&store).await
    };
    match answer.await {
        Ok(models) => {
            let quota = store::quota().await;
            post(&Response::Stored { id, place: store.kind(), models, quota });
        }
        Err(error) => {
            let message = format!(
                "The browser's storage could not be used ({error}): close other tabs of Peek, and try again."
            );
            let note = Note { place: Place::Model, level: NoteLevel::Error, message };
            post(&Response::Refused { id, notes: vec![note], tokens: None });
        }
    }
}
