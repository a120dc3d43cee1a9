//! A page whose engine is this file: it answers as a test says.
#![allow(dead_code, missing_docs, unreachable_pub)]

use peek_app::{Action, AdapterReport, Effect, State};
use peek_names::{HeadId, Layer, TokenId};
use peek_protocol::{
    AnswerReading, AnswerTokens, AttentionResult, BackendKind, LayerRow, LensCurve, LensPoint, ModelInfo,
    Note, NoteLevel, Pattern, Place, Request, RequestId, Response, RunSummary, Token,
};

pub const LAYERS: usize = 2;
pub const HEADS: usize = 3;

pub fn token(text: &str) -> Token {
    Token { id: TokenId(7), text: text.to_owned(), is_bos: false }
}

pub fn reading(logit: f32, probability: f32, rank: u32) -> AnswerReading {
    AnswerReading { logit, raw_logit: logit - 40.0, probability, rank }
}

pub fn run(logit: f32, probability: f32, rank: u32) -> RunSummary {
    RunSummary { answer: reading(logit, probability, rank), top: Vec::new() }
}

pub fn note(place: Place, message: &str) -> Note {
    Note { place, level: NoteLevel::Error, message: message.to_owned() }
}

pub fn info(layers: usize, heads: usize) -> ModelInfo {
    ModelInfo {
        label: "Demo".into(),
        layers,
        heads,
        d_model: 8,
        vocab: 100,
        context: 32,
        parameters: 1000,
        dtype: "F32".into(),
        bytes: 4000,
        sha256: "00".repeat(32),
        derived_from: None,
        logit_error: None,
    }
}

pub struct Page {
    pub state: State,
    pub effects: Vec<Effect>,
}

impl Page {
    /// A page that has just been opened in a browser without WebGPU: the engine has been asked for the demo.
    pub fn opened() -> Self {
        let mut page = Self { state: State::default(), effects: Vec::new() };
        page.act(Action::Start);
        page.act(Action::AdapterProbed(AdapterReport { is_secure: true, ..AdapterReport::default() }));
        page
    }

    /// A page whose demo model has loaded, with its first requests on their way.
    pub fn loaded() -> Self {
        let mut page = Self::opened();
        let id = page.sent_load();
        page.hear(Response::Loaded {
            id,
            model: info(LAYERS, HEADS),
            backend: BackendKind::Cpu,
            notes: Vec::new(),
        });
        page
    }

    /// A page with the results of what it opens with.
    pub fn with_results() -> Self {
        let mut page = Self::loaded();
        let id = page.sent_patch();
        page.answer_patch(id, 1.0);
        page
    }

    /// Applies an action; keeps its effects, and only its, for the `sent_*` questions.
    pub fn act(&mut self, action: Action) {
        self.effects = self.state.apply(action);
    }

    pub fn hear(&mut self, response: Response) {
        let generation = self.state.engine.generation;
        self.act(Action::Engine { generation, response });
    }

    /// Whether the last action asks for nothing, but for what the tab is to keep.
    pub fn is_quiet(&self) -> bool {
        self.effects.iter().all(|effect| matches!(effect, Effect::KeepSession(_)))
    }

    pub fn requests(&self) -> Vec<&Request> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send { request, .. } => Some(request),
                _ => None,
            })
            .collect()
    }

    fn sent(&self, what: &str, pick: impl Fn(&Request) -> bool) -> RequestId {
        let found = self.requests().into_iter().find(|r| pick(r)).map(Request::id);
        found.unwrap_or_else(|| panic!("no {what} was sent: {:?}", self.effects))
    }

    pub fn sent_load(&self) -> RequestId {
        self.sent("load", |r| matches!(r, Request::Load(_)))
    }

    pub fn sent_patch(&self) -> RequestId {
        self.sent("patch", |r| matches!(r, Request::Patch(_)))
    }

    pub fn sent_lens(&self) -> RequestId {
        self.sent("lens", |r| matches!(r, Request::Lens(_)))
    }

    pub fn attention_request(&self) -> Option<(RequestId, HeadId)> {
        self.requests().into_iter().find_map(|r| match r {
            Request::Attention(a) => Some((a.id, a.head)),
            _ => None,
        })
    }

    /// Fires every timer that the last action started.
    pub fn wait(&mut self) {
        let timers: Vec<_> = self
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::StartTimer { timer, token, .. } => Some((*timer, *token)),
                _ => None,
            })
            .collect();
        let mut all = Vec::new();
        for (timer, token) in timers {
            all.extend(self.state.apply(Action::TimerFired { timer, token }));
        }
        self.effects = all;
    }

    pub fn tokens(&mut self, id: RequestId) {
        self.hear(Response::Tokens {
            id,
            clean: vec![token("Who"), token("?")],
            corrupt: vec![token("Who"), token(".")],
            answer: AnswerTokens { tokens: vec![token(" Jane")] },
            notes: Vec::new(),
        });
    }

    pub fn runs(&mut self, id: RequestId) {
        self.hear(Response::Runs { id, clean: run(3.0, 0.8, 1), corrupt: run(1.0, 0.1, 4) });
    }

    /// The scores of one layer: `top` for its head 1, nothing for the others.
    pub fn row(&mut self, id: RequestId, layer: u16, top: f32) {
        let rows = vec![LayerRow { layer: Layer(layer), deltas: vec![0.0, top, -0.2] }];
        let done = usize::from(LAYERS as u16 - layer);
        self.hear(Response::Rows { id, rows, done, total: LAYERS });
    }

    /// Everything that a patch request is answered with; the best head is L1H1, with `top`.
    pub fn answer_patch(&mut self, id: RequestId, top: f32) {
        self.tokens(id);
        self.runs(id);
        self.row(id, 1, top);
        self.row(id, 0, top / 2.0);
        self.hear(Response::PatchDone { id, elapsed_ms: 12.0 });
    }

    pub fn answer_attention(&mut self, id: RequestId, head: HeadId) {
        let pattern = Pattern { tokens: vec![token("Who")], weights: vec![1.0] };
        self.hear(Response::Attention(AttentionResult {
            id,
            head,
            clean: pattern.clone(),
            corrupt: pattern,
        }));
    }

    pub fn announced(&self) -> String {
        let said = self.effects.iter().filter_map(|effect| match effect {
            Effect::Announce(text) => Some(text.as_str()),
            _ => None,
        });
        said.collect::<Vec<_>>().join(" ")
    }
}

pub fn curve(logit: f32) -> LensCurve {
    LensCurve {
        tokens: vec![token("Who")],
        answer: token(" Jane"),
        points: vec![LensPoint { label: "final".into(), reading: reading(logit, 0.5, 1) }],
        notes: Vec::new(),
    }
}
