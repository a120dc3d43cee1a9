//! The engine's life: loading, failing, ending, being replaced.

mod common;

use common::{Page, info, note};
use peek_app::{
    Action, Adapter, AdapterReport, BackendChoice, Effect, Field, Life, ModelPick, Phase, PickId, State,
};
use peek_protocol::{BackendKind, Failure, LoadStage, ModelChoice, Place, Request, Response};

fn spawned(page: &Page) -> Option<BackendKind> {
    page.effects.iter().find_map(|e| match e {
        Effect::SpawnEngine { kind, .. } => Some(*kind),
        _ => None,
    })
}

fn gpu_page() -> Page {
    let mut page = Page { state: State::default(), effects: Vec::new() };
    let adapter = Adapter { name: "Acme".into(), is_software: false, has_timestamp_query: true };
    let report = AdapterReport { has_gpu_api: true, is_secure: true, adapter: Some(adapter) };
    page.act(Action::AdapterProbed(report));
    page
}

#[test]
fn nothing_is_asked_of_an_engine_without_a_model_and_everything_once_it_is_there() {
    let mut page = Page::opened();
    assert_eq!(spawned(&page), Some(BackendKind::Cpu));
    assert_eq!(page.requests().len(), 1);
    let load = page.sent_load();
    page.act(Action::Edit(Field::Clean, "typed early".into()));
    page.wait();
    assert!(page.requests().is_empty());
    page.hear(Response::Loading { id: load, stage: LoadStage::Weights, done: 1, total: 2 });
    assert!(matches!(page.state.engine.life, Life::Loading { done: 1, total: 2, .. }));
    page.hear(Response::Loaded { id: load, model: info(2, 3), backend: BackendKind::Cpu, notes: Vec::new() });
    assert_eq!(page.state.engine.life, Life::Ready);
    assert_eq!(page.requests().len(), 2);
    assert!(page.requests().iter().any(|r| matches!(r, Request::Patch(p) if p.clean == "typed early")));
    assert!(page.requests().iter().any(|r| matches!(r, Request::Lens(l) if l.prompts.len() == 5)));
}

#[test]
fn a_dead_engine_keeps_texts_and_results_and_restarts_with_them() {
    let mut page = Page::with_results();
    let shown = page.state.patch.shown.clone();
    page.act(Action::Edit(Field::Corrupt, "a text that kills".into()));
    page.wait();
    page.hear(Response::Fatal { message: "index out of bounds.".into() });
    let Life::Stopped { message } = &page.state.engine.life else { panic!("{:?}", page.state.engine.life) };
    assert!(message.contains("(index out of bounds)"), "{message}");
    assert_ne!(page.state.patch.phase, Phase::Running);
    assert_eq!(page.state.patch.shown, shown);

    page.act(Action::Edit(Field::Corrupt, "a better text".into()));
    page.wait();
    assert!(page.requests().is_empty(), "there is nobody to ask");

    page.act(Action::RestartEngine);
    assert_eq!(spawned(&page), Some(BackendKind::Cpu));
    let id = page.sent_load();
    page.hear(Response::Loaded { id, model: info(2, 3), backend: BackendKind::Cpu, notes: Vec::new() });
    assert!(page.requests().iter().any(|r| matches!(r, Request::Patch(p) if p.corrupt == "a better text")));
}

#[test]
fn words_of_a_replaced_engine_are_nobodys_business() {
    let mut page = Page::with_results();
    let old = page.state.engine.generation;
    page.act(Action::EngineDied { generation: old, message: "gone".into() });
    page.act(Action::RestartEngine);
    let before = page.state.clone();
    page.act(Action::EngineDied { generation: old, message: "gone again".into() });
    page.act(Action::Engine { generation: old, response: Response::Fatal { message: "late".into() } });
    assert_eq!(page.state, before);
}

