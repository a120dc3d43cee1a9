//! The self-test's panel: what is offered for which model, and what a page makes of the answers.

mod common;

use common::{Page, info};
use peek_app::{Action, Adapter, AdapterReport, Comparison, Device, Effect, Life, Phase, REFERENCES};
use peek_protocol::{
    BackendKind, Benchmark, Failure, ModelChoice, ModelInfo, Request, RequestId, Response, SelfTestRow,
};
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

/// What the check's own engine was last asked, and as which generation it runs.
fn checker(page: &Page) -> (Request, Option<u64>) {
    let asked = page.effects.iter().rev().find_map(|effect| match effect {
        Effect::SendChecker(request) => Some(request.clone()),
        _ => None,
    });
    let started = page.effects.iter().find_map(|effect| match effect {
        Effect::SpawnChecker { generation, .. } => Some(*generation),
        _ => None,
    });
    (asked.unwrap_or_else(|| panic!("{:?}", page.effects)), started)
}

fn times(dispatches: Option<u64>) -> Benchmark {
    Benchmark { tokens: 16, forward_ms: vec![9.0, 2.0, 3.0], sweep_ms: vec![5.0, 4.0, 70.0], dispatches }
}

/// Goes through the demo model's part of a check; returns its engine's generation.
fn demo_step(page: &mut Page, dispatches: Option<u64>) -> u64 {
    let (Request::Load(load), Some(generation)) = checker(page) else { panic!("{:?}", page.effects) };
    assert_eq!(load.model, ModelChoice::Demo);
    let say = |page: &mut Page, response| page.act(Action::Engine { generation, response });
    let loaded =
        Response::Loaded { id: load.id, model: info(4, 8), backend: load.backend, notes: Vec::new() };
    say(page, loaded);
    assert_eq!(page.effects, [Effect::FetchReference(REFERENCES[0].file)]);
    page.act(Action::ReferenceRead { file: REFERENCES[0].file.to_owned(), text: Ok("{}".to_owned()) });
    let (Request::SelfTest(test), None) = checker(page) else { panic!("{:?}", page.effects) };
    say(page, rows(test.id, &[1.0, 1.0005, 1.5]));
    say(page, Response::SelfTestDone { id: test.id, elapsed_ms: 5.0 });
    let (Request::Benchmark(timing), None) = checker(page) else { panic!("{:?}", page.effects) };
    say(page, Response::Benchmark { id: timing.id, benchmark: times(dispatches) });
    generation
}

fn report(page: &Page) -> Value {
    serde_json::from_str(&page.state.device_report().expect("a report")).expect("JSON")
}

#[test]
fn a_check_goes_through_both_backends_and_then_the_loaded_model() {
    let mut page = page("00", None);
    page.state.engine.report = Some(AdapterReport {
        has_gpu_api: true,
        is_secure: true,
        adapter: Some(Adapter { name: "Acme".into(), is_software: true, has_timestamp_query: true }),
    });
    page.act(Action::CheckDevice);
    assert_eq!(page.effects[0], Effect::DescribeDevice);
    assert_eq!(page.state.device_report(), None);
    page.act(Action::DeviceDescribed(Device { user_agent: "A browser".to_owned(), ..Device::default() }));
    page.act(Action::CheckDevice);
    let first = demo_step(&mut page, None);
    assert_eq!(page.effects[0], Effect::EndChecker);
    assert!(matches!(page.effects[1], Effect::SpawnChecker { kind: BackendKind::WebGpu, .. }));
    assert!(demo_step(&mut page, Some(21)) > first, "each has an engine of its own");
    let [Request::Benchmark(own)] = page.requests()[..] else { panic!("{:?}", page.effects) };
    let id = own.id;
    page.hear(Response::Benchmark { id, benchmark: times(None) });
    assert_eq!(page.state.device_check.phase, Phase::Done);

    let report = report(&page);
    assert_eq!(report["device"]["user_agent"], "A browser");
    let results = report["results"].as_array().expect("a list");
    let backends: Vec<&Value> = results.iter().map(|result| &result["backend"]).collect();
    assert_eq!(backends, ["cpu", "webgpu", "cpu"]);
    for result in &results[..2] {
        assert_eq!((&result["numbers_compared"], &result["numbers_failed"]), (&3.into(), &1.into()));
        assert_eq!(result["largest_difference"], 0.5);
    }
    assert_eq!(results[2]["numbers_compared"], Value::Null, "nothing is published of it");
    let times = &results[1]["times"];
    assert_eq!((&times["forward_median_ms"], &times["sweep_median_ms"]), (&3.0.into(), &5.0.into()));
    assert_eq!(times["forward_dispatches"], 21);
    assert_eq!(results[0]["times"]["forward_dispatches"], Value::Null);
}

#[test]
fn a_backend_that_fails_is_a_result_and_the_check_goes_on() {
    let mut page = page("00", None);
    page.act(Action::CheckDevice);
    let (_, Some(generation)) = checker(&page) else { panic!("{:?}", page.effects) };
    page.act(Action::EngineDied { generation, message: "it is not there".to_owned() });
    let id = page.requests()[0].id();
    page.hear(Response::Benchmark { id, benchmark: times(None) });
    let report = report(&page);
    assert_eq!(report["results"][0]["error"], "it is not there");
    assert_eq!(report["results"][0]["times"], Value::Null);
    assert_eq!(report["results"][1]["error"], Value::Null);
    assert_eq!(page.state.engine.life, Life::Ready, "the page's own engine is another");
}

#[test]
fn a_check_can_be_cancelled_in_every_part_and_another_model_ends_the_last_one() {
    let mut page = page("00", None);
    page.act(Action::CheckDevice);
    let (Request::Load(_), Some(generation)) = checker(&page) else { panic!("{:?}", page.effects) };
    page.act(Action::CancelSelfTest);
    assert_eq!(page.effects, [Effect::EndChecker]);
    assert_eq!(page.state.device_check.phase, Phase::Cancelled);
    page.act(Action::EngineDied { generation, message: "it was ended".to_owned() });
    assert_eq!(page.state.device_report(), None, "what an ended engine says is nobody's business");

    page.act(Action::CheckDevice);
    demo_step(&mut page, None);
    let [Request::Benchmark(own)] = page.requests()[..] else { panic!("{:?}", page.effects) };
    let id = own.id;
    page.act(Action::CancelSelfTest);
    assert_eq!(page.requests(), [&Request::Cancel(id)]);

    page.act(Action::CheckDevice);
    demo_step(&mut page, None);
    page.act(Action::ChooseDemo);
    assert_eq!(page.state.device_check.phase, Phase::Cancelled);
}
