//! The lens at every position, the parts of the logit, layers' patterns, kinds of heads: when they are asked for, and
//! which answers count.

mod common;

use common::{HEADS, LAYERS, Page, reading, token};
use peek_app::{Action, AttentionMode, Field, Lit, Phase, Run, State, ViewAction};
use peek_names::{DirectScale, HeadId, Layer, LensConvention, Metric, Site};
use peek_protocol::{
    Alignment, Attribution, AttributionResult, Baselines, Failure, HeadKindsResult, InterveneReply,
    LayerScores, LensGridCell, LensGridReply, Patterns, PatternsReply, Request, RequestId, Response, Score,
    Setup,
};

fn view(page: &mut Page, action: ViewAction) {
    page.act(Action::View(action));
}

fn find<T>(page: &Page, pick: impl Fn(&Request) -> Option<T>) -> Option<T> {
    page.requests().into_iter().find_map(pick)
}

fn lens(page: &Page) -> Option<peek_protocol::LensGridRequest> {
    find(page, |r| if let Request::LensGrid(r) = r { Some(r.clone()) } else { None })
}

fn parts(page: &Page) -> Option<peek_protocol::AttributionRequest> {
    find(page, |r| if let Request::Attribute(r) = r { Some(r.clone()) } else { None })
}

fn patterns(page: &Page) -> Option<peek_protocol::PatternsRequest> {
    find(page, |r| if let Request::Patterns(r) = r { Some(r.clone()) } else { None })
}

fn kinds(page: &Page) -> Option<RequestId> {
    find(page, |r| if let Request::HeadKinds(r) = r { Some(r.id) } else { None })
}

fn cancelled(page: &Page) -> Vec<RequestId> {
    let cancel = |r: &&Request| matches!(r, Request::Cancel(_));
    page.requests().into_iter().filter(cancel).map(Request::id).collect()
}

fn reply(page: &mut Page, id: RequestId, reply: LensGridReply) {
    page.hear(Response::LensGrid { id, reply });
}

fn cell() -> LensGridCell {
    LensGridCell { top: Vec::new(), entropy: Some(1.0), followed: Some(reading(1.0, 0.5, 1)) }
}

fn head(page: &mut Page, id: RequestId) {
    let tokens = vec![token("Who"), token("?")];
    let depths = ["0_pre", "1_pre", "final"].map(str::to_owned).to_vec();
    let notes = Vec::new();
    reply(page, id, LensGridReply::Head { tokens, followed: Some(token(" Jane")), depths, notes });
}

fn whole_lens(page: &mut Page, id: RequestId) {
    head(page, id);
    for depth in 0..3 {
        reply(page, id, LensGridReply::Row { depth, cells: vec![cell(), cell()] });
    }
    reply(page, id, LensGridReply::Done { elapsed_ms: 3.0 });
}

fn attribution(id: RequestId, has_foil: bool) -> Response {
    let run = Attribution { logit: 2.0, heads: vec![vec![0.5; HEADS]; LAYERS], ..Attribution::default() };
    Response::Attribution(Box::new(AttributionResult {
        id,
        answer: token(" Jane"),
        foil: has_foil.then(|| token(" Emily")),
        clean: run.clone(),
        corrupt: run,
        direct: vec![vec![0.1; HEADS]; LAYERS],
        notes: Vec::new(),
    }))
}

fn layer(id: RequestId, layer: u16, done: usize) -> Response {
    let run = Patterns { tokens: vec![token("Who")], size: 1, heads: vec![vec![1.0]; HEADS] };
    let corrupt = run.clone();
    Response::Patterns(PatternsReply { id, layer: Layer(layer), clean: run, corrupt, done, total: LAYERS })
}

fn lens_is_stale(state: &State) -> bool {
    state.views.lens.is_stale(state.wanted_lens_grid().as_ref())
}

#[test]
fn closed_views_cost_nothing() {
    let mut page = Page::with_results();
    assert!(
        lens(&page).is_none()
            && parts(&page).is_none()
            && patterns(&page).is_none()
            && kinds(&page).is_none()
    );
    page.act(Action::Edit(Field::Answer, " Emily".into()));
    page.wait();
    let id = page.sent_patch();
    page.answer_patch(id, 1.0);
    assert!(lens(&page).is_none() && parts(&page).is_none() && patterns(&page).is_none());
}

