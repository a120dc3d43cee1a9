//! Many prompts: the list, a run, what came of it.

mod common;

use common::{Page, note};
use peek_app::{Action, Phase, SetField, SetKind, SetsAction};
use peek_names::{HeadId, Layer, MeanOver, Metric, Site, Unit};
use peek_protocol::{
    At, Baselines, Edit, Place, Request, RequestId, Response, SetAnalysis, SetNumbers, SetReply, SetRequest,
    Setup,
};

fn act(page: &mut Page, action: SetsAction) {
    page.act(Action::Sets(action));
}

fn sent(page: &Page) -> SetRequest {
    let found = page.requests().into_iter().find_map(|request| match request {
        Request::Set(set) => Some(set.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no set was sent: {:?}", page.effects))
}

fn item(page: &mut Page, id: RequestId, index: usize, cells: &[f32]) {
    let numbers = SetNumbers {
        baselines: Baselines { clean: Some(cells[0]), corrupt: None },
        cells: cells.iter().copied().map(Some).collect(),
    };
    page.hear(Response::Set { id, reply: SetReply::Item { index, result: Ok(numbers), done: index + 1 } });
}

const THREE: &str = "clean,corrupt,answer\nA?,B?, x\nC?,D?, y\n\"E, e\",F?,=z\n";

#[test]
fn a_mean_can_be_over_the_set() {
    let mut page = Page::with_results();
    act(&mut page, SetsAction::Import(Ok("A?\tB?\t x\nC?\tD?\t y\n".into())));
    act(&mut page, SetsAction::Add);
    let prompts = page.state.sets.mean_prompts();
    assert_eq!(prompts, ["A?", "B?", "C?", "D?"], "a blank row has none");
    let edit = Edit::Mean(MeanOver::default());
    let asked = |page: &Page| {
        let asked = page.requests().into_iter().find_map(|request| match request {
            Request::Intervene(request) => Some(request.setup.mean_prompts.clone()),
            _ => None,
        });
        asked.expect("asked")
    };
    page.act(Action::SetUp(Setup { edit, ..Setup::default() }));
    assert!(asked(&page).is_empty(), "the pair's own two");
    page.act(Action::SetUp(Setup { edit, mean_prompts: prompts.clone(), ..Setup::default() }));
    assert_eq!(asked(&page), prompts);
    assert!(page.state.link().contains("&mean=A%3F&mean=B%3F&mean=C%3F"), "{}", page.state.link());
    page.act(Action::SetUp(Setup { edit: Edit::Zero, mean_prompts: prompts, ..Setup::default() }));
    assert!(asked(&page).is_empty(), "there is no mean");
    act(&mut page, SetsAction::IndirectObjects(300, 1));
    assert_eq!(page.state.sets.mean_prompts().len(), 256);
    act(&mut page, SetsAction::Clear);
    act(&mut page, SetsAction::IndirectObjects(0, 1));
    assert!(page.state.sets.rows.is_empty() && page.state.sets.messages[0].contains("from 1 to 500"));
    act(&mut page, SetsAction::IndirectObjects(100_000, 1));
    assert_eq!(page.state.sets.rows.len(), 500);
    assert!(page.state.sets.messages[0].contains("No more than 500"));
    // As many as a set takes, and no more: the file that it is saved in opens again.
    for seed in 2..6 {
        act(&mut page, SetsAction::IndirectObjects(499, seed));
    }
    assert_eq!(page.state.sets.rows.len(), 2000);
    assert!(
        page.state.sets.messages[0].contains("496 of these were left out"),
        "{:?}",
        page.state.sets.messages
    );
    act(&mut page, SetsAction::Add);
    assert_eq!(page.state.sets.rows.len(), 2000);
    assert!(page.state.sets.messages[0].contains("A set takes 2000 pairs"));
    let file = page.state.experiment_json(String::new()).expect("written");
    assert_eq!(peek_experiment::Experiment::from_json(&file).expect("it opens").set.len(), 2000);
}

#[test]
fn a_list_is_typed_read_and_made() {
    let mut page = Page::loaded();
    act(&mut page, SetsAction::Add);
    let key = page.state.sets.rows[0].key;
    act(&mut page, SetsAction::Edit(key, SetField::Answer, " w".into()));
    act(&mut page, SetsAction::Add);
    act(&mut page, SetsAction::Import(Ok(format!("{THREE}short\n"))));
    assert_eq!(page.state.sets.rows.len(), 4, "the blank row made room");
    assert_eq!(page.state.sets.messages.len(), 1);
    assert!(page.state.sets.messages[0].starts_with("Line 5"), "{:?}", page.state.sets.messages);
    act(&mut page, SetsAction::Remove(key));
    assert_eq!(page.state.sets.rows[0].pair.clean, "A?");
    act(&mut page, SetsAction::IndirectObjects(7, 1));
    act(&mut page, SetsAction::Questions);
    assert_eq!(page.state.sets.rows.len(), 16);
    let keys: std::collections::BTreeSet<_> = page.state.sets.rows.iter().map(|row| row.key).collect();
    assert_eq!(keys.len(), 16);
    act(&mut page, SetsAction::Clear);
    act(&mut page, SetsAction::Run);
    assert!(page.requests().is_empty() && page.state.sets.messages[0].contains("no pair"));
}

#[test]
fn means_and_failures_of_a_run() {
    let mut page = Page::with_results();
    act(&mut page, SetsAction::Import(Ok(THREE.into())));
    act(&mut page, SetsAction::Run);
    let request = sent(&page);
    assert!(request.pairs.iter().all(|pair| pair.prepend_bos) && request.pairs.len() == 3);
    assert!(matches!(&request.analysis, SetAnalysis::Interventions(setup) if setup.alignment.is_none()));
    let id = request.id;
    item(&mut page, id, 0, &[1.0, 0.0, 0.0, 0.0, 0.0, 4.0]);
    item(&mut page, id, 1, &[3.0, 0.0, 0.0, 0.0, 0.0, 8.0]);
    // Heard twice, counted once.
    item(&mut page, id, 1, &[9.0, 0.0, 0.0, 0.0, 0.0, 9.0]);
    let why = vec![note(Place::SetPair(2), "too long")];
    page.hear(Response::Set { id, reply: SetReply::Item { index: 2, result: Err(why), done: 3 } });
    page.hear(Response::Set { id, reply: SetReply::Done { elapsed_ms: 1.0 } });
    assert_eq!(page.state.sets.phase, Phase::Done);
    assert_eq!(page.announced(), "2 of 3 pairs were run.");

    // What is shown goes out of date with the list and with what is measured, and comes back with them.
    assert!(!page.state.set_is_stale());
    act(&mut page, SetsAction::Measure(SetKind::Lens));
    assert!(page.state.set_is_stale());
    act(&mut page, SetsAction::Measure(SetKind::Setup));
    act(&mut page, SetsAction::Add);
    assert!(!page.state.set_is_stale(), "a blank row is no pair");
    act(&mut page, SetsAction::Questions);
    assert!(page.state.set_is_stale());
    page.act(Action::Undo);
    assert!(!page.state.set_is_stale());

    let shown = page.state.sets.shown.as_ref().expect("shown");
    let cell = shown.of_head(HeadId::new(1, 2)).expect("a head");
    assert_eq!((cell.mean(), cell.count), (Some(6.0), 2));
    assert!((cell.deviation().expect("two") - 8f32.sqrt()).abs() < 1e-6);
    assert_eq!(shown.failures(), [(2, "too long")]);
    let csv = shown.csv();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].ends_with("corrupt_metric,L0H0,L0H1,L0H2,L1H0,L1H1,L1H2"), "{csv}");
    assert_eq!(lines[1], "A?,B?,\" x\",,,1,,1,0,0,0,0,4");
    assert_eq!(lines[3], "\"E, e\",F?,'=z,,\"too long\",,,,,,,,");
}

#[test]
fn means_by_position_are_of_every_layer_or_of_the_heads_that_matter_most() {
    let run = |site, at, cells: &[f32]| {
        let mut page = Page::with_results();
        let setup = Setup { site, at, metric: Metric::Rank, ..Setup::default() };
        page.act(Action::SetUp(setup));
        act(&mut page, SetsAction::Import(Ok(THREE.into())));
        act(&mut page, SetsAction::Run);
        let id = sent(&page).id;
        let before = page.state.sets.shown.clone().expect("asked");
        assert!(before.is_of_heads() || before.by_position(2).is_none(), "nothing is there yet");
        item(&mut page, id, 0, cells);
        page.state.sets.shown.clone().expect("shown")
    };
    let means = |cells: &[peek_app::CellSummary]| {
        cells.iter().map(|cell| cell.mean().expect("one pair")).collect::<Vec<_>>()
    };
    let shown = run(Site::ResidPre, At::Grid, &[0.0, 1.0, -2.0, 3.0]);
    let places = shown.by_position(1).expect("layers");
    assert_eq!(places.rows, [Unit::Layer(Layer(0)), Unit::Layer(Layer(1))]);
    assert_eq!((places.columns.join(" "), places.left_out), ("0 1".to_owned(), 0));
    assert_eq!(means(&places.cells), [0.0, 1.0, -2.0, 3.0]);
    assert!(shown.is_turned(), "a lower rank is a better one");

    // Six heads at two positions.
    let cells = [0.0, 1.0, 0.5, 0.5, -3.0, 0.0, 0.0, 0.0, 2.0, 2.5, 0.0, 0.0];
    let shown = run(Site::Z, At::Grid, &cells);
    let places = shown.by_position(2).expect("heads");
    assert_eq!(places.rows, [(0, 2), (1, 1)].map(|(layer, head)| Unit::Head(HeadId::new(layer, head))));
    assert_eq!((means(&places.cells), places.left_out), (vec![-3.0, 0.0, 2.0, 2.5], 4));
    let listed = |most| shown.listed(most).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(listed(3), ["L0H2@0", "L1H1@1", "L1H1@0"]);
    assert_eq!((listed(12).len(), &*listed(12)[1]), (12, "L0H0@1"));

    let shown = run(Site::Z, At::Last, &cells[..6]);
    assert!(shown.is_of_heads() && shown.by_position(2).is_none());
    let shown = run(Site::MlpOut, At::Last, &[1.0, 2.0]);
    assert_eq!(shown.by_position(2).expect("layers").columns, ["last"]);
}

#[test]
fn a_run_ends_where_it_stands_and_with_its_model() {
    let mut page = Page::with_results();
    act(&mut page, SetsAction::Import(Ok(THREE.into())));
    act(&mut page, SetsAction::Measure(SetKind::Lens));
    act(&mut page, SetsAction::Run);
    let id = sent(&page).id;
    item(&mut page, id, 0, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    act(&mut page, SetsAction::Cancel);
    assert!(page.requests().contains(&&Request::Cancel(id)));
    page.hear(Response::Cancelled { id });
    assert_eq!(
        (&page.state.sets.phase, &*page.announced()),
        (&Phase::Cancelled, "Cancelled. 1 pairs are there.")
    );
    let shown = page.state.sets.shown.as_ref().expect("stays");
    assert_eq!(shown.cell_names()[..3], ["clean 0_pre", "clean 1_pre", "clean final"]);
    assert_eq!(shown.of_head(HeadId::new(0, 0)), None, "no cell is a head's");

    act(&mut page, SetsAction::Run);
    let id = sent(&page).id;
    page.act(Action::ChooseDemo);
    assert_eq!(page.state.sets.phase, Phase::Cancelled);
    item(&mut page, id, 0, &[1.0]);
    assert_eq!(page.state.sets.shown.as_ref().map(|shown| shown.done), Some(0), "nobody's any more");
}
