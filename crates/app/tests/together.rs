//! Sets of heads: collecting, their joint effect, and the run that comes of it.

mod common;

use common::{Page, note, reading, run};
use peek_app::{Action, AttentionMode, AttentionRun, Phase, ViewAction};
use peek_names::{HeadId, Layer, Site, Unit};
use peek_protocol::{
    Baselines, Edit, LensPoint, Pattern, Place, Request, RequestId, Response, Score, Setup, TogetherRequest,
    TogetherResult,
};

const A: Unit = Unit::Head(HeadId { layer: Layer(1), head: 1 });
const B: Unit = Unit::Head(HeadId { layer: Layer(0), head: 2 });

fn sent(page: &Page) -> Option<TogetherRequest> {
    page.requests().into_iter().find_map(|request| match request {
        Request::Together(request) => Some(request.clone()),
        _ => None,
    })
}

fn answer(page: &mut Page, request: &TogetherRequest, joint: f32, single: Option<f32>) {
    let lens = |logit| vec![LensPoint { label: "final".into(), reading: reading(logit, 0.5, 1) }];
    let pattern = Pattern { tokens: Vec::new(), weights: Vec::new() };
    page.hear(Response::Together(Box::new(TogetherResult {
        id: request.id,
        baselines: Baselines { clean: Some(3.0), corrupt: Some(1.0) },
        joint: Score { value: Some(1.0 + joint), delta: Some(joint) },
        singles: request.units.iter().map(|unit| (*unit, Score { value: None, delta: single })).collect(),
        run: run(1.0 + joint, 0.4, 2),
        clean_lens: lens(3.0),
        corrupt_lens: lens(1.0),
        patched_lens: lens(2.0),
        pattern: request.look.map(|head| (head, pattern)),
        elapsed_ms: 1.0,
    })));
}

#[test]
fn units_are_collected_once_each_and_in_order() {
    let mut page = Page::with_results();
    page.act(Action::ToggleUnit(A));
    let first = sent(&page).expect("a request");
    page.act(Action::ToggleUnit(B));
    assert!(page.requests().contains(&&Request::Cancel(first.id)));
    let second = sent(&page).expect("a request");
    assert_eq!(second.units, [B, A]);
    assert_eq!(page.announced(), "L0H2 is in the set, which has 2.");
    answer(&mut page, &first, 9.0, Some(9.0));
    assert!(page.state.patched_run().is_none(), "an answer to the older set is dropped");
    page.act(Action::ToggleUnit(A));
    assert_eq!(sent(&page).expect("a request").units, [B]);
    page.act(Action::ClearUnits);
    assert!(sent(&page).is_none() && page.state.together.units.is_empty());
    assert_eq!(page.state.together.phase, Phase::Empty);
}

#[test]
fn the_joint_effect_stands_beside_the_sum() {
    let mut page = Page::with_results();
    page.act(Action::ToggleUnit(A));
    page.act(Action::ToggleUnit(B));
    let request = sent(&page).expect("a request");
    answer(&mut page, &request, 1.5, Some(0.5));
    let shown = page.state.patched_run().expect("a result");
    assert_eq!((shown.result.joint.delta, shown.sum()), (Some(1.5), Some(1.0)));
    assert_eq!(
        page.announced(),
        "Together L0H2 and L1H1 move the centred logit by +1.50 logits. One by one their changes add up to +1.00 logits."
    );
    assert!(!page.state.together_is_stale());
    let look = request.look.expect("the head in focus is looked at");
    let shown = page.state.patched_run().expect("a result");
    assert!(shown.pattern_of(look).is_some() && shown.pattern_of(HeadId::new(0, 0)).is_none());
}

#[test]
fn a_sum_with_an_undefined_part_is_undefined() {
    let mut page = Page::with_results();
    page.act(Action::ToggleUnit(A));
    page.act(Action::ToggleUnit(B));
    let request = sent(&page).expect("a request");
    answer(&mut page, &request, 1.5, None);
    assert_eq!(page.state.patched_run().expect("a result").sum(), None);
    assert!(page.announced().ends_with("add up to undefined."), "{}", page.announced());
}

#[test]
fn the_set_follows_pair_setup_and_pinned_head() {
    let mut page = Page::with_results();
    page.act(Action::ToggleUnit(A));
    let request = sent(&page).expect("a request");
    answer(&mut page, &request, 1.0, Some(1.0));
    page.act(Action::Pin(HeadId::new(0, 0)));
    let request = sent(&page).expect("another head's attention in the changed run");
    assert_eq!(request.look, Some(HeadId::new(0, 0)));
    answer(&mut page, &request, 1.0, Some(1.0));
    page.act(Action::Unpin);
    assert!(sent(&page).is_none(), "nobody looks at its attention");
    page.act(Action::SetBos(false));
    assert!(page.state.together_is_stale());
    let patch = page.sent_patch();
    assert!(sent(&page).is_none(), "not before the runs");
    page.tokens(patch);
    page.runs(patch);
    assert!(!sent(&page).expect("a request").pair.prepend_bos);
}

