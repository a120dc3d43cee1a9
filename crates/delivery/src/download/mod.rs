//! One file on its way.
//!
//! ```text
//! prepare -> [ piece from the store | chunk from the network ] ... -> finish (hash, record)
//!                                          ^      |
//!                                       connect <- cut, 429, 5xx: after a pause
//! ```
//!
//! At each piece's beginning the store is asked first, so that one damaged piece costs one piece. Before the last bytes
//! are given on, the whole is checked.

mod connect;
mod prepare;
mod tries;

use std::{collections::BTreeSet, rc::Rc};

use futures_util::{
    future::{Either, select},
    stream::StreamExt,
};
use peek_protocol::{DeliverySource, FileRole, RemoteFile};
use sha2::{Digest, Sha256};

use crate::{
    DeliveryError,
    fetch::{Clock, Fetcher},
    job::Job,
    piece::{self, PIECE},
    record::FileRecord,
    store::Store,
};
use connect::Connection;
use tries::Tries;

/// A silent connection is given up after so long, in ms.
const STALLED_MS: u32 = 60_000;

/// One file on its way.
pub(crate) struct Download<F: Fetcher, S, C> {
    job: Rc<Job<F, S, C>>,
    index: usize,
    file: RemoteFile,
    /// Bytes given on.
    at: u64,
    /// The file's length, once known.
    total: Option<u64>,
    /// `ETag` or such, as the first answer had it.
    validator: Option<String>,
    /// Where its pieces lie.
    folder: Option<String>,
    /// Pieces that lie there and have not been found damaged.
    stored: BTreeSet<u64>,
    /// Whether the record speaks of the folder.
    is_noted: bool,
    /// Whether all of it was verified on an earlier visit.
    was_verified: bool,
    took_stored: bool,
    took_network: bool,
    hasher: Sha256,
    /// What has come of the piece that `at` is in.
    piece: Vec<u8>,
    connection: Option<Connection<F::Body>>,
    /// Whether the server has given a part where one was asked for, as far as is known.
    gives_ranges: bool,
    tries: Tries,
    is_prepared: bool,
    is_over: bool,
}

impl<F: Fetcher, S: Store, C: Clock> Download<F, S, C> {
    /// Of a file of the job's model.
    pub(crate) fn new(job: Rc<Job<F, S, C>>, index: usize) -> Self {
        let file = job.model.files[index].clone();
        Self {
            index,
            at: 0,
            total: file.bytes,
            validator: None,
            folder: None,
            stored: BTreeSet::new(),
            is_noted: false,
            was_verified: false,
            took_stored: false,
            took_network: false,
            hasher: Sha256::new(),
            piece: Vec::new(),
            connection: None,
            gives_ranges: true,
            tries: Tries::default(),
            is_prepared: false,
            is_over: false,
            job,
            file,
        }
    }

    /// The next bytes; `None` once all have come and have been found to be right.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, DeliveryError> {
        if self.is_over {
            return Ok(None);
        }
        if !self.is_prepared {
            self.prepare().await?;
            self.is_prepared = true;
        }
        let (bytes, source) = match self.take_stored().await {
            Some(bytes) => (bytes, DeliverySource::Kept),
            None => (self.take_fetched().await?, DeliverySource::Network),
        };
        self.at += bytes.len() as u64;
        self.hasher.update(&bytes);
        let is_last = self.total == Some(self.at);
        if is_last {
            self.finish().await?;
        }
        self.job.came(self.index, bytes.len() as u64, source, is_last);
        // Only the end of a file of unknown length brings nothing.
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    /// The piece that begins here, where it is kept whole and sound.
    async fn take_stored(&mut self) -> Option<Vec<u8>> {
        let index = self.at / PIECE;
        if !self.at.is_multiple_of(PIECE) || !self.stored.contains(&index) {
            return None;
        }
        let folder = self.folder.as_deref()?;
        let expected = self.total.map_or(PIECE, |total| piece::len(self.at, total));
        let sealed = self.job.store.get(folder, &index.to_string()).await.ok().flatten();
        let Some(bytes) = sealed.and_then(|sealed| piece::open(sealed, expected)) else {
            self.stored.remove(&index);
            return None;
        };
        // What the connection would bring next is there already.
        if self.connection.as_ref().is_some_and(|connection| connection.at <= self.at) {
            self.connection = None;
        }
        self.took_stored = true;
        self.job.took_stored();
        Some(bytes)
    }

