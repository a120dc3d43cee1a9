//! What a download needs from where it runs.

use std::future::Future;

use futures_util::stream::Stream;

/// No answer, or one that broke off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FetchError(pub String);

/// A server's answer. What a server on another origin does not show is `None`.
#[derive(Debug)]
pub struct Answer<B> {
    /// The HTTP status after redirects.
    pub status: u16,
    /// The offset that the body begins at, as `Content-Range` says it.
    pub start: Option<u64>,
    /// Length of the whole file: from `Content-Range`, or for status 200 from `Content-Length`. `None` where the body
    /// comes compressed.
    pub total: Option<u64>,
    /// Length of this body, where the answer says it and does not come compressed.
    pub length: Option<u64>,
    /// Seconds that the server asks to wait.
    pub retry_after_s: Option<u64>,
    /// `ETag`, else `Last-Modified`: another one means another file.
    pub validator: Option<String>,
    /// The bytes. Dropping it ends the connection.
    pub body: B,
}

/// Asks for files.
pub trait Fetcher {
    /// The bytes of an answer, as they arrive.
    type Body: Stream<Item = Result<Vec<u8>, FetchError>> + Unpin;

    /// Asks for the file at an address from an offset on; from 0, without a range.
    ///
    /// # Errors
    /// Where no answer came.
    fn open(&self, address: &str, from: u64) -> impl Future<Output = Result<Answer<Self::Body>, FetchError>>;
}

/// Time.
pub trait Clock {
    /// ms that never go back.
    fn now_ms(&self) -> f64;

    /// ms since 1970.
    fn date_ms(&self) -> f64;

    /// Waits.
    fn sleep(&self, ms: u32) -> impl Future<Output = ()>;
}
