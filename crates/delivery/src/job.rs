//! One model on its way.

use std::{cell::RefCell, io, rc::Rc};

use futures_util::stream::{self, Stream};
use peek_protocol::{Delivery, DeliverySource, FileRole, Note, NoteLevel, Place, RemoteModel};

use crate::{
    DeliveryError,
    download::Download,
    fetch::{Clock, Fetcher},
    meter::Meter,
    record::{FileRecord, Record},
    store::{Store, StoreError},
};

/// Longest config or tokenizer.
const LONGEST_BESIDE: usize = 64 << 20;

/// What became of a load that failed while it read a [`Job`]'s bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What was damaged has been removed: opening the model again, once, can mend it.
    OpenAgain,
    /// The delivery failed, and this is why.
    Delivery(DeliveryError),
    /// The bytes came as they should: it is the reader's own error.
    Reader,
}

/// A model on its way: gives its files' bytes, keeps them, and tells how far it is.
pub struct Job<F, S, C> {
    pub(crate) fetcher: F,
    pub(crate) store: S,
    pub(crate) clock: C,
    pub(crate) model: RemoteModel,
    tell: Box<dyn Fn(Delivery)>,
    state: RefCell<State>,
}

struct State {
    record: Record,
    meter: Meter,
    notes: Vec<Note>,
    keeps: bool,
    took_stored: bool,
    error: Option<DeliveryError>,
}

impl<F: Fetcher, S: Store, C: Clock> Job<F, S, C> {
    /// Begins with what is kept of the model. `tell` hears how far it is, at most ten times a second.
    pub async fn begin(
        fetcher: F,
        store: S,
        clock: C,
        model: RemoteModel,
        tell: impl Fn(Delivery) + 'static,
    ) -> Rc<Self> {
        let read = Record::read(&store, &model.id).await;
        let keeps = read.is_ok();
        let mut record = read.ok().flatten().unwrap_or_else(|| Record::new(model.clone()));
        record.model.clone_from(&model);
        let meter = Meter::new(model.files.iter().map(|file| file.bytes));
        let state = State { record, meter, notes: Vec::new(), keeps, took_stored: false, error: None };
        Rc::new(Self { fetcher, store, clock, model, tell: Box::new(tell), state: RefCell::new(state) })
    }

