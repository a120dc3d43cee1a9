//! Connecting, as often as it takes.

use futures_util::future::{Either, select};

use super::{Download, STALLED_MS, tries::Next};
use crate::{
    DeliveryError,
    fetch::{Answer, Clock, Fetcher},
    record::unverified_folder,
    store::Store,
};

/// A server's body, and where in the file it is.
pub(super) struct Connection<B> {
    pub(super) body: B,
    /// The place of its next byte, those left over included.
    pub(super) at: u64,
    /// What came already and belongs to the next piece.
    pub(super) left_over: Vec<u8>,
}

/// Why a try to connect failed.
enum Trouble {
    /// Another try may help.
    Passing { why: String, answered: bool, retry_after_s: Option<u64> },
    /// None will.
    Lasting(DeliveryError),
}

impl From<DeliveryError> for Trouble {
    fn from(error: DeliveryError) -> Self {
        Self::Lasting(error)
    }
}

fn passing(why: impl Into<String>) -> Trouble {
    Trouble::Passing { why: why.into(), answered: true, retry_after_s: None }
}

impl<F: Fetcher, S: Store, C: Clock> Download<F, S, C> {
    /// A connection that begins at `from`, or before it where the server gives only the whole.
    pub(super) async fn connect(&mut self, from: u64) -> Result<Connection<F::Body>, DeliveryError> {
        loop {
            match self.try_to_connect(from).await {
                Ok(connection) => return Ok(connection),
                Err(Trouble::Lasting(error)) => return Err(error),
                Err(Trouble::Passing { why, answered, retry_after_s }) => {
                    self.pause_after(&why, answered, retry_after_s).await?;
                }
            }
        }
    }

    /// Waits for the next try of a connection that had been there.
    pub(super) async fn pause(&mut self, why: &str, retry_after_s: Option<u64>) -> Result<(), DeliveryError> {
        self.pause_after(why, true, retry_after_s).await
    }

    async fn pause_after(
        &mut self,
        why: &str,
        answered: bool,
        retry: Option<u64>,
    ) -> Result<(), DeliveryError> {
        let address = || self.file.address.clone();
        match self.tries.failed(answered, retry) {
            Next::GiveUp(attempts) => {
                let why = why.to_owned();
                Err(DeliveryError::Unreachable { address: address(), attempts, why })
            }
            Next::TooLong(seconds) => Err(DeliveryError::Busy { address: address(), seconds }),
            Next::After { ms, attempt, attempts } => {
                self.job.waits(ms, attempt, attempts);
                self.job.clock.sleep(ms).await;
                Ok(())
            }
        }
    }

    async fn try_to_connect(&mut self, from: u64) -> Result<Connection<F::Body>, Trouble> {
        let from = if self.gives_ranges { from } else { 0 };
        let answer = {
            let open = std::pin::pin!(self.job.fetcher.open(&self.file.address, from));
            let silence = std::pin::pin!(self.job.clock.sleep(STALLED_MS));
            match select(open, silence).await {
                Either::Left((Ok(answer), _)) => answer,
                Either::Left((Err(error), _)) => {
                    let why = error.to_string();
                    return Err(Trouble::Passing { why, answered: false, retry_after_s: None });
                }
                Either::Right(((), _)) => return Err(passing("the server did not answer")),
            }
        };
        let start = self.start(&answer, from)?;
        self.check_version(&answer).await?;
        Ok(Connection { body: answer.body, at: start, left_over: Vec::new() })
    }

    /// Where in the file an answer begins.
    fn start(&mut self, answer: &Answer<F::Body>, from: u64) -> Result<u64, Trouble> {
        let address = || self.file.address.clone();
        match answer.status {
            200 => Ok(0),
            206 => {
                // A server on another origin may show the length of what it sends and not where that begins.
                let told = answer.start.or_else(|| self.total?.checked_sub(answer.length?));
                // With a hash, a wrong place would be noticed at the end.
                let start = told.or_else(|| self.file.sha256.is_some().then_some(from));
                if start == Some(from) {
                    return Ok(from);
                }
                self.gives_ranges = false;
                Err(passing("the server sent another part of the file than it was asked for"))
            }
            416 if from > 0 => {
                self.gives_ranges = false;
                Err(passing("the server does not send the rest of the file"))
            }
            status @ (404 | 410) => Err(DeliveryError::NotThere { address: address(), status }.into()),
            status @ (401 | 403 | 451) => Err(DeliveryError::Forbidden { address: address(), status }.into()),
            status @ (408 | 425 | 429 | 500..=599) => {
                let retry_after_s = answer.retry_after_s;
                Err(Trouble::Passing { why: format!("status {status}"), answered: true, retry_after_s })
            }
            status => Err(DeliveryError::Status { address: address(), status }.into()),
        }
    }

    /// Whether the answer is of the file that was asked for, and of the same version as the bytes given on.
    async fn check_version(&mut self, answer: &Answer<F::Body>) -> Result<(), Trouble> {
        let address = self.file.address.clone();
        // Pieces that are kept are of one version, even before the first byte is given on.
        let has_begun = self.at > 0 || (self.file.sha256.is_none() && !self.stored.is_empty());
        if let (Some(expected), Some(found)) = (self.total, answer.total)
            && expected != found
        {
            if self.file.bytes.is_none() && has_begun {
                self.remove().await;
                return Err(DeliveryError::Changed { address }.into());
            }
            return Err(self.wrong_length(expected, found).await.into());
        }
        // A file that is known by its hash is the same wherever it comes from.
        let is_new = self.file.sha256.is_none()
            && has_begun
            && (self.validator.is_some() || answer.validator.is_some())
            && self.validator != answer.validator;
        if is_new {
            self.remove().await;
            return Err(DeliveryError::Changed { address }.into());
        }
        if !has_begun {
            self.validator.clone_from(&answer.validator);
        }
        if let (None, Some(total)) = (self.total, answer.total) {
            self.learn_total(total);
        }
        if !has_begun && self.file.sha256.is_none() && self.folder.is_some() {
            // Nothing came of the version that answered first: this one has a place of its own.
            let folder = unverified_folder(&self.file, self.total, self.validator.as_deref());
            self.is_noted &= self.folder.as_ref() == Some(&folder);
            self.folder = Some(folder);
        }
        Ok(())
    }
}