#[test]
fn the_lens_streams_row_by_row_and_is_given_up_by_typing() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::LensGrid(true));
    let request = lens(&page).expect("asked for when it is opened");
    assert_eq!((request.top, request.prepend_bos, request.with_mid), (10, true, false));
    assert_eq!(request.answer, " Jane");
    let id = request.id;
    head(&mut page, id);
    reply(&mut page, id, LensGridReply::Row { depth: 0, cells: vec![cell(), cell()] });
    let shown = page.state.views.lens.result().expect("a grid").clone();
    assert_eq!(shown.done(), 1);
    assert!(shown.cell(0, 1).is_some() && shown.cell(1, 0).is_none() && shown.cell(0, 2).is_none());
    assert!(!lens_is_stale(&page.state));

    page.act(Action::Edit(Field::Clean, "Who wrote Emma?".into()));
    assert!(cancelled(&page).contains(&id));
    page.wait();
    let patch = page.sent_patch();
    assert!(lens(&page).is_none(), "the scores come first");
    reply(&mut page, id, LensGridReply::Row { depth: 1, cells: vec![cell(), cell()] });
    assert_eq!(page.state.views.lens.result().expect("kept").done(), 1, "a late row is dropped");
    page.answer_patch(patch, 1.0);
    let next = lens(&page).expect("then the lens again");
    assert_eq!(next.prompt, "Who wrote Emma?");
    assert!(lens_is_stale(&page.state), "until it answers the old one is dimmed");
    whole_lens(&mut page, next.id);
    assert_eq!(page.state.views.lens.phase, Phase::Done);
    assert!(!lens_is_stale(&page.state) && page.announced().contains("ready"));
}

#[test]
fn every_choice_of_the_lens_asks_anew_and_colours_do_not() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::LensGrid(true));
    let id = lens(&page).expect("asked").id;
    whole_lens(&mut page, id);
    view(&mut page, ViewAction::LensColor(peek_app::CellColor::Entropy));
    assert!(lens(&page).is_none());
    view(&mut page, ViewAction::LensMid(true));
    assert!(lens(&page).expect("asked").with_mid);
    view(&mut page, ViewAction::LensConvention(LensConvention::Final));
    assert_eq!(lens(&page).expect("asked").convention, LensConvention::Final);
    view(&mut page, ViewAction::LensRun(Run::Corrupt));
    let request = lens(&page).expect("asked");
    assert_eq!(request.prompt, page.state.inputs.patch.corrupt);
    // Back to what is on the screen already: nothing is asked, and what is on its way is given up.
    view(&mut page, ViewAction::LensRun(Run::Clean));
    view(&mut page, ViewAction::LensConvention(LensConvention::Own));
    view(&mut page, ViewAction::LensMid(false));
    assert!(lens(&page).is_none());
    assert_eq!(page.state.views.lens.phase, Phase::Done);
    assert!(!lens_is_stale(&page.state));
}

#[test]
fn the_parts_are_asked_for_while_they_are_open() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::Parts(true));
    let request = parts(&page).expect("asked for when they are opened");
    assert_eq!((request.pair.answer.as_str(), request.by), (" Jane", DirectScale::Difference));
    page.hear(attribution(request.id, false));
    assert_eq!(page.state.views.parts.phase, Phase::Done);
    view(&mut page, ViewAction::PartsRun(Run::Corrupt));
    assert!(parts(&page).is_none(), "both runs came at once");
    view(&mut page, ViewAction::PartsScale(DirectScale::Clean));
    let second = parts(&page).expect("asked");
    assert_eq!(second.by, DirectScale::Clean);
    view(&mut page, ViewAction::Parts(false));
    assert_eq!(cancelled(&page), [second.id], "closed, nobody waits for it");
}

#[test]
fn the_parts_are_of_the_difference_where_the_metric_is() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::Parts(true));
    let id = parts(&page).expect("asked").id;
    page.hear(attribution(id, false));
    page.act(Action::Edit(Field::Foil, " Emily".into()));
    assert!(page.is_quiet(), "no metric looks at it yet");
    let metric = Metric::LogitDifference;
    page.act(Action::SetUp(Setup { metric, ..Setup::default() }));
    let request = parts(&page).expect("asked anew");
    assert_eq!(request.pair.foil, " Emily");
    let is_stale = |page: &Page| page.state.views.parts.is_stale(page.state.wanted_parts().as_ref());
    assert!(is_stale(&page), "the logit's parts are dimmed");
    page.hear(attribution(request.id, true));
    assert!(!is_stale(&page));
    let shown = page.state.views.parts.result().expect("shown").clone();
    let effects = page.state.effects(&shown);
    assert!(effects.len() == LAYERS * HEADS && effects.iter().all(|(_, patching, _)| patching.is_none()));

    page.act(Action::Edit(Field::Foil, " Anne".into()));
    assert!(is_stale(&page) && parts(&page).is_none(), "not while it is typed");
    page.wait();
    assert_eq!(parts(&page).expect("asked anew").pair.foil, " Anne");
    page.act(Action::SetUp(Setup { metric: Metric::Probability, ..Setup::default() }));
    assert_eq!(parts(&page).expect("asked anew").pair.foil, "", "the parts are of the logit again");
}

