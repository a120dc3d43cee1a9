use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Object, Reflect, Uint8Array};
use peek_engine::{FileFault, Host, Mailbox, ModelFiles};
use peek_interp::{Pace, Stopped};
use peek_protocol::{ModelChoice, Note, Response, encode};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

use crate::{
    files::{self, Picked},
    remote::{self, BrowserJob},
    turn::{Turns, now_ms},
};

/// The browser's side of a session.
pub(crate) struct WorkerHost {
    mailbox: Mailbox,
    files: Picked,
    turns: Turns,
    /// What delivers the model that is being loaded, where it comes from addresses.
    job: RefCell<Option<Rc<BrowserJob>>>,
}

impl WorkerHost {
    pub(crate) fn new(mailbox: Mailbox, files: Picked) -> Self {
        Self { mailbox, files, turns: Turns::new(), job: RefCell::new(None) }
    }
}

impl Pace for WorkerHost {
    async fn pause(&self) -> Result<(), Stopped> {
        self.turns.give().await;
        self.mailbox.go_on()
    }
}

impl Host for WorkerHost {
    fn send(&self, response: Response) {
        post(&response);
    }

    async fn open(&self, model: &ModelChoice) -> Result<ModelFiles, String> {
        self.job.replace(None);
        match model {
            ModelChoice::Demo => files::demo().await,
            ModelChoice::Local { .. } => {
                let picked = self.files.borrow().get(model).cloned().unwrap_or_default();
                files::local(picked).await
            }
            ModelChoice::Remote(model) => {
                let job = remote::begin(model, self.mailbox.current()).await;
                self.job.replace(Some(job.clone()));
                remote::open(&job, model.label.clone()).await
            }
        }
    }

    fn notes(&self) -> Vec<Note> {
        self.job.borrow().as_ref().map(|job| job.notes()).unwrap_or_default()
    }

    async fn fault(&self, content: bool) -> Option<FileFault> {
        let job = self.job.borrow().clone()?;
        remote::fault(&job, content).await
    }

    fn now_ms(&self) -> f64 {
        now_ms()
    }

    fn dispatches(&self) -> Option<u64> {
        // The worker's script counts them, where there is a GPU to give them to.
        let counted = Reflect::get(&js_sys::global(), &"peekDispatches".into()).ok()?.as_f64()?;
        (counted > 0.0).then_some(counted as u64)
    }
}

/// This worker.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends a response to the page, its bytes handed over and not copied. What cannot be written is dropped: the page
/// notices silence by its own means, and a panic here could not be reported either.
pub(crate) fn post(response: &Response) {
    let Ok(bytes) = encode(response) else { return };
    let bytes = Uint8Array::from(bytes.as_slice());
    let message = Object::new();
    let _ = Reflect::set(&message, &JsValue::from_str("bytes"), &bytes);
    let _ = scope().post_message_with_transfer(&message, &Array::of1(&bytes.buffer()));
}
