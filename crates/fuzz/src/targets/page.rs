//! The page's state, as what is opened finds it: a model of two layers is loaded.

use peek_app::{Action, AdapterReport, Effect, KeepAction, LessonAction, SetsAction, State};
use peek_experiment::{Experiment, read_link};
use peek_protocol::{BackendKind, ModelInfo, Request, Response, encode};

thread_local! {
    static LOADED: State = loaded();
}

fn loaded() -> State {
    let mut state = State::default();
    state.apply(Action::Start);
    let effects =
        state.apply(Action::AdapterProbed(AdapterReport { is_secure: true, ..AdapterReport::default() }));
    let load = effects.iter().find_map(|effect| match effect {
        Effect::Send { request: Request::Load(load), .. } => Some(load.id),
        _ => None,
    });
    let model = ModelInfo {
        label: "Demo".into(),
        layers: 2,
        heads: 3,
        d_model: 6,
        vocab: 100,
        context: 32,
        parameters: 1000,
        dtype: "f32".into(),
        bytes: 4000,
        sha256: "00".repeat(32),
        derived_from: None,
        logit_error: None,
    };
    let response = Response::Loaded {
        id: load.expect("the page asks for a model"),
        model,
        backend: BackendKind::Cpu,
        notes: Vec::new(),
    };
    let generation = state.engine.generation;
    state.apply(Action::Engine { generation, response });
    state
}

/// Does this with a page; what it asks of the engine must have bytes, and its own state must survive its address.
fn with(action: Action) -> State {
    let mut state = LOADED.with(State::clone);
    let mut effects = state.apply(action);
    let timers: Vec<Action> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartTimer { timer, token, .. } => {
                Some(Action::TimerFired { timer: *timer, token: *token })
            }
            _ => None,
        })
        .collect();
    for timer in timers {
        effects.extend(state.apply(timer));
    }
    for effect in &effects {
        if let Effect::Send { request, .. } = effect {
            encode(request).expect("every request has bytes");
        }
    }
    let _ = (state.sentence(), state.snippet(), state.top_heads(10), state.link());
    state
}

/// Opens an address.
pub(super) fn visit(fragment: &str) -> State {
    let state = with(Action::Keep(KeepAction::Visit(fragment.to_owned())));
    let link = state.link();
    match read_link(&link) {
        Ok(analysis) => assert_eq!(analysis, state.analysis(), "the page's address is another state's"),
        // What an address holds in few bytes may need more of them in the page's own spelling.
        Err(error) => assert!(link.len() > 64_000, "the page's own address cannot be read: {error}"),
    }
    state
}

/// Opens an experiment's file.
pub(super) fn open(text: &str) -> State {
    let state = with(Action::Keep(KeepAction::Open(Ok(text.to_owned()))));
    let json = state.experiment_json("today".into()).expect("an experiment has JSON");
    let again = Experiment::from_json(&json).expect("the page's own experiment can be read");
    assert_eq!(again.analysis, state.analysis());
    state
}

/// Imports a set of prompts, and runs it.
pub(super) fn import(text: &str) -> State {
    let mut state = with(Action::Sets(SetsAction::Import(Ok(text.to_owned()))));
    state.apply(Action::Sets(SetsAction::Run));
    state
}

/// Shows a list of models.
pub(super) fn list(address: &str, text: &str) -> State {
    with(Action::ListRead { address: address.to_owned(), text: Ok(Some(text.to_owned())) })
}

/// Loads a model from a typed address.
pub(super) fn load(address: &str) -> State {
    with(Action::LoadAddress(address.to_owned()))
}

/// Opens a lesson's file; then, on a page like this one, takes all of its steps, answers each of them, and ends it.
pub(super) fn lesson(text: &str) -> State {
    let opened = with(Action::Lessons(LessonAction::Open(Ok(text.to_owned()))));
    let mut state = opened.clone();
    let steps = opened.lessons.open.as_ref().map_or(0, |open| open.lesson.steps.len());
    for step in 0..=steps {
        for action in [
            LessonAction::Go(step),
            LessonAction::Answer("3".into()),
            LessonAction::Check,
            LessonAction::Reveal,
            LessonAction::SetUpAgain,
        ] {
            state.apply(Action::Lessons(action));
        }
    }
    state.apply(Action::Lessons(LessonAction::Leave));
    assert!(state.lessons.open.is_none(), "the lesson has not ended");
    opened
}
