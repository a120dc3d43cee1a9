//! Choosing, downloading, keeping, cancelling and deleting models.

mod common;

use common::{Page, info, note};
use peek_app::{Action, AdapterReport, Effect, Kept, Life, ModelPick, Offer, State, delivery_words};
use peek_protocol::{
    BackendKind, Delivery, DeliverySource, FileRole, ModelChoice, Place, RemoteFile, RemoteModel, Request,
    RequestId, Response, StoreKind, StoredModel,
};

const LIST: &str = "https://school.test/peek/models.json";

fn remote(id: &str, bytes: Option<u64>, sha256: Option<&str>) -> RemoteModel {
    let file = RemoteFile {
        role: FileRole::Weights,
        address: format!("https://hub.test/{id}.safetensors"),
        bytes,
        sha256: sha256.map(str::to_owned),
    };
    RemoteModel { id: id.into(), label: format!("Model {id}"), files: vec![file] }
}

fn small() -> RemoteModel {
    remote("small", Some(548_105_171), Some(&"ab".repeat(32)))
}

fn stored(model: RemoteModel, bytes: u64, is_complete: bool) -> StoredModel {
    StoredModel { model, bytes, is_complete, stored_at_ms: 1.7e12 }
}

fn asked(page: &Page) -> RequestId {
    let asked = page.requests().into_iter().find(|r| matches!(r, Request::Stored(_) | Request::Forget(..)));
    asked.unwrap_or_else(|| panic!("storage was not asked: {:?}", page.effects)).id()
}

fn tell(page: &mut Page, id: RequestId, models: Vec<StoredModel>) {
    page.hear(Response::Stored { id, place: StoreKind::Opfs, models, quota: None });
}

fn remembered(page: &Page) -> Option<&Option<String>> {
    page.effects.iter().find_map(|effect| match effect {
        Effect::RememberModel(id) => Some(id),
        _ => None,
    })
}

fn load_of(page: &Page) -> Option<(RequestId, ModelChoice)> {
    page.requests().into_iter().find_map(|r| match r {
        Request::Load(load) => Some((load.id, load.model.clone())),
        _ => None,
    })
}

fn loaded(page: &mut Page, id: RequestId) {
    let notes = vec![note(Place::Model, "A note of the load.")];
    page.hear(Response::Loaded { id, model: info(2, 3), backend: BackendKind::Cpu, notes });
}

/// A visit that follows one which ended with the kept model of this id.
fn visited_again(id: &str) -> Page {
    let mut page = Page { state: State::default(), effects: Vec::new() };
    page.act(Action::Remembered(id.into()));
    page.act(Action::Start);
    page.act(Action::AdapterProbed(AdapterReport { is_secure: true, ..AdapterReport::default() }));
    page
}

fn delivery(source: DeliverySource, done: u64) -> Delivery {
    Delivery { source, done, total: Some(548_000_000), rate: Some(4.1e6), left_s: Some(82.0) }
}

#[test]
fn the_lists_are_asked_for_at_the_start_and_a_broken_one_is_a_note() {
    let mut page = Page { state: State::default(), effects: Vec::new() };
    page.act(Action::Start);
    assert!(page.effects.contains(&Effect::FetchLists));
    page.act(Action::ListRead { address: LIST.into(), text: Ok(None) });
    assert!(page.state.models.list_notes.is_empty(), "a list that is not there is no fault");
    let entry = r#"{"id":"a","label":"A","files":[{"role":"weights","address":"models/a.safetensors"}]}"#;
    let text = format!(r#"{{"models":[{entry},{entry},{{"id":"b","label":"B","files":[]}}]}}"#);
    page.act(Action::ListRead { address: LIST.into(), text: Ok(Some(text.clone())) });
    let listed = &page.state.models.listed;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].model.files[0].address, "https://school.test/peek/models/a.safetensors");
    assert_eq!(page.state.models.list_notes.len(), 2, "{:?}", page.state.models.list_notes);
    page.act(Action::ListRead { address: LIST.into(), text: Ok(Some(text)) });
    assert_eq!(page.state.models.listed.len(), 1, "an id is one model");
    for text in [Ok(Some("<html>".to_owned())), Err("status 500".to_owned())] {
        let before = page.state.models.list_notes.len();
        page.act(Action::ListRead { address: LIST.into(), text });
        assert_eq!(page.state.models.list_notes.len(), before + 1);
        assert!(page.state.models.list_notes[before].contains(LIST));
    }
}

