//! A server and a storage that do what a plan says, and a clock that never waits.

#![allow(dead_code)]

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, LocalBoxStream},
};
use peek_delivery::{Answer, Clock, FetchError, Fetcher, Job, MemoryStore, Store, StoreError};
use peek_protocol::{Delivery, FileRole, RemoteFile, RemoteModel};
use sha2::{Digest, Sha256};

pub(crate) const ADDRESS: &str = "https://hub.test/model.safetensors";

/// What a server does with one request; without a plan it serves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// Answers as it should, and breaks off after so many bytes.
    Cut(usize),
    /// As [`Act::Cut`], but the body ends as if it were whole.
    EndEarly(usize),
    /// Sends the whole to a range too, and breaks off after so many bytes.
    NoRange(usize),
    /// Sends a part that begins elsewhere.
    WrongRange,
    /// This status, with seconds to wait.
    Status(u16, Option<u64>),
    /// No answer.
    Refuse,
    /// Answers, and then nothing comes.
    Silent,
    /// Serves, and shows no header of what it sends.
    Shy,
}

#[derive(Default)]
pub(crate) struct World {
    pub(crate) content: RefCell<Rc<Vec<u8>>>,
    pub(crate) validator: RefCell<Option<String>>,
    pub(crate) plan: RefCell<VecDeque<Act>>,
    /// The offset that each request asked for.
    pub(crate) requests: RefCell<Vec<u64>>,
    pub(crate) chunk: Cell<usize>,
    pub(crate) blobs: MemoryStore,
    /// Puts until the storage is full.
    pub(crate) room: Cell<Option<usize>>,
    /// Puts of which another tab holds the blob.
    pub(crate) busy: RefCell<Vec<usize>>,
    pub(crate) puts: Cell<usize>,
    pub(crate) is_unreadable: Cell<bool>,
    pub(crate) now: Cell<f64>,
    pub(crate) slept: RefCell<Vec<u32>>,
    pub(crate) words: RefCell<Vec<Delivery>>,
}

#[derive(Clone)]
pub(crate) struct Sim(pub(crate) Rc<World>);

