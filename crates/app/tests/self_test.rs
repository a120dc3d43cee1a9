//! The self-test's panel: what is offered for which model, and what a page makes of the answers.

mod common;

use common::{Page, info};
use peek_app::{Action, Comparison, Device, Effect, Phase, REFERENCES};
use peek_protocol::{BackendKind, Benchmark, Failure, ModelInfo, Request, RequestId, Response, SelfTestRow};
use serde_json::Value;

/// A page with a model of the demo's shape, under some hash.
fn page(sha256: &str, derived_from: Option<&str>) -> Page {
    let mut page = Page::opened();
    let id = page.sent_load();
    let (layers, heads, vocab) = REFERENCES[0].shape;
    let model = ModelInfo {
        sha256: sha256.to_owned(),
        derived_from: derived_from.map(str::to_owned),
        vocab,
        ..info(layers, heads)
    };
    page.hear(Response::Loaded { id, model, backend: BackendKind::Cpu, notes: Vec::new() });
    page
}

/// Runs it up to the engine's first answer.
fn asked(page: &mut Page) -> RequestId {
    page.act(Action::RunSelfTest);
    assert_eq!(page.effects, [Effect::FetchReference(REFERENCES[0].file)]);
    page.act(Action::ReferenceRead { file: REFERENCES[0].file.to_owned(), text: Ok("{}".to_owned()) });
    match &page.requests()[..] {
        [Request::SelfTest(request)] if request.expectations == "{}" => request.id,
        other => panic!("{other:?}"),
    }
}

fn rows(id: RequestId, ours: &[f64]) -> Response {
    let rows: Vec<_> = ours.iter().map(|&x| SelfTestRow::new("a".to_owned(), x, 1.0, 1e-3)).collect();
    Response::SelfTestRows { id, done: rows.len(), rows, total: 3 }
}

#[test]
fn the_references_are_the_files_of_the_site() {
    for reference in REFERENCES {
        let path = format!("{}/../../assets/{}", env!("CARGO_MANIFEST_DIR"), reference.file);
        let file = std::fs::read_to_string(path).expect("part of the project");
        let file: Value = serde_json::from_str(&file).expect("JSON");
        let of = &file["for"];
        assert_eq!(of["sha256"], reference.sha256);
        let size = |name: &str| of[name].as_u64().expect("a size") as usize;
        assert_eq!((size("layers"), size("heads"), size("vocab")), reference.shape);
    }
}

#[test]
fn what_is_offered_follows_from_hash_and_shape() {
    let own = Some(Comparison::Own(&REFERENCES[0]));
    assert_eq!(page(REFERENCES[0].sha256, None).state.comparison(), own);
    assert_eq!(page("00", Some(REFERENCES[0].sha256)).state.comparison(), own, "converted from it");
    assert_eq!(page("00", None).state.comparison(), Some(Comparison::Other(&REFERENCES[0])));
    let mut odd = Page::loaded();
    assert_eq!(odd.state.comparison(), Some(Comparison::Nothing));
    odd.act(Action::RunSelfTest);
    assert!(odd.effects.is_empty(), "there is nothing to compare it with");
}

#[test]
fn rows_add_up_and_the_verdict_waits_for_the_last() {
    let mut page = page(REFERENCES[0].sha256, None);
    let id = asked(&mut page);
    page.hear(rows(id, &[1.0, 1.0005]));
    assert_eq!((page.state.self_test.rows.len(), page.state.self_test.verdict()), (2, None));
    page.hear(rows(id, &[1.0]));
    page.hear(Response::SelfTestDone { id, elapsed_ms: 5.0 });
    assert_eq!(page.announced(), "Passed: Demo on the CPU gives all 3 published numbers of the demo model.");

    let id = asked(&mut page);
    page.hear(rows(id, &[1.0, 2.0, f64::NAN]));
    page.hear(Response::SelfTestDone { id, elapsed_ms: 5.0 });
    assert!(page.announced().starts_with("Failed: Demo on the CPU gives 2 of 3"), "{}", page.announced());
}