#[test]
fn a_button_says_what_it_costs() {
    let mut page = Page::with_results();
    assert_eq!(page.state.offer(&small()).label(), "Download 548\u{a0}MB");
    assert_eq!(page.state.offer(&remote("x", None, None)).label(), "Download, size unknown");
    assert_eq!(page.state.offer(&remote("tiny", Some(2_000_000), None)), Offer::Load);
    page.act(Action::LookAtModels);
    let id = asked(&page);
    tell(&mut page, id, vec![stored(small(), 212_000_000, false), stored(remote("x", None, None), 9, true)]);
    assert_eq!(page.state.offer(&small()).label(), "Continue download (212 of 548\u{a0}MB)");
    assert_eq!(page.state.kept(&remote("x", None, None)), Kept::Whole);
    assert_eq!(page.state.offer(&remote("x", None, None)), Offer::Load);
    let replaced = remote("x", Some(9_000_000), None);
    assert_eq!(page.state.offer(&replaced), Offer::Download(Some(9_000_000)), "its files are others");
}

#[test]
fn a_download_is_loaded_told_and_remembered_only_once_it_is_kept_whole() {
    let mut page = Page::with_results();
    page.act(Action::ChooseModel(small()));
    let (id, model) = load_of(&page).expect("a load");
    assert_eq!(model, ModelChoice::Remote(small()));
    page.hear(Response::Delivering { id, delivery: delivery(DeliverySource::Network, 212_000_000) });
    assert!(matches!(page.state.engine.life, Life::Loading { done: 212_000_000, total: 548_000_000, .. }));
    loaded(&mut page, id);
    assert_eq!(page.state.notes_at(Place::Model)[0].message, "A note of the load.");
    assert_eq!(page.state.verification().as_deref(), Some("checked against its published SHA-256"));
    assert_eq!(remembered(&page), None);
    let id = asked(&page);
    tell(&mut page, id, vec![stored(small(), 5, false)]);
    assert_eq!(remembered(&page), None, "it is not whole");
    page.act(Action::LookAtModels);
    let id = asked(&page);
    tell(&mut page, id, vec![stored(small(), 548_105_171, true)]);
    assert_eq!(remembered(&page), Some(&Some("small".to_owned())));
    page.act(Action::ChooseDemo);
    let (id, _) = load_of(&page).expect("the demo");
    loaded(&mut page, id);
    assert_eq!(remembered(&page), Some(&None), "the demo is what the next visit opens with");
}

#[test]
fn the_next_visit_loads_what_is_kept_and_the_demo_with_a_note_where_it_is_not() {
    let mut page = visited_again("small");
    assert_eq!(load_of(&page), None, "storage is asked first");
    let id = asked(&page);
    tell(&mut page, id, vec![stored(small(), 548_105_171, true)]);
    assert_eq!(load_of(&page).map(|(_, model)| model), Some(ModelChoice::Remote(small())));

    for kept in [vec![], vec![stored(small(), 7, false)]] {
        let mut page = visited_again("small");
        let id = asked(&page);
        tell(&mut page, id, kept);
        let (id, model) = load_of(&page).expect("a load");
        assert_eq!(model, ModelChoice::Demo);
        loaded(&mut page, id);
        assert!(page.state.notes_at(Place::Model).iter().any(|note| note.message.contains("no longer kept")));
        assert_eq!(remembered(&page), Some(&None));
    }
}

#[test]
fn storage_that_cannot_answer_does_not_keep_the_page_from_starting() {
    let mut page = visited_again("small");
    let id = asked(&page);
    page.hear(Response::Refused { id, notes: vec![note(Place::Model, "No storage.")], tokens: None });
    assert_eq!(load_of(&page).map(|(_, model)| model), Some(ModelChoice::Demo));
    assert_eq!(page.state.notes_at(Place::Model)[0].message, "No storage.");
}

#[test]
fn whoever_chooses_before_storage_has_answered_gets_what_was_chosen() {
    let mut page = visited_again("small");
    let id = asked(&page);
    page.act(Action::FilesPicked { pick: peek_app::PickId(0), files: vec![("m.safetensors".into(), 9)] });
    let load = page.sent_load();
    tell(&mut page, id, vec![stored(small(), 548_105_171, true)]);
    assert_eq!(load_of(&page), None);
    assert_eq!(page.state.engine.newest, Some(load));
}

#[test]
fn a_cancelled_download_leaves_the_earlier_model_and_says_what_is_kept() {
    let mut page = Page::with_results();
    let shown = page.state.patch.shown.clone();
    page.act(Action::ChooseModel(small()));
    let (id, _) = load_of(&page).expect("a load");
    page.hear(Response::Delivering { id, delivery: delivery(DeliverySource::Network, 1) });
    page.act(Action::CancelLoad);
    assert_eq!(page.requests(), [&Request::Cancel(id)]);
    page.hear(Response::Cancelled { id });
    assert_eq!(page.state.engine.life, Life::Ready);
    assert_eq!(page.state.engine.pick, ModelPick::Demo);
    assert_eq!(page.state.patch.shown, shown);
    assert!(page.state.notes_at(Place::Model)[0].message.contains("can be continued"));
    let question = asked(&page);
    tell(&mut page, question, vec![stored(small(), 1_000_000, false)]);
    assert_eq!(page.state.kept(&small()), Kept::Part(1_000_000));
    page.hear(Response::Delivering { id, delivery: delivery(DeliverySource::Network, 2) });
    assert_eq!(page.state.engine.life, Life::Ready, "late news of it is nobody's business");
}