#[test]
fn effects_are_in_the_same_unit() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::Parts(true));
    let id = parts(&page).expect("asked").id;
    page.hear(attribution(id, false));
    let of = |page: &Page| {
        let shown = page.state.views.parts.result().expect("shown").clone();
        page.state.effects(&shown)
    };
    assert_eq!(of(&page)[4], (HeadId::new(1, 1), Some(1.0), 0.1), "patching by the head scores");
    page.act(Action::Edit(Field::Foil, " Emily".into()));
    page.act(Action::SetUp(Setup { metric: Metric::LogitDifference, ..Setup::default() }));
    let intervene = find(&page, |r| if let Request::Intervene(r) = r { Some(r.id) } else { None });
    let (id, request) = (intervene.expect("asked"), parts(&page).expect("asked"));
    let replies = [
        InterveneReply::Aligned(Alignment::default()),
        InterveneReply::Baselines(Baselines { clean: Some(2.0), corrupt: Some(-1.0) }),
        InterveneReply::Layers {
            layers: vec![LayerScores {
                layer: Layer(1),
                scores: vec![vec![Score { value: Some(1.5), delta: Some(2.5) }; HEADS]],
            }],
            done: 1,
            total: LAYERS,
        },
    ];
    for reply in replies {
        page.hear(Response::Intervene { id, reply });
    }
    page.hear(attribution(request.id, true));
    let found = of(&page);
    assert_eq!(found[4], (HeadId::new(1, 1), Some(2.5), 0.1));
    assert_eq!(found[0], (HeadId::new(0, 0), None, 0.1), "a layer that is not scored yet");
    page.act(Action::SetUp(Setup { metric: Metric::LogitDifference, site: Site::V, ..Setup::default() }));
    let stale: Vec<_> = of(&page);
    assert_eq!(stale, found, "until others arrive they are those of the last setup");
}

#[test]
fn a_view_that_failed_says_so_and_is_tried_again_only_when_asked() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::Parts(true));
    let id = parts(&page).expect("asked").id;
    let failure = Failure { place: None, message: "No memory.".into() };
    page.hear(Response::Failed { id, failure });
    assert_eq!(page.state.views.parts.phase, Phase::Failed("No memory.".into()));
    page.act(Action::Pin(HeadId::new(0, 0)));
    assert!(parts(&page).is_none());
    page.act(Action::AskAgain);
    let id = parts(&page).expect("asked once more").id;
    let failure = Failure { place: None, message: "No memory.".into() };
    page.hear(Response::Failed { id, failure });
    page.act(Action::RunAgain);
    let id = page.sent_patch();
    page.answer_patch(id, 1.0);
    assert!(parts(&page).is_some());
}