    /// Bytes from the network, at most to the end of the piece; nothing where a file of unknown length ends.
    async fn take_fetched(&mut self) -> Result<Vec<u8>, DeliveryError> {
        loop {
            if self.total == Some(self.at) {
                return Ok(Vec::new());
            }
            let mut connection = match self.connection.take() {
                // One that begins behind this place was meant to follow a piece that proved damaged.
                Some(connection) if connection.at <= self.at => connection,
                _ => self.connect(self.at).await?,
            };
            let chunk = match self.chunk(&mut connection).await {
                Ok(Some(chunk)) => chunk,
                Ok(None) if self.total.is_none() && connection.at == self.at => {
                    self.learn_total(self.at);
                    return Ok(Vec::new());
                }
                Ok(None) => {
                    self.pause("it ended early", None).await?;
                    continue;
                }
                Err(why) => {
                    self.pause(&why, None).await?;
                    continue;
                }
            };
            let skip = usize::try_from(self.at - connection.at).unwrap_or(usize::MAX).min(chunk.len());
            connection.at += chunk.len() as u64;
            if let Some(total) = self.total.filter(|&total| connection.at > total) {
                return Err(self.wrong_length(total, connection.at).await);
            }
            let mut fresh = chunk;
            fresh.drain(..skip);
            let room = usize::try_from(PIECE - self.at % PIECE).unwrap_or(usize::MAX);
            if fresh.len() > room {
                connection.at -= (fresh.len() - room) as u64;
                connection.left_over = fresh.split_off(room);
            }
            self.connection = Some(connection);
            if fresh.is_empty() {
                continue;
            }
            self.took_network = true;
            self.tries.came(fresh.len());
            self.collect(&fresh).await;
            return Ok(fresh);
        }
    }

    /// The connection's next bytes. One that stays silent is at its end.
    async fn chunk(&self, connection: &mut Connection<F::Body>) -> Result<Option<Vec<u8>>, String> {
        if !connection.left_over.is_empty() {
            return Ok(Some(std::mem::take(&mut connection.left_over)));
        }
        let next = std::pin::pin!(connection.body.next());
        let silence = std::pin::pin!(self.job.clock.sleep(STALLED_MS));
        match select(next, silence).await {
            Either::Left((Some(Ok(chunk)), _)) => Ok(Some(chunk)),
            Either::Left((Some(Err(error)), _)) => Err(error.to_string()),
            Either::Left((None, _)) => Ok(None),
            Either::Right(((), _)) => Err(format!("nothing came for {} s", STALLED_MS / 1000)),
        }
    }

    /// Collects what is kept piece by piece. The last piece waits until the whole is known to be right.
    async fn collect(&mut self, fresh: &[u8]) {
        if !self.job.keeps() {
            self.piece = Vec::new();
            return;
        }
        self.piece.extend_from_slice(fresh);
        let end = self.at + fresh.len() as u64;
        if end.is_multiple_of(PIECE) && self.total != Some(end) {
            self.keep_piece(end).await;
        }
    }

    /// Keeps the piece that ends at `end`.
    async fn keep_piece(&mut self, end: u64) {
        let mut piece = std::mem::take(&mut self.piece);
        let index = end.saturating_sub(1) / PIECE;
        // A piece of which the beginning came before keeping failed, or before the folder was known, is none.
        if piece.is_empty() || piece.len() as u64 != end - index * PIECE {
            return;
        }
        let Some(folder) = self.folder.clone() else { return };
        if !self.is_noted {
            self.is_noted = self.job.note(self.note(&folder, false)).await;
        }
        if self.is_noted {
            piece::seal(&mut piece);
            let put = self.job.store.put(&folder, &index.to_string(), &piece).await;
            self.job.kept(put);
        }
    }

    /// Everything has come: is it right? Then the last piece and the record are written.
    async fn finish(&mut self) -> Result<(), DeliveryError> {
        self.connection = None;
        let found = piece::hex(&self.hasher.clone().finalize());
        if let Some(expected) = self.file.sha256.clone().filter(|expected| *expected != found) {
            self.remove().await;
            let address = self.file.address.clone();
            return Err(if self.took_stored {
                DeliveryError::Damaged { address }
            } else {
                DeliveryError::Hash { address, expected, found }
            });
        }
        self.is_over = true;
        if self.file.sha256.is_none() && self.file.role == FileRole::Weights {
            self.job.warn(format!(
                "Not verified: no SHA-256 is known of {}, so nothing says that these are the weights that they are \
                 called. Theirs is {found}.",
                self.file.address
            ));
        }
        let is_verified = self.file.sha256.is_some();
        if self.took_network {
            self.keep_piece(self.at).await;
        }
        if let Some(folder) = self.folder.clone()
            && (self.took_network || !self.is_noted || is_verified != self.was_verified)
        {
            self.job.note(self.note(&folder, is_verified)).await;
        }
        Ok(())
    }

    fn note(&self, folder: &str, is_verified: bool) -> FileRecord {
        FileRecord {
            address: self.file.address.clone(),
            folder: folder.to_owned(),
            total: self.total,
            validator: self.validator.clone(),
            is_verified,
            is_absent: false,
        }
    }

    fn learn_total(&mut self, total: u64) {
        self.total = Some(total);
        self.job.total_known(self.index, total);
    }

    /// Removes what is kept of the file.
    async fn remove(&mut self) {
        self.stored.clear();
        self.piece = Vec::new();
        if let Some(folder) = &self.folder {
            // Where it cannot be removed, its hash will be found wrong again.
            let _ = self.job.store.delete_folder(folder).await;
        }
    }

    async fn wrong_length(&mut self, expected: u64, found: u64) -> DeliveryError {
        self.remove().await;
        DeliveryError::Length { address: self.file.address.clone(), expected, found }
    }
}
