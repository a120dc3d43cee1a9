//! A small random model with GPT-2's own vocabulary, and a host that notes what it is sent.

#![allow(dead_code)]

use std::cell::{Cell, RefCell};

use peek_engine::{FileFault, Host, Mailbox, ModelFiles, Session, TokenizerFile};
use peek_interp::{Pace, Stopped};
use peek_model::{
    Gpt2, Gpt2Config,
    checkpoint::{self, Names, synth},
};
use peek_protocol::{
    At, BackendKind, Edit, LoadRequest, Metric, ModelChoice, PairTexts, PatchRequest, Request, RequestId,
    Response, Setup, Site,
};

pub(crate) const MERGES: &str = include_str!("../../../../assets/gpt2/merges.txt");
pub(crate) const SEED: u64 = 3;

pub(crate) fn config() -> Gpt2Config {
    Gpt2Config {
        layers: 3,
        heads: 2,
        d_model: 16,
        d_mlp: 32,
        vocab: 50257,
        context: 32,
        layer_norm_epsilon: 1e-5,
    }
}

fn checkpoint() -> Vec<u8> {
    let mut bytes = Vec::new();
    synth::write(&config(), SEED, &mut bytes).expect("a vector takes all bytes");
    bytes
}

const CONFIG_JSON: &str = r#"{"n_layer":3,"n_head":2,"n_embd":16,"n_inner":32,"n_positions":32,"n_ctx":32,
    "vocab_size":50257,"layer_norm_epsilon":1e-5,"activation_function":"gelu_new"}"#;

/// Notes responses; can push a request at the n-th pause, as a page does that is typed into.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) sent: RefCell<Vec<Response>>,
    pub(crate) mailbox: Mailbox,
    pub(crate) interrupt: RefCell<Option<(usize, Request)>>,
    pub(crate) pauses: Cell<usize>,
    pub(crate) weights: RefCell<Option<Vec<u8>>>,
    /// Whether weights never come, as from a connection that is stuck.
    pub(crate) is_stuck: Cell<bool>,
    /// What it says when it is asked what became of its files, one answer a question.
    pub(crate) faults: RefCell<Vec<FileFault>>,
    /// Whether the weights come without a `config.json`, since they say themselves what they are.
    pub(crate) is_bare: Cell<bool>,
}

/// Weights that never come.
struct Stuck;

impl futures_util::io::AsyncRead for Stuck {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &mut [u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        std::task::Poll::Pending
    }
}

impl Recorder {
    pub(crate) fn take(&self) -> Vec<Response> {
        std::mem::take(&mut self.sent.borrow_mut())
    }
}

impl Pace for &Recorder {
    async fn pause(&self) -> Result<(), Stopped> {
        self.pauses.set(self.pauses.get() + 1);
        let due = self.interrupt.borrow().as_ref().is_some_and(|(at, _)| *at == self.pauses.get());
        if due && let Some((_, request)) = self.interrupt.borrow_mut().take() {
            self.mailbox.push(request);
        }
        self.mailbox.go_on()
    }
}

impl Host for &Recorder {
    fn send(&self, response: Response) {
        self.sent.borrow_mut().push(response);
    }

    async fn open(&self, _: &ModelChoice) -> Result<ModelFiles, String> {
        let weights = self.weights.borrow().clone().unwrap_or_else(checkpoint);
        let stuck = self.is_stuck.get();
        Ok(ModelFiles {
            label: "Test".into(),
            weights: if stuck {
                Box::new(Stuck)
            } else {
                Box::new(std::io::Cursor::new(weights).into_async())
            },
            config: (!self.is_bare.get()).then(|| CONFIG_JSON.into()),
            tokenizer: TokenizerFile::Merges(MERGES.into()),
        })
    }

    async fn fault(&self, _: bool) -> Option<FileFault> {
        let fault = self.faults.borrow_mut().pop();
        if fault == Some(FileFault::OpenAgain) {
            *self.weights.borrow_mut() = None;
        }
        fault
    }

    fn now_ms(&self) -> f64 {
        self.pauses.get() as f64
    }
}

trait IntoAsync {
    fn into_async(self) -> futures_util::io::AllowStdIo<Self>
    where
        Self: Sized;
}

impl IntoAsync for std::io::Cursor<Vec<u8>> {
    fn into_async(self) -> futures_util::io::AllowStdIo<Self> {
        futures_util::io::AllowStdIo::new(self)
    }
}

pub(crate) fn load(id: u64) -> Request {
    Request::Load(LoadRequest { id: RequestId(id), model: ModelChoice::Demo, backend: BackendKind::Cpu })
}

pub(crate) fn patch_of(id: u64, clean: &str, corrupt: &str, answer: &str) -> PatchRequest {
    PatchRequest {
        id: RequestId(id),
        clean: clean.into(),
        corrupt: corrupt.into(),
        answer: answer.into(),
        prepend_bos: true,
        scale: peek_protocol::LogitScale::Centred,
    }
}

pub(crate) fn patch(id: u64, clean: &str, corrupt: &str, answer: &str) -> Request {
    Request::Patch(patch_of(id, clean, corrupt, answer))
}

/// The model that [`session`] has, or a small attention-only one of the given context.
pub(crate) fn model_of(attention_only: Option<usize>) -> Gpt2 {
    let Some(context) = attention_only else {
        return synth::random_model(&config(), SEED, &peek_model::cpu()).expect("a model");
    };
    let (bytes, device) = (bare(context), peek_model::cpu());
    let loaded = checkpoint::load(bytes.as_slice(), None, &device, |_, _| {});
    pollster::block_on(loaded).expect("loads").model
}

/// An attention-only checkpoint that needs no `config.json`, with an output embedding of its own.
fn bare(context: usize) -> Vec<u8> {
    let config = Gpt2Config { layers: 2, d_mlp: 0, context, ..config() };
    let form = synth::Form { names: Names::TransformerLens, untied: true };
    let mut bytes = Vec::new();
    synth::write_as(&config, form, SEED, &mut bytes).expect("a vector takes all bytes");
    bytes
}

/// A session with the model loaded that [`model_of`] gives.
pub(crate) fn session_of(host: &Recorder, attention_only: Option<usize>) -> Session {
    if let Some(context) = attention_only {
        *host.weights.borrow_mut() = Some(bare(context));
        host.is_bare.set(true);
    }
    session(host)
}

pub(crate) const CLEAN: &str = "Who wrote Emma?";
pub(crate) const CORRUPT: &str = "Who wrote Emma? Some say Emily Brontë.";
/// As long as [`CLEAN`].
pub(crate) const EQUAL: &str = "Who wrote it?";

pub(crate) fn pair(clean: &str, corrupt: &str) -> PairTexts {
    PairTexts {
        clean: clean.into(),
        corrupt: corrupt.into(),
        answer: " Jane".into(),
        foil: " Emily".into(),
        prepend_bos: true,
    }
}

pub(crate) fn setup(site: Site, edit: Edit, at: At, metric: Metric) -> Setup {
    Setup { site, edit, at, metric, ..Setup::default() }
}

/// A session with the model loaded.
pub(crate) fn session(host: &Recorder) -> Session {
    let mut session = Session::new();
    ask(&mut session, host, load(0));
    session
}

/// One request's responses.
pub(crate) fn ask(session: &mut Session, host: &Recorder, request: Request) -> Vec<Response> {
    host.take();
    pollster::block_on(session.handle(request, &host)).expect("nothing stops it");
    host.take()
}
