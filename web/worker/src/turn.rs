//! Giving the event loop a turn, so that a message which supersedes the present work can arrive.

use std::cell::Cell;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

/// Longest stretch of work between two turns, in ms. Short enough that a keystroke is noticed at once, long enough
/// that the turns cost nothing.
const STRETCH: f64 = 8.0;

/// Hands over the turn every few ms.
pub(crate) struct Turns {
    channel: Option<MessageChannel>,
    last: Cell<f64>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        // A message to oneself is a task of the event loop without a timer's minimum delay of 4 ms.
        Self { channel: MessageChannel::new().ok(), last: Cell::new(0.0) }
    }

    /// Waits for one turn of the event loop where the last one was long enough ago.
    pub(crate) async fn give(&self) {
        if now_ms() - self.last.get() < STRETCH {
            return;
        }
        if let Some(channel) = &self.channel {
            let turn = Promise::new(&mut |resolve, _| {
                channel.port1().set_onmessage(Some(&resolve));
                // Posting nothing cannot fail to be cloned.
                let _ = channel.port2().post_message(&JsValue::NULL);
            });
            let _ = JsFuture::from(turn).await;
        }
        self.last.set(now_ms());
    }
}

/// ms since the worker started, never going back.
pub(crate) fn now_ms() -> f64 {
    crate::host::scope().performance().map_or(0.0, |performance| performance.now())
}
