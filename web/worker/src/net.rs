//! `fetch` as a download needs it, and the browser's clock.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::stream::{LocalBoxStream, Stream, StreamExt};
use js_sys::{Object, Reflect};
use peek_delivery::{Answer, Clock, FetchError, Fetcher};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, Response, ResponseType,
};

use crate::{
    files::{chunks, describe},
    host::scope,
    turn,
};

/// Asks with `fetch`: without saying where from, and with credentials for the page's own host alone, which may lie behind a
/// password with all its models.
pub(crate) struct WebFetcher;

impl Fetcher for WebFetcher {
    type Body = Body;

    async fn open(&self, address: &str, from: u64) -> Result<Answer<Body>, FetchError> {
        // Whatever becomes of this future or of the body, the connection ends with it.
        let abort = Abort(AbortController::new().ok());
        let init = RequestInit::new();
        init.set_credentials(RequestCredentials::SameOrigin);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        // What is kept is kept by the page: half a gigabyte more in the browser's own cache helps nobody.
        init.set_cache(RequestCache::NoStore);
        init.set_signal(abort.0.as_ref().map(AbortController::signal).as_ref());
        if from > 0 {
            let headers = Object::new();
            // A fresh object takes any property.
            let _ = Reflect::set(&headers, &"Range".into(), &format!("bytes={from}-").into());
            init.set_headers(&headers);
        }
        let answer = JsFuture::from(scope().fetch_with_str_and_init(address, &init)).await;
        let answer: Response = answer.map_err(|error| FetchError(describe(&error)))?.unchecked_into();
        let header = |name: &str| answer.headers().get(name).ok().flatten();
        let number = |name: &str| header(name).and_then(|text| text.trim().parse::<u64>().ok());
        // A packed body has the length of its packing. Another origin need not show that it is packed, and what is packed
        // is text.
        let is_packed = header("content-encoding").is_some_and(|encoding| encoding != "identity")
            || (answer.type_() == ResponseType::Cors
                && header("content-type")
                    .is_none_or(|kind| kind.contains("json") || kind.starts_with("text/")));
        let length = number("content-length").filter(|_| !is_packed);
        let range = header("content-range");
        let (start, whole) = range.as_deref().map_or((None, None), content_range);
        let total = if answer.status() == 200 { length } else { whole };
        let body = match answer.body() {
            Some(stream) => chunks(&stream)
                .map(|chunk| chunk.map_err(|error| FetchError(error.to_string())))
                .boxed_local(),
            None => futures_util::stream::empty().boxed_local(),
        };
        Ok(Answer {
            status: answer.status(),
            start,
            total,
            length,
            retry_after_s: number("retry-after"),
            validator: header("etag").or_else(|| header("last-modified")),
            body: Body { chunks: body, _abort: abort },
        })
    }
}

/// The offset and the whole length that `bytes 5-9/10` says.
fn content_range(text: &str) -> (Option<u64>, Option<u64>) {
    let Some((range, whole)) = text.trim().strip_prefix("bytes").and_then(|rest| rest.trim().split_once('/'))
    else {
        return (None, None);
    };
    let start = range.split_once('-').and_then(|(start, _)| start.trim().parse().ok());
    (start, whole.trim().parse().ok())
}

/// An answer's bytes.
pub(crate) struct Body {
    chunks: LocalBoxStream<'static, Result<Vec<u8>, FetchError>>,
    _abort: Abort,
}

impl Stream for Body {
    type Item = Result<Vec<u8>, FetchError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.poll_next_unpin(context)
    }
}

/// Ends a request when it is dropped.
struct Abort(Option<AbortController>);

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// The worker's clock.
pub(crate) struct WebClock;

impl Clock for WebClock {
    fn now_ms(&self) -> f64 {
        turn::now_ms()
    }

    fn date_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    async fn sleep(&self, ms: u32) {
        gloo_timers::future::TimeoutFuture::new(ms).await;
    }
}
