//! What is there before the first byte is given on.

use super::Download;
use crate::{
    DeliveryError,
    fetch::{Clock, Fetcher},
    piece::{self, PIECE},
    record::{FileRecord, unverified_folder},
    shelf,
    store::Store,
};

impl<F: Fetcher, S: Store, C: Clock> Download<F, S, C> {
    /// Looks for what is kept. Of a file without a known hash of which a part is kept, the server is asked first whether
    /// it still has that version: nothing of an old one may be given on before.
    pub(super) async fn prepare(&mut self) -> Result<(), DeliveryError> {
        let noted = self.job.noted(&self.file.address).filter(|noted| !noted.is_absent);
        match self.file.sha256.clone() {
            Some(hash) => {
                if let Some(noted) = noted.filter(|noted| noted.folder == hash) {
                    self.take_up(&noted);
                }
                self.look_into(hash).await;
                Ok(())
            }
            None => self.prepare_unverified(noted).await,
        }
    }

    async fn prepare_unverified(&mut self, noted: Option<FileRecord>) -> Result<(), DeliveryError> {
        let mut gap = 0;
        if let Some(noted) = &noted {
            self.look_into(noted.folder.clone()).await;
            let is_listed_length = self.file.bytes.is_none_or(|bytes| noted.total == Some(bytes));
            if let Some(total) = noted.total.filter(|_| is_listed_length) {
                gap = (0..piece::count(total)).find(|index| !self.stored.contains(index)).unwrap_or(u64::MAX);
                if gap == u64::MAX {
                    self.take_up(noted);
                    return Ok(());
                }
            }
            // Which pieces count is known once the server has said which version it has.
            self.stored.clear();
            self.folder = None;
        }
        let connection = self.connect(gap * PIECE).await?;
        let folder = unverified_folder(&self.file, self.total, self.validator.as_deref());
        let is_as_noted = noted.as_ref().is_some_and(|noted| noted.folder == folder);
        if let Some(old) = noted.filter(|_| !is_as_noted) {
            // An old version that cannot be removed now goes with the next model that is deleted.
            let _ = self.job.store.delete_folder(&old.folder).await;
        }
        self.is_noted = is_as_noted;
        self.look_into(folder).await;
        // Begun in the middle of another version, it is of no use.
        if connection.at == 0 || is_as_noted {
            self.connection = Some(connection);
        }
        Ok(())
    }

    fn take_up(&mut self, noted: &FileRecord) {
        self.is_noted = true;
        self.was_verified = noted.is_verified;
        self.validator.clone_from(&noted.validator);
        if let (None, Some(total)) = (self.total, noted.total) {
            self.learn_total(total);
        }
    }

    async fn look_into(&mut self, folder: String) {
        // A store that cannot be read has nothing.
        self.stored = shelf::pieces(&self.job.store, &folder).await.unwrap_or_default();
        self.folder = Some(folder);
    }
}
