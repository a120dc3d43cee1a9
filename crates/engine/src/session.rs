use peek_model::{Device, Gpt2, Tokenizer};
use peek_protocol::{BackendKind, Request, RequestId, Response};

use crate::{Computed, EngineError, Host, cache::RunCache, error::Refusal};

/// The loaded model and what has been computed with it.
#[derive(Default)]
pub struct Session {
    pub(crate) loaded: Option<Loaded>,
    /// Opened once each: a device lives as long as the session.
    pub(crate) devices: Vec<(BackendKind, Device)>,
}

pub(crate) struct Loaded {
    pub(crate) model: Gpt2,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) cache: RunCache,
    /// The largest difference of a logit that the weights' conversion brought, where it was measured.
    pub(crate) logit_error: Option<f32>,
}

impl Session {
    /// A session with nothing loaded.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Carries out one request and sends its responses to `host`. What goes wrong becomes a response too: a session
    /// stays usable whatever it is asked. A request that `host` stops ends without a word; what was loaded and
    /// computed before stays.
    pub async fn handle(&mut self, request: Request, host: &impl Host) -> Result<(), peek_interp::Stopped> {
        let id = request.id();
        let done = match request {
            Request::Load(request) => self.load(request, host).await,
            Request::Patch(request) => self.patch(request, host).await,
            Request::Lens(request) => self.lens(request, host).await,
            Request::Attention(request) => self.attention(request, host).await,
            Request::SelfTest(request) => self.self_test(request, host).await,
            Request::Benchmark(request) => self.benchmark(request, host).await,
            Request::Intervene(request) => self.intervene(request, host).await,
            Request::Together(request) => self.together(request, host).await,
            Request::LensGrid(request) => self.lens_grid(request, host).await,
            Request::Attribute(request) => self.attribute(request, host).await,
            Request::Patterns(request) => self.patterns(request, host).await,
            Request::HeadKinds(request) => self.head_kinds(request, host).await,
            Request::Set(request) => self.set(request, host).await,
            // Ending work is the mailbox's business, and storage is the browser's: none of it reaches a session.
            Request::Cancel(_) | Request::Stored(_) | Request::Forget(..) => Ok(()),
        };
        match done {
            Err(EngineError::Stopped(stopped)) => Err(stopped),
            Err(EngineError::Invalid(Refusal { notes, tokens })) => {
                host.send(Response::Refused { id, notes, tokens });
                Ok(())
            }
            Err(error) => {
                host.send(Response::Failed { id, failure: error.failure() });
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// What the loaded model has been run on, kept runs not counted.
    #[must_use]
    pub fn computed(&self) -> Computed {
        self.loaded.as_ref().map_or_else(Computed::default, |loaded| loaded.cache.computed())
    }

    pub(crate) fn loaded(&mut self) -> Result<&mut Loaded, EngineError> {
        self.loaded.as_mut().ok_or(EngineError::NoModel)
    }
}

/// Sends a refusal.
pub(crate) fn refuse(
    host: &impl Host,
    id: RequestId,
    notes: Vec<peek_protocol::Note>,
    tokens: Option<(Vec<peek_protocol::Token>, Vec<peek_protocol::Token>)>,
) {
    host.send(Response::Refused { id, notes, tokens });
}
