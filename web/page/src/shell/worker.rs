use js_sys::{Array, Object, Reflect, Uint8Array};
use peek_app::Action;
use peek_protocol::{BackendKind, Request, Response, decode, encode};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ErrorEvent, Event, File, MessageEvent, Worker};
use yew::Callback;

use super::boot;

/// The engine's worker. Ends with this value.
pub(crate) struct EngineWorker {
    worker: Worker,
    died: Callback<String>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl EngineWorker {
    /// Starts the engine file of `kind`. `None` where the browser cannot.
    pub(crate) fn start(kind: BackendKind, generation: u64, dispatch: &Callback<Action>) -> Option<Self> {
        let worker = boot::start_engine(match kind {
            BackendKind::Cpu => "cpu",
            BackendKind::WebGpu => "webgpu",
        })?;
        let died = {
            let dispatch = dispatch.clone();
            Callback::from(move |message| dispatch.emit(Action::EngineDied { generation, message }))
        };

        let on_message = {
            let (dispatch, died) = (dispatch.clone(), died.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match read(&event.data()) {
                Ok(response) => dispatch.emit(Action::Engine { generation, response }),
                Err(message) => died.emit(message),
            })
        };
        let on_error = {
            let died = died.clone();
            Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                // The page tells the user; the console need not repeat it.
                event.prevent_default();
                let said = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|m| !m.is_empty());
                let said = said.as_deref().map(plain).map(str::to_owned);
                died.emit(said.unwrap_or_else(|| "its file could not be loaded".to_owned()));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { worker, died, _on_message: on_message, _on_error: on_error })
    }

    /// Posts `{ bytes, files? }`.
    pub(crate) fn send(&self, request: &Request, files: &[File]) {
        if let Err(message) = post(&self.worker, request, files) {
            self.died.emit(message);
        }
    }
}

impl Drop for EngineWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

/// A fault without the browser's prefixes.
fn plain(mut said: &str) -> &str {
    while let Some(rest) = ["Uncaught ", "Error: "].iter().find_map(|prefix| said.strip_prefix(prefix)) {
        said = rest;
    }
    said
}

fn post(worker: &Worker, request: &Request, files: &[File]) -> Result<(), String> {
    let bytes = encode(request).map_err(|error| error.to_string())?;
    let message = Object::new();
    let set = |name: &str, value: &JsValue| {
        Reflect::set(&message, &name.into(), value)
            .map(drop)
            .map_err(|_| "a message could not be made".to_owned())
    };
    set("bytes", &Uint8Array::from(&*bytes))?;
    if !files.is_empty() {
        let list: Array = files.iter().collect();
        set("files", &list)?;
    }
    worker.post_message(&message).map_err(|_| "a message could not be sent to it".to_owned())
}

fn read(data: &JsValue) -> Result<Response, String> {
    let bytes =
        Reflect::get(data, &"bytes".into()).ok().and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok());
    let bytes = bytes.ok_or_else(|| "it sent something that is no message".to_owned())?;
    decode(&bytes.to_vec()).map_err(|error| error.to_string())
}