#[test]
fn a_first_load_that_is_cancelled_offers_the_demo() {
    let mut page = visited_again("small");
    let id = asked(&page);
    tell(&mut page, id, vec![stored(small(), 548_105_171, true)]);
    let (id, _) = load_of(&page).expect("a load");
    page.hear(Response::Delivering { id, delivery: delivery(DeliverySource::Kept, 1) });
    page.act(Action::CancelLoad);
    page.hear(Response::Cancelled { id });
    assert!(matches!(page.state.engine.life, Life::NoModel { .. }));
    page.act(Action::ChooseDemo);
    assert_eq!(load_of(&page).map(|(_, model)| model), Some(ModelChoice::Demo));
}

#[test]
fn a_deleted_model_is_not_what_the_next_visit_opens_with() {
    let mut page = visited_again("small");
    let id = asked(&page);
    tell(&mut page, id, vec![stored(small(), 548_105_171, true)]);
    let (id, _) = load_of(&page).expect("a load");
    loaded(&mut page, id);
    page.act(Action::ForgetModel("small".into()));
    assert_eq!(remembered(&page), Some(&None));
    let id = asked(&page);
    assert!(page.requests().contains(&&Request::Forget(id, "small".into())));
    tell(&mut page, id, vec![]);
    assert_eq!(page.state.kept(&small()), Kept::Nothing);
    assert!(page.state.engine.is_ready(), "it goes on with what it holds");
}

#[test]
fn an_address_is_a_model_or_a_sentence_beside_its_field() {
    let mut page = Page::with_results();
    page.act(Action::LoadAddress("gpt2".into()));
    let error = page.state.models.address_error.clone().expect("refused");
    assert!(error.contains("huggingface.co/openai-community/gpt2"), "{error}");
    assert_eq!((load_of(&page), page.announced()), (None, error));
    page.act(Action::LoadAddress("https://hub.test/a.safetensors".into()));
    assert_eq!(page.state.models.address_error, None);
    let (id, model) = load_of(&page).expect("a load");
    assert!(matches!(model, ModelChoice::Remote(model) if model.id == "https://hub.test/a.safetensors"));
    loaded(&mut page, id);
    assert_eq!(page.state.verification().as_deref(), Some("not verified"));
}

#[test]
fn another_backend_and_a_restart_load_the_same_model() {
    let mut page = Page::with_results();
    page.act(Action::ChooseModel(small()));
    let (id, _) = load_of(&page).expect("a load");
    loaded(&mut page, id);
    page.hear(Response::Fatal { message: "gone".into() });
    page.act(Action::RestartEngine);
    assert_eq!(load_of(&page).map(|(_, model)| model), Some(ModelChoice::Remote(small())));
}

#[test]
fn a_download_is_told_in_words_and_a_screen_reader_hears_cuts_and_quarters() {
    let at = |source, done| delivery_words(&delivery(source, done)).replace('\u{a0}', " ");
    assert_eq!(
        at(DeliverySource::Network, 212_000_000),
        "Downloading: 212 of 548 MB (38 %), 4.1 MB/s, 1 min 22 s left"
    );
    assert_eq!(
        at(DeliverySource::Waiting { ms: 3400, attempt: 2, attempts: 6 }, 212_000_000),
        "The connection was cut; trying again in 4 s (try 2 of 6). So far: 212 of 548 MB (38 %)"
    );
    assert_eq!(at(DeliverySource::Kept, 0), "Reading what this browser keeps: 0 kB of 548 MB (0 %)");
    assert!(!at(DeliverySource::Network, 547_999_999).contains("100 %"), "not before it is all there");

    let mut page = Page::with_results();
    page.act(Action::ChooseModel(small()));
    let (id, _) = load_of(&page).expect("a load");
    let mut said = Vec::new();
    let waiting = DeliverySource::Waiting { ms: 1000, attempt: 2, attempts: 6 };
    for (source, done) in [
        (DeliverySource::Network, 1),
        (DeliverySource::Network, 2),
        (DeliverySource::Network, 200_000_000),
        (waiting, 200_000_000),
        (waiting, 200_000_000),
    ] {
        page.hear(Response::Delivering { id, delivery: delivery(source, done) });
        said.push(!page.announced().is_empty());
    }
    assert_eq!(said, [true, false, true, true, false]);
}