#[test]
fn it_can_be_cancelled_and_another_model_ends_it() {
    let mut page = page(REFERENCES[0].sha256, None);
    let id = asked(&mut page);
    page.act(Action::CancelSelfTest);
    assert_eq!(page.requests(), [&Request::Cancel(id)]);
    page.hear(Response::Cancelled { id });
    assert_eq!(page.state.self_test.phase, Phase::Cancelled);

    let id = asked(&mut page);
    page.act(Action::ChooseDemo);
    assert!(page.requests().contains(&&Request::Cancel(id)), "the load need not wait for it");
    page.hear(rows(id, &[1.0]));
    assert!(page.state.self_test.rows.is_empty(), "its rows are nobody's any more");
    let load = page.state.engine.newest.expect("a load is on its way");
    page.hear(Response::Loaded { id: load, model: info(2, 3), backend: BackendKind::Cpu, notes: Vec::new() });
    assert!(page.state.self_test_is_stale());
}

#[test]
fn a_file_that_cannot_be_read_and_an_engine_that_fails_say_so() {
    let mut page = page(REFERENCES[0].sha256, None);
    page.act(Action::RunSelfTest);
    let file = REFERENCES[0].file.to_owned();
    page.act(Action::ReferenceRead { file, text: Err("it is not there".to_owned()) });
    assert!(page.announced().contains("it is not there"));
    assert!(matches!(page.state.self_test.phase, Phase::Failed(_)));
    let id = asked(&mut page);
    let failure = Failure { place: None, message: "The device is gone.".to_owned() };
    page.hear(Response::Failed { id, failure });
    assert_eq!(page.state.self_test.phase, Phase::Failed("The device is gone.".to_owned()));
}

#[test]
fn a_check_compares_then_times_and_reports_both_backends() {
    let mut page = page(REFERENCES[0].sha256, None);
    page.act(Action::CheckDevice);
    assert_eq!(page.effects, [Effect::DescribeDevice, Effect::FetchReference(REFERENCES[0].file)]);
    assert_eq!(page.state.device_report(), None);
    let device = Device { user_agent: "A browser".to_owned(), ..Device::default() };
    page.act(Action::DeviceDescribed(device));
    page.act(Action::ReferenceRead { file: REFERENCES[0].file.to_owned(), text: Ok("{}".to_owned()) });
    let id = page.requests()[0].id();
    page.hear(rows(id, &[1.0, 1.0005, 1.5]));
    page.hear(Response::SelfTestDone { id, elapsed_ms: 5.0 });
    let timing = match &page.requests()[..] {
        [Request::Benchmark(request)] => request.id,
        other => panic!("{other:?}"),
    };
    let benchmark = Benchmark { tokens: 16, forward_ms: vec![9.0, 2.0, 3.0], sweep_ms: vec![5.0, 4.0, 70.0] };
    page.hear(Response::Benchmark { id: timing, benchmark });
    let report: Value = serde_json::from_str(&page.state.device_report().expect("a report")).expect("JSON");
    assert_eq!(report["device"]["user_agent"], "A browser");
    let result = &report["results"][0];
    assert_eq!((&result["numbers_compared"], &result["numbers_failed"]), (&3.into(), &1.into()));
    assert_eq!(result["largest_difference"], 0.5);
    assert_eq!((&result["forward_median_ms"], &result["sweep_median_ms"]), (&3.0.into(), &5.0.into()));
    assert_eq!(result["backend"], "cpu");
}

#[test]
fn a_check_without_published_numbers_only_times_and_can_be_cancelled() {
    let mut page = page("00", None);
    page.act(Action::CheckDevice);
    let [Request::Benchmark(request)] = page.requests()[..] else { panic!("{:?}", page.effects) };
    let id = request.id;
    page.act(Action::CancelSelfTest);
    assert_eq!(page.requests(), [&Request::Cancel(id)]);
    page.hear(Response::Cancelled { id });
    assert_eq!(page.state.device_check.phase, Phase::Cancelled);
    page.act(Action::CheckDevice);
    page.act(Action::ChooseDemo);
    assert_eq!(page.state.device_check.phase, Phase::Cancelled, "another model ends it");
}
