//! The engine's entry point in a web worker: bytes in, bytes out, files as streams.
//!
//! `worker.js` makes one [`Engine`] and hands it every message. All thinking is in `peek-engine`; here is only what
//! a browser does differently: the event loop's turns, `fetch`, picked files, a panic that must reach the page.

#![cfg(target_arch = "wasm32")]

mod files;
mod host;
mod net;
mod panics;
mod remote;
mod store;
mod turn;

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use peek_engine::{Mailbox, Session, serve};
use peek_protocol::{Request, Response, decode};
use wasm_bindgen::prelude::wasm_bindgen;

use host::WorkerHost;

/// The engine and its queue of requests.
#[wasm_bindgen]
pub struct Engine {
    mailbox: Mailbox,
    files: files::Picked,
}

#[wasm_bindgen]
impl Engine {
    /// Starts serving.
    #[wasm_bindgen(constructor)]
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        panics::report_to_page();
        let engine = Self { mailbox: Mailbox::new(), files: Rc::new(RefCell::new(HashMap::new())) };
        let host = WorkerHost::new(engine.mailbox.clone(), engine.files.clone());
        wasm_bindgen_futures::spawn_local(serve(Session::new(), engine.mailbox.clone(), host));
        engine
    }

    /// Takes one message in: a request's bytes, and the files that travel with it.
    pub fn receive(&self, bytes: &[u8], files: Vec<web_sys::File>) {
        match decode::<Request>(bytes) {
            // Storage is answered beside whatever is under way: a load that waits for bytes may take minutes.
            Ok(Request::Stored(id)) => wasm_bindgen_futures::spawn_local(remote::tell_stored(id, None)),
            Ok(Request::Forget(id, model)) => {
                wasm_bindgen_futures::spawn_local(remote::tell_stored(id, Some(model)));
            }
            Ok(request) => {
                if let Request::Load(load) = &request {
                    // Only the newest load can still ask for its files.
                    self.files.borrow_mut().clear();
                    self.files.borrow_mut().insert(load.model.clone(), files);
                }
                if let Some(id) = self.mailbox.push(request) {
                    host::post(&Response::Cancelled { id });
                }
            }
            Err(error) => host::post(&Response::Fatal { message: error.to_string() }),
        }
    }
}