/// A file whose every stretch is unlike any other.
pub(crate) fn content(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

pub(crate) fn sha(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A model on its way in it.
pub(crate) type SimJob = Job<Sim, Sim, Sim>;

impl Sim {
    pub(crate) fn serving(content: Vec<u8>) -> Self {
        let world = World { chunk: Cell::new(100_000), ..World::default() };
        *world.content.borrow_mut() = Rc::new(content);
        *world.validator.borrow_mut() = Some("\"v1\"".into());
        Self(Rc::new(world))
    }

    pub(crate) fn plan(&self, acts: impl IntoIterator<Item = Act>) -> &Self {
        self.0.plan.borrow_mut().extend(acts);
        self
    }

    /// The model that is served, its length and hash known or not.
    pub(crate) fn model(&self, known: bool) -> RemoteModel {
        let content = self.0.content.borrow();
        let file = RemoteFile {
            role: FileRole::Weights,
            address: ADDRESS.into(),
            bytes: known.then_some(content.len() as u64),
            sha256: known.then(|| sha(&content)),
        };
        RemoteModel { id: "sim".into(), label: "Sim".into(), files: vec![file] }
    }

    pub(crate) async fn begin(&self, model: &RemoteModel) -> Rc<SimJob> {
        let world = self.0.clone();
        Job::begin(self.clone(), self.clone(), self.clone(), model.clone(), move |word| {
            world.words.borrow_mut().push(word);
        })
        .await
    }

    /// Loads to the end: the bytes, or the error's sentence; and the job.
    pub(crate) fn load(&self, model: &RemoteModel) -> (Result<Vec<u8>, String>, Rc<SimJob>) {
        pollster::block_on(async {
            let job = self.begin(model).await;
            let weights = job.weights().expect("it has weights");
            let whole = weights.try_fold(Vec::new(), async |mut whole: Vec<u8>, chunk| {
                whole.extend(chunk);
                Ok(whole)
            });
            (whole.await.map_err(|error| error.to_string()), job)
        })
    }

    /// Loads and stops when so many bytes have come, as a reload of the page does.
    pub(crate) fn load_some(&self, model: &RemoteModel, wanted: usize) {
        self.try_to_load_some(model, wanted).0.expect("it comes");
    }

    /// The same where it need not come: the error's sentence, and the job.
    pub(crate) fn try_to_load_some(
        &self,
        model: &RemoteModel,
        wanted: usize,
    ) -> (Result<(), String>, Rc<SimJob>) {
        pollster::block_on(async {
            let job = self.begin(model).await;
            let mut weights = Box::pin(job.weights().expect("it has weights"));
            let mut came = 0;
            while came < wanted {
                match weights.next().await.expect("there is more") {
                    Ok(bytes) => came += bytes.len(),
                    Err(error) => return (Err(error.to_string()), job.clone()),
                }
            }
            (Ok(()), job.clone())
        })
    }

    pub(crate) fn requests(&self) -> Vec<u64> {
        std::mem::take(&mut *self.0.requests.borrow_mut())
    }

    /// Names of the blobs of every folder but the records'.
    pub(crate) fn pieces(&self) -> Vec<(String, String)> {
        pollster::block_on(async {
            let mut all = Vec::new();
            for folder in self.0.blobs.folders().await.expect("memory") {
                if folder != "records" {
                    for name in self.0.blobs.list(&folder).await.expect("memory") {
                        all.push((folder.clone(), name));
                    }
                }
            }
            all
        })
    }

    /// Changes a kept blob.
    pub(crate) fn spoil(&self, which: usize, change: impl FnOnce(&mut Vec<u8>)) {
        let (folder, name) = self.pieces()[which].clone();
        pollster::block_on(async {
            let mut bytes = self.0.blobs.get(&folder, &name).await.expect("memory").expect("it is there");
            change(&mut bytes);
            self.0.blobs.put(&folder, &name, &bytes).await.expect("memory");
        });
    }
}

impl Fetcher for Sim {
    type Body = LocalBoxStream<'static, Result<Vec<u8>, FetchError>>;

    async fn open(&self, _: &str, from: u64) -> Result<Answer<Self::Body>, FetchError> {
        self.0.requests.borrow_mut().push(from);
        let act = self.0.plan.borrow_mut().pop_front().unwrap_or(Act::Cut(usize::MAX));
        let content = self.0.content.borrow().clone();
        let validator = self.0.validator.borrow().clone();
        let len = content.len();
        let asked = usize::try_from(from).expect("small");
        let answer = |status, retry_after_s| Answer {
            status,
            start: None,
            total: None,
            length: None,
            retry_after_s,
            validator: None,
            body: stream::empty().boxed_local(),
        };
        let (start, limit) = match act {
            Act::Refuse => return Err(FetchError("network error".into())),
            Act::Status(status, retry) => return Ok(answer(status, retry)),
            Act::NoRange(limit) => (0, limit),
            Act::WrongRange if from > 0 => (asked / 2, usize::MAX),
            Act::Cut(limit) | Act::EndEarly(limit) => (asked, limit),
            _ => (asked, usize::MAX),
        };
        if start >= len && from > 0 {
            return Ok(answer(416, None));
        }
        let end = start.saturating_add(limit).min(len);
        let (size, broken) = (self.0.chunk.get(), end < len && !matches!(act, Act::EndEarly(_)));
        let starts = (start..end).step_by(size);
        let chunks = starts.map(move |at| Ok(content[at..(at + size).min(end)].to_vec()));
        let last = broken.then(|| Err(FetchError("the connection was cut".into())));
        let body = match act {
            Act::Silent => stream::pending().boxed_local(),
            _ => stream::iter(chunks.chain(last)).boxed_local(),
        };
        let is_part = from > 0 && !matches!(act, Act::NoRange(_));
        let shows = act != Act::Shy;
        Ok(Answer {
            status: if is_part { 206 } else { 200 },
            start: (is_part && shows).then_some(start as u64),
            total: shows.then_some(len as u64),
            length: shows.then_some((len - start) as u64),
            retry_after_s: None,
            validator: validator.filter(|_| shows),
            body,
        })
    }
}

impl Store for Sim {
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        self.readable()?;
        self.0.blobs.list(folder).await
    }

    async fn folders(&self) -> Result<Vec<String>, StoreError> {
        self.readable()?;
        self.0.blobs.folders().await
    }

    async fn get(&self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.readable()?;
        self.0.blobs.get(folder, name).await
    }

    async fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let put = self.0.puts.replace(self.0.puts.get() + 1);
        if self.0.busy.borrow().contains(&put) {
            return Err(StoreError::Busy);
        }
        if self.0.room.get().is_some_and(|room| put >= room) {
            return Err(StoreError::Failed("quota exceeded".into()));
        }
        self.0.blobs.put(folder, name, bytes).await
    }

    async fn delete(&self, folder: &str, name: &str) -> Result<(), StoreError> {
        self.0.blobs.delete(folder, name).await
    }

    async fn delete_folder(&self, folder: &str) -> Result<(), StoreError> {
        self.0.blobs.delete_folder(folder).await
    }
}

impl Sim {
    fn readable(&self) -> Result<(), StoreError> {
        if self.0.is_unreadable.get() { Err(StoreError::Failed("the disk is gone".into())) } else { Ok(()) }
    }
}

impl Clock for Sim {
    fn now_ms(&self) -> f64 {
        // Every look at it takes its time, so that words are told.
        self.0.now.set(self.0.now.get() + 10.0);
        self.0.now.get()
    }

    fn date_ms(&self) -> f64 {
        self.0.now.get()
    }

    async fn sleep(&self, ms: u32) {
        self.0.slept.borrow_mut().push(ms);
        self.0.now.set(self.0.now.get() + f64::from(ms));
    }
}