    /// The whole of the file that has this role; `None` where the model has none, or where one that was only hoped for
    /// is not there.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn beside(self: &Rc<Self>, role: FileRole) -> Result<Option<Vec<u8>>, DeliveryError> {
        let Some(index) = self.model.files.iter().position(|file| file.role == role) else { return Ok(None) };
        let file = &self.model.files[index];
        let is_hoped_for = file.bytes.is_none() && file.sha256.is_none();
        if is_hoped_for && self.noted(&file.address).is_some_and(|known| known.is_absent) {
            self.state.borrow_mut().meter.set_total(index, 0);
            return Ok(None);
        }
        let mut download = Download::new(self.clone(), index);
        let mut whole = Vec::new();
        loop {
            match download.next().await {
                Ok(Some(bytes)) if whole.len() + bytes.len() > LONGEST_BESIDE => {
                    let address = file.address.clone();
                    return Err(DeliveryError::TooLong { address, limit: LONGEST_BESIDE });
                }
                Ok(Some(bytes)) => whole.extend(bytes),
                Ok(None) => return Ok(Some(whole)),
                Err(DeliveryError::NotThere { .. } | DeliveryError::Forbidden { .. }) if is_hoped_for => {
                    self.note_absent(index);
                    return Ok(None);
                }
                // A server that lets other sites read its files need not let them read that it has none, and then a missing
                // file looks like a cut. The record does not say that it is absent: it may come the next time.
                Err(error @ DeliveryError::Unreachable { .. }) if is_hoped_for && whole.is_empty() => {
                    let message =
                        format!("The model is opened without a file that may belong to it: {error}.");
                    let note = Note { place: Place::Model, level: NoteLevel::Warning, message };
                    let mut state = self.state.borrow_mut();
                    state.meter.set_total(index, 0);
                    state.notes.push(note);
                    return Ok(None);
                }
                Err(error) => return Err(self.failed(error)),
            }
        }
    }

    /// The bytes of the weights, their pieces one behind the other, as they come. An error stands where the end would:
    /// whoever reads to the end has what was asked for.
    ///
    /// # Errors
    /// Where the model has no weights.
    pub fn weights(
        self: &Rc<Self>,
    ) -> Result<impl Stream<Item = io::Result<Vec<u8>>> + use<F, S, C>, DeliveryError> {
        let files = self.model.files.iter().enumerate();
        let mut indices: Vec<usize> =
            files.filter(|(_, file)| file.role == FileRole::Weights).map(|(index, _)| index).collect();
        if indices.is_empty() {
            return Err(DeliveryError::NoWeights);
        }
        indices.reverse();
        let begin = (self.clone(), indices, None::<Download<F, S, C>>);
        Ok(stream::try_unfold(begin, async |(job, mut indices, mut current)| {
            loop {
                let download = match &mut current {
                    Some(download) => download,
                    None => match indices.pop() {
                        Some(index) => current.insert(Download::new(job.clone(), index)),
                        None => return Ok(None),
                    },
                };
                match download.next().await {
                    Ok(Some(bytes)) => return Ok(Some((bytes, (job, indices, current)))),
                    Ok(None) => current = None,
                    Err(error) => return Err(io::Error::other(job.failed(error))),
                }
            }
        }))
    }

    /// What the user should know of the files that came.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        self.state.borrow().notes.clone()
    }

    /// To be asked when a load has failed. Where its reader found fault with `content`, what is kept of the weights and
    /// was never verified is removed: it would be found faulty for ever.
    pub async fn fault(&self, content: bool) -> Fault {
        if let Some(error) = self.state.borrow_mut().error.take() {
            let again = error.is_mended_by_opening_again();
            return if again { Fault::OpenAgain } else { Fault::Delivery(error) };
        }
        if !content {
            return Fault::Reader;
        }
        let record = self.state.borrow().record.clone();
        for file in record.files.iter().filter(|file| !file.is_verified && !file.is_absent) {
            // What cannot be removed is found faulty again: nothing else can be done about it here.
            let _ = self.store.delete_folder(&file.folder).await;
        }
        if self.state.borrow().took_stored { Fault::OpenAgain } else { Fault::Reader }
    }

    fn failed(&self, error: DeliveryError) -> DeliveryError {
        self.state.borrow_mut().error = Some(error.clone());
        error
    }

    /// What the record knows of a file.
    pub(crate) fn noted(&self, address: &str) -> Option<FileRecord> {
        self.state.borrow().record.file(address).cloned()
    }

    /// Notes what is kept of a file; the record is written with it. Where that fails, nothing more is kept.
    pub(crate) async fn note(&self, file: FileRecord) -> bool {
        if !self.keeps() {
            return false;
        }
        let record = {
            let mut state = self.state.borrow_mut();
            state.record.set(file);
            state.record.written_ms = self.clock.date_ms();
            state.record.clone()
        };
        let written = record.write(&self.store).await;
        self.kept(written)
    }

    /// Looks at what became of keeping something: a failure ends all keeping, and the user is told. Whether it is kept.
    pub(crate) fn kept(&self, result: Result<(), StoreError>) -> bool {
        match result {
            Ok(()) => true,
            // The other tab keeps it.
            Err(StoreError::Busy) => false,
            Err(StoreError::Failed(why)) => {
                self.state.borrow_mut().keeps = false;
                self.warn(format!(
                    "The model could not be kept in the browser's storage ({why}): it runs, and is fetched again next \
                     time. Free some space, or leave a private window, to keep it."
                ));
                false
            }
        }
    }

    /// Whether what comes is kept.
    pub(crate) fn keeps(&self) -> bool {
        self.state.borrow().keeps
    }

    /// Something came from the storage.
    pub(crate) fn took_stored(&self) {
        self.state.borrow_mut().took_stored = true;
    }

    /// Adds a note, once.
    pub(crate) fn warn(&self, message: String) {
        let note = Note { place: Place::Model, level: NoteLevel::Warning, message };
        let mut state = self.state.borrow_mut();
        if !state.notes.contains(&note) {
            state.notes.push(note);
        }
    }

    /// A file's length has become known.
    pub(crate) fn total_known(&self, index: usize, total: u64) {
        self.state.borrow_mut().meter.set_total(index, total);
    }

    /// Bytes have come; `is_last` where no more will come of this file.
    pub(crate) fn came(&self, index: usize, bytes: u64, source: DeliverySource, is_last: bool) {
        let now = self.clock.now_ms();
        let word = {
            let meter = &mut self.state.borrow_mut().meter;
            meter.add(index, bytes, source, now);
            if is_last { Some(meter.last_word(source, now)) } else { meter.word(source, now) }
        };
        if let Some(word) = word {
            (self.tell)(word);
        }
    }

    /// The next try is due in a while.
    pub(crate) fn waits(&self, ms: u32, attempt: u32, attempts: u32) {
        let source = DeliverySource::Waiting { ms, attempt, attempts };
        let word = self.state.borrow_mut().meter.last_word(source, self.clock.now_ms());
        (self.tell)(word);
    }

    /// A file that was hoped for is not there. The record says so once it is written: a model whose weights are kept
    /// then needs no request.
    fn note_absent(&self, index: usize) {
        let mut state = self.state.borrow_mut();
        state.meter.set_total(index, 0);
        let address = self.model.files[index].address.clone();
        let file = FileRecord {
            address,
            folder: String::new(),
            total: Some(0),
            validator: None,
            is_verified: false,
            is_absent: true,
        };
        state.record.set(file);
    }
}
