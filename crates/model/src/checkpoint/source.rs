use std::io::ErrorKind;

use futures_util::io::{AsyncRead, AsyncReadExt};
use sha2::{Digest, Sha256};

use super::{
    header::Entry,
    text::{clip, hex},
};
use crate::ModelError;

/// What to do about a file that ends too early or too late.
const CUT_SHORT: &str = "the file is incomplete, fetch it again";

/// Bytes taken from a reader at once: a multiple of every dtype's size.
const CHUNK: usize = 256 * 1024;
/// Bytes between two words of progress within one tensor.
const TOLD_EVERY: u64 = 4 * 1024 * 1024;

/// A reader that knows how far it has come and what it has read, and reads in chunks of a bounded size.
pub(crate) struct Source<R> {
    reader: R,
    at: u64,
    chunk: Vec<u8>,
    hash: Sha256,
}

impl<R: AsyncRead + Unpin> Source<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, at: 0, chunk: vec![0; CHUNK], hash: Sha256::new() }
    }

    /// Bytes read so far.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Up to `want` bytes, and fewer only where the reader ends; never more than a chunk.
    pub(crate) async fn some(&mut self, want: u64, within: &str) -> Result<&[u8], ModelError> {
        let want = usize::try_from(want).unwrap_or(CHUNK).min(CHUNK);
        let mut filled = 0;
        while filled < want {
            match self.reader.read(&mut self.chunk[filled..want]).await {
                Ok(0) => break,
                // A reader that claims more than it was asked for is broken; do not follow it out of bounds.
                Ok(n) => filled += n.min(want - filled),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => {
                    let at = self.at + filled as u64;
                    return Err(ModelError::Read { at, within: within.to_owned(), source });
                }
            }
        }
        self.at += filled as u64;
        self.hash.update(&self.chunk[..filled]);
        Ok(&self.chunk[..filled])
    }

    /// Hands `entry`'s bytes to `take`, a chunk at a time, with the bytes of the file read so far.
    pub(crate) async fn chunks(
        &mut self,
        entry: &Entry,
        progress: &mut impl FnMut(u64),
        mut take: impl FnMut(&[u8], u64) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let within = format!("tensor `{}`", clip(&entry.name));
        let (mut left, mut told) = (entry.len(), self.at);
        while left > 0 {
            let before = self.at;
            let want = left.min(CHUNK as u64);
            let bytes = self.some(want, &within).await?;
            let got = bytes.len() as u64;
            if got < want {
                return Err(ModelError::Tensor {
                    tensor: clip(&entry.name),
                    expected: format!("its {} bytes", entry.len()),
                    found: format!("the end of the file after {} of them", entry.len() - left + got),
                    advice: CUT_SHORT,
                });
            }
            take(bytes, before + got)?;
            left -= got;
            if self.at - told >= TOLD_EVERY && left > 0 {
                told = self.at;
                progress(told);
            }
        }
        Ok(())
    }

    /// The SHA-256 of all that was read, in lower-case hexadecimal.
    pub(crate) fn sha256(self) -> String {
        hex(&self.hash.finalize())
    }

    /// Reads past a tensor.
    pub(crate) async fn skip(
        &mut self,
        entry: &Entry,
        progress: &mut impl FnMut(u64),
    ) -> Result<(), ModelError> {
        self.chunks(entry, progress, |_, _| Ok(())).await
    }

    /// Checks that nothing follows the last tensor.
    pub(crate) async fn expect_end(&mut self, total: u64) -> Result<(), ModelError> {
        if self.some(1, "the end of the file").await?.is_empty() {
            return Ok(());
        }
        Err(ModelError::NotSafetensors {
            expected: format!("the end of the file after its last tensor, at byte {total}"),
            found: "more bytes, which no tensor claims".into(),
        })
    }
}