#[test]
fn patterns_follow_mode_and_head_in_focus() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::Attention(AttentionMode::All));
    let all = patterns(&page).expect("asked");
    assert_eq!((all.layer, all.most, all.weighted), (None, Some(24), false));
    page.hear(layer(all.id, 1, 1));
    page.hear(layer(all.id, 0, 2));
    let shown = page.state.views.patterns.result().expect("shown");
    assert_eq!(shown.layers.iter().map(|l| l.layer.0).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(page.state.views.patterns.phase, Phase::Done);

    view(&mut page, ViewAction::Attention(AttentionMode::Layer));
    assert_eq!(patterns(&page).expect("asked").layer, Some(Layer(1)), "of the top head");
    page.act(Action::Pin(HeadId::new(0, 2)));
    assert_eq!(patterns(&page).expect("asked").layer, Some(Layer(0)));
    page.act(Action::Pin(HeadId::new(0, 1)));
    assert!(patterns(&page).is_none(), "its neighbour is among them");
    view(&mut page, ViewAction::Attention(AttentionMode::One));
    assert!(patterns(&page).is_none());
    view(&mut page, ViewAction::Weighted(true));
    let one = patterns(&page).expect("asked");
    assert_eq!((one.layer, one.most, one.weighted), (Some(Layer(0)), None, true));

    // The file has what is drawn: weights times norms, of the head that is in focus now.
    page.act(Action::Pin(HeadId::new(0, 2)));
    let heads = |weight: f32| Patterns {
        tokens: vec![token("Who")],
        size: 1,
        heads: vec![vec![0.0], vec![0.0], vec![weight]],
    };
    assert_eq!(page.state.attention_csv(), None, "nothing of it has come");
    assert_eq!(page.state.attention_standing().0, None);
    page.hear(Response::Patterns(PatternsReply {
        id: one.id,
        layer: Layer(0),
        clean: heads(3.5),
        corrupt: heads(7.25),
        done: 1,
        total: 1,
    }));
    let csv = page.state.attention_csv().expect("a table");
    assert_eq!(
        csv.lines().collect::<Vec<_>>(),
        [
            "run,query,query_text,key,key_text,weight_times_value_norm",
            "clean,0,Who,0,Who,3.5",
            "corrupt,0,Who,0,Who,7.25"
        ]
    );
    let shown = page.state.shown_pattern().expect("drawn");
    assert_eq!((shown.head, shown.range), (HeadId::new(0, 2), Some(7.25)));
    assert!(
        matches!(page.state.attention_standing(), (Some(head), Phase::Done, false) if head == shown.head)
    );
}

#[test]
fn a_new_answer_needs_no_new_patterns() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::Attention(AttentionMode::All));
    let id = patterns(&page).expect("asked").id;
    page.hear(layer(id, 0, 1));
    page.hear(layer(id, 1, 2));
    page.act(Action::UseAsAnswer(" Emily".into()));
    let id = page.sent_patch();
    page.answer_patch(id, 1.0);
    assert!(patterns(&page).is_none());
    assert!(!page.state.views.patterns.is_stale(page.state.wanted_patterns().as_ref()));
}

#[test]
fn heads_are_labelled_once_a_model() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::LabelHeads(true));
    let id = kinds(&page).expect("asked");
    let mut induction = vec![vec![0.0; HEADS]; LAYERS];
    induction[1][2] = 0.8;
    let none = vec![vec![0.0; HEADS]; LAYERS];
    page.hear(Response::HeadKinds(HeadKindsResult {
        id,
        half: 15,
        induction,
        previous_token: none.clone(),
        duplicate_token: none,
        label_from: 0.4,
    }));
    let serial = page.state.engine.loaded.as_ref().expect("loaded").serial;
    let kind = |page: &Page| page.state.views.kind(HeadId::new(1, 2), serial);
    assert_eq!(kind(&page), Some(("induction", 0.8)));
    assert_eq!(page.state.views.kind(HeadId::new(0, 0), serial), None);
    assert_eq!(page.state.views.kind(HeadId::new(1, 2), serial + 1), None, "of another model");
    view(&mut page, ViewAction::LabelHeads(false));
    assert_eq!(kind(&page), None);
    view(&mut page, ViewAction::LabelHeads(true));
    assert!(kinds(&page).is_none(), "they are known");
    page.act(Action::Edit(Field::Clean, "Who?".into()));
    page.wait();
    assert_eq!(kind(&page), Some(("induction", 0.8)), "typing changes nothing");
}

#[test]
fn the_engines_end_leaves_results_and_asks_again() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::LensGrid(true));
    let first = lens(&page).expect("asked").id;
    head(&mut page, first);
    let generation = page.state.engine.generation;
    page.act(Action::EngineDied { generation, message: "gone".into() });
    assert_eq!(page.state.views.lens.phase, Phase::Waiting);
    assert!(page.state.views.lens.result().is_some(), "kept");
    page.act(Action::RestartEngine);
    let id = page.sent_load();
    let backend = peek_protocol::BackendKind::Cpu;
    page.hear(Response::Loaded { id, model: common::info(LAYERS, HEADS), backend, notes: Vec::new() });
    let id = page.sent_patch();
    page.answer_patch(id, 1.0);
    assert!(lens(&page).is_some());
}

#[test]
fn what_the_pointer_is_on_goes_with_the_texts() {
    let mut page = Page::with_results();
    let lit = Lit { run: Run::Clean, token: 1, key: None };
    view(&mut page, ViewAction::Light(Some(lit)));
    assert_eq!(page.state.views.lit, Some(lit));
    assert!(page.is_quiet());
    page.act(Action::Edit(Field::Clean, "W".into()));
    assert_eq!(page.state.views.lit, None, "its token may be another");
}