#[test]
fn a_file_that_is_no_checkpoint_leaves_the_model_that_was_there() {
    let mut page = Page::with_results();
    let shown = page.state.patch.shown.clone();
    let files = vec![("notes.safetensors".to_owned(), 12)];
    page.act(Action::FilesPicked { pick: PickId(3), files: files.clone() });
    let sent = page.effects.iter().find_map(|e| match e {
        Effect::Send { request: Request::Load(load), files } => Some((load.clone(), *files)),
        _ => None,
    });
    let (load, pick) = sent.expect("a load");
    assert_eq!((load.model, pick), (ModelChoice::Local { files }, Some(PickId(3))));
    page.hear(Response::Refused {
        id: load.id,
        notes: vec![note(Place::Model, "No checkpoint.")],
        tokens: None,
    });
    assert_eq!(page.state.engine.life, Life::Ready);
    assert_eq!(page.state.engine.pick, ModelPick::Demo);
    assert_eq!(page.state.notes_at(Place::Model)[0].message, "No checkpoint.");
    assert_eq!(page.state.patch.shown, shown);
    assert!(!page.state.patch_is_stale());
}

#[test]
fn a_first_model_that_fails_says_so_and_offers_the_demo() {
    let mut page = Page::opened();
    let id = page.sent_load();
    let failure = Failure { place: Some(Place::Model), message: "The file is truncated.".into() };
    page.hear(Response::Failed { id, failure });
    assert_eq!(page.state.engine.life, Life::NoModel { message: "The file is truncated.".into() });
    page.act(Action::ChooseDemo);
    page.sent_load();
}

#[test]
fn another_model_makes_results_stale_and_unpins_a_head_that_it_lacks() {
    let mut page = Page::with_results();
    page.act(Action::Pin(peek_names::HeadId::new(1, 2)));
    page.act(Action::FilesPicked { pick: PickId(0), files: vec![("m.safetensors".into(), 9)] });
    let id = page.sent_load();
    page.hear(Response::Loaded { id, model: info(1, 1), backend: BackendKind::Cpu, notes: Vec::new() });
    assert_eq!(page.state.view.pinned, None);
    assert!(page.state.patch_is_stale(), "same texts, another model");
    let id = page.sent_patch();
    page.answer_patch(id, 1.0);
    assert!(!page.state.patch_is_stale());
}

#[test]
fn webgpu_that_cannot_be_opened_means_the_cpu_with_a_line_that_says_so() {
    for death in [false, true] {
        let mut page = gpu_page();
        assert_eq!(spawned(&page), Some(BackendKind::WebGpu));
        let (id, generation) = (page.sent_load(), page.state.engine.generation);
        if death {
            page.act(Action::EngineDied { generation, message: "no device".into() });
        } else {
            let failure = Failure { place: Some(Place::Backend), message: "no device".into() };
            page.hear(Response::Failed { id, failure });
        }
        assert_eq!(spawned(&page), Some(BackendKind::Cpu), "death: {death}");
        let why = &page.state.engine.decision.as_ref().expect("decided").why;
        assert!(why.contains("no device"), "{why}");
    }
}

#[test]
fn a_webgpu_engine_that_dies_at_work_waits_for_the_user() {
    let mut page = gpu_page();
    let id = page.sent_load();
    page.hear(Response::Loaded { id, model: info(2, 3), backend: BackendKind::WebGpu, notes: Vec::new() });
    page.hear(Response::Fatal { message: "the device was lost".into() });
    let Life::Stopped { message } = &page.state.engine.life else { panic!("it has stopped") };
    assert!(message.ends_with("choose the CPU."), "{message}");
    assert_eq!(spawned(&page), None);
}

#[test]
fn the_first_word_of_a_death_is_the_one_that_stays() {
    let mut page = Page::with_results();
    let generation = page.state.engine.generation;
    page.hear(Response::Fatal { message: "panicked at a.rs:1".into() });
    page.act(Action::EngineDied { generation, message: "RuntimeError: unreachable".into() });
    let Life::Stopped { message } = &page.state.engine.life else { panic!("it has stopped") };
    assert!(message.contains("panicked at a.rs:1"), "{message}");
    assert!(message.ends_with("results are kept."), "there is nothing else to choose on the CPU: {message}");
}

#[test]
fn choosing_another_backend_replaces_the_engine_and_the_same_one_does_not() {
    let mut page = gpu_page();
    let id = page.sent_load();
    page.hear(Response::Loaded { id, model: info(2, 3), backend: BackendKind::WebGpu, notes: Vec::new() });
    page.act(Action::SetBackend(BackendChoice::WebGpu));
    assert_eq!(spawned(&page), None);
    page.act(Action::SetBackend(BackendChoice::Cpu));
    assert_eq!(spawned(&page), Some(BackendKind::Cpu));
    page.sent_load();
}