#[test]
fn the_patched_runs_attention_is_of_the_set_or_else_of_the_pinned_head() {
    let mut page = Page::with_results();
    let run = |page: &Page| page.state.attention_run();
    page.act(Action::ShowRun(AttentionRun::Patched));
    assert!(sent(&page).is_none(), "nothing is changed");
    assert_eq!(run(&page), AttentionRun::Corrupt, "until there is one, the run that would be changed");
    assert!(page.state.why_no_patched_attention().is_some_and(|why| why.contains("pin a head")));

    let pinned = HeadId::new(0, 2);
    page.act(Action::Pin(pinned));
    assert_eq!((run(&page), page.state.why_no_patched_attention()), (AttentionRun::Patched, None));
    let request = sent(&page).expect("the pinned head's patch");
    assert_eq!((&request.units[..], request.look), (&[B][..], Some(pinned)));
    assert!(page.state.together.units.is_empty(), "it is no set for that");
    answer(&mut page, &request, 1.0, Some(1.0));
    assert_eq!(page.state.patched_attention().map(|(head, _)| head), Some(pinned));
    assert!(!page.state.patched_attention_is_stale());

    page.act(Action::ToggleUnit(A));
    let request = sent(&page).expect("the set's");
    assert_eq!((&request.units[..], request.look), (&[A][..], Some(pinned)));
    assert!(page.state.patched_attention_is_stale(), "what is there is the pinned head's");
    answer(&mut page, &request, 1.0, Some(1.0));
    assert!(!page.state.patched_attention_is_stale());
    page.act(Action::ClearUnits);
    assert_eq!(sent(&page).expect("the pinned head's again").units, [B]);
    page.act(Action::ShowRun(AttentionRun::Clean));
    assert!(sent(&page).is_none() && page.state.patched_attention().is_none());
    assert_eq!(page.state.together.phase, Phase::Empty, "nobody looks at it");
    page.act(Action::ShowRun(AttentionRun::Patched));
    assert!(sent(&page).is_some());
    page.act(Action::Unpin);
    assert_eq!(run(&page), AttentionRun::Corrupt);
    assert!(sent(&page).is_none());
}

#[test]
fn where_there_is_no_patched_attention_it_says_why() {
    let mut page = Page::with_results();
    let why = |page: &Page| page.state.why_no_patched_attention().unwrap_or_default();
    page.act(Action::Pin(HeadId::new(0, 2)));
    assert_eq!(why(&page), "");
    page.act(Action::View(ViewAction::Weighted(true)));
    assert!(why(&page).contains("norms"));
    page.act(Action::View(ViewAction::Weighted(false)));
    page.act(Action::View(ViewAction::Attention(AttentionMode::All)));
    assert!(why(&page).contains("one head"));
    page.act(Action::View(ViewAction::Attention(AttentionMode::One)));
    page.act(Action::SetUp(Setup { site: Site::MlpOut, edit: Edit::Noise, ..Setup::default() }));
    assert!(why(&page).contains("select layers"), "a pinned head is no layer");
    page.act(Action::ShowRun(AttentionRun::Patched));
    assert_eq!(page.state.attention_run(), AttentionRun::Clean, "noise changes the clean run");
    page.act(Action::ToggleUnit(Unit::Layer(Layer(1))));
    assert_eq!(why(&page), "");
    let request = sent(&page).expect("a request");
    assert_eq!(request.look, Some(HeadId::new(0, 2)));
    page.hear(Response::Refused {
        id: request.id,
        notes: vec![note(Place::Setup, "No such thing.")],
        tokens: None,
    });
    assert_eq!(page.state.together.notes[0].message, "No such thing.");
    assert_eq!(page.state.attention_fault(), None, "asking once more would not help");
}

#[test]
fn heads_and_layers_are_not_mixed() {
    let mut page = Page::with_results();
    page.act(Action::ToggleUnit(Unit::Layer(Layer(0))));
    assert!(page.is_quiet() && page.state.together.units.is_empty());
    page.act(Action::ToggleUnit(A));
    page.act(Action::SetUp(Setup { site: Site::MlpOut, ..Setup::default() }));
    assert!(page.state.together.units.is_empty(), "the heads are gone with their site");
    page.act(Action::ToggleUnit(Unit::Layer(Layer(0))));
    assert_eq!(sent(&page).expect("a request").units, [Unit::Layer(Layer(0))]);
}

#[test]
fn what_goes_wrong_with_a_set_is_told() {
    let mut page = Page::with_results();
    page.act(Action::ToggleUnit(A));
    let id: RequestId = sent(&page).expect("a request").id;
    page.hear(Response::Refused { id, notes: vec![note(Place::Setup, "No such thing.")], tokens: None });
    assert_eq!(page.state.together.phase, Phase::Refused);
    assert_eq!(page.state.together.notes[0].message, "No such thing.");
}
