//! Interventions: what is asked when, what is out of date, what is refused, and what it is called.

mod common;

use common::{HEADS, LAYERS, Page, note, token};
use peek_app::{Action, Board, Effect, Field, Phase, Timer, setup_help, setup_title};
use peek_names::{HeadId, Layer, LogitScale, Metric, Site, Unit};
use peek_protocol::{
    Alignment, At, Baselines, Edit, InterveneReply, InterveneRequest, LayerScores, Place, Request, RequestId,
    Response, Score, Setup,
};

fn set_up(page: &mut Page, change: impl FnOnce(&mut Setup)) {
    let mut setup = page.state.inputs.setup.clone();
    change(&mut setup);
    page.act(Action::SetUp(setup));
}

fn sent(page: &Page) -> Option<InterveneRequest> {
    page.requests().into_iter().find_map(|request| match request {
        Request::Intervene(request) => Some(request.clone()),
        _ => None,
    })
}

fn reply(page: &mut Page, id: RequestId, reply: InterveneReply) {
    page.hear(Response::Intervene { id, reply });
}

fn aligned(page: &mut Page, id: RequestId, spots: usize) {
    let alignment = Alignment {
        base: vec![token("Who"), token(".")],
        donor: vec![token("Who"), token("?")],
        map: vec![Some(0), Some(1)],
        spots: vec![vec![0]; spots],
        answer: Some(token(" Jane")),
        ..Alignment::default()
    };
    reply(page, id, InterveneReply::Aligned(alignment));
}

fn score(delta: f32) -> Score {
    Score { value: Some(1.0 + delta), delta: Some(delta) }
}

/// The scores of one layer: `spots` of `units`, of which the last is undefined at the last spot.
fn layer(page: &mut Page, id: RequestId, layer: u16, spots: usize, units: usize) {
    let mut scores: Vec<Vec<Score>> =
        (0..spots).map(|spot| (0..units).map(|unit| score(spot as f32 - unit as f32)).collect()).collect();
    scores[spots - 1][units - 1] = Score::default();
    let layers = vec![LayerScores { layer: Layer(layer), scores }];
    reply(page, id, InterveneReply::Layers { layers, done: 1, total: LAYERS });
}

fn answer(page: &mut Page, id: RequestId, spots: usize, units: usize) {
    aligned(page, id, spots);
    reply(page, id, InterveneReply::Baselines(Baselines { clean: Some(3.0), corrupt: Some(1.0) }));
    layer(page, id, 1, spots, units);
    layer(page, id, 0, spots, units);
    reply(page, id, InterveneReply::Done { elapsed_ms: 5.0 });
}

#[test]
fn the_head_scores_need_no_further_request() {
    let mut page = Page::with_results();
    assert!(sent(&page).is_none());
    assert!(matches!(page.state.board(), Some(Board::Heads(_))));
    set_up(&mut page, |setup| setup.metric = Metric::Logit(LogitScale::Raw));
    page.sent_patch();
    assert!(sent(&page).is_none(), "the raw logit is the head scores' other scale");
    assert_eq!(page.state.inputs.patch.scale, LogitScale::Raw);
    page.act(Action::SetScale(LogitScale::Centred));
    assert_eq!(page.state.inputs.setup.metric, Metric::Logit(LogitScale::Centred));
}

#[test]
fn numbers_of_heads_are_never_those_of_layers() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.at = At::Grid);
    let heads = sent(&page).expect("a request");
    answer(&mut page, heads.id, 2, 3);
    let score = |page: &Page, unit| page.state.board().expect("there").score(unit, 1);
    let (head, layer) = (Unit::Head(HeadId::new(1, 0)), Unit::Layer(Layer(1)));
    assert!(score(&page, head).is_some() && score(&page, layer).is_none());
    // While those of layers are on their way the heads' are still there.
    set_up(&mut page, |setup| setup.site = Site::ResidPre);
    let layers = sent(&page).expect("a request");
    assert!(score(&page, layer).is_none() && page.state.board().expect("there").strongest(layer).is_none());
    answer(&mut page, layers.id, 2, 1);
    assert!(score(&page, layer).is_some() && score(&page, head).is_none());
}

#[test]
fn another_setup_is_asked_for_at_once_and_again_after_each_pair_of_runs() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| (setup.site, setup.at) = (Site::ResidPre, At::Grid));
    let first = sent(&page).expect("a request");
    assert_eq!((first.setup.site, first.setup.at), (Site::ResidPre, At::Grid));
    assert_eq!(*page.state.grid_phase(), Phase::Running);
    answer(&mut page, first.id, 2, 1);
    assert_eq!(*page.state.grid_phase(), Phase::Done);
    assert!(!page.state.grid_is_stale());

    page.act(Action::Edit(Field::Corrupt, "Who wrote it?".into()));
    assert!(page.state.grid_is_stale(), "dimmed while the text differs");
    page.wait();
    let patch = page.sent_patch();
    assert!(sent(&page).is_none(), "not before the runs");
    page.tokens(patch);
    page.runs(patch);
    let second = sent(&page).expect("a request once the runs are there");
    assert_eq!(second.pair.corrupt, "Who wrote it?");
    let before = page.state.clone();
    answer(&mut page, first.id, 2, 1);
    assert_eq!(page.state, before, "answers to the older one are dropped");
}

#[test]
fn a_newer_setup_ends_the_older_one() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.edit = Edit::Noise);
    let first = sent(&page).expect("a request").id;
    set_up(&mut page, |setup| setup.edit = Edit::Zero);
    assert!(page.requests().contains(&&Request::Cancel(first)), "{:?}", page.effects);
    let second = sent(&page).expect("a request").id;
    answer(&mut page, second, 1, HEADS);
    set_up(&mut page, |setup| setup.edit = Edit::Denoise);
    assert!(matches!(page.state.board(), Some(Board::Heads(_))), "the head scores are still there");
    set_up(&mut page, |setup| setup.edit = Edit::Zero);
    assert!(sent(&page).is_none(), "what is there is not asked for twice");
    assert_eq!(*page.state.grid_phase(), Phase::Done);
}

#[test]
fn a_cancelled_intervention_keeps_its_rows() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.edit = Edit::Noise);
    let id = sent(&page).expect("a request").id;
    aligned(&mut page, id, 1);
    reply(&mut page, id, InterveneReply::Baselines(Baselines { clean: Some(3.0), corrupt: Some(1.0) }));
    layer(&mut page, id, 1, 1, HEADS);
    page.act(Action::Cancel);
    assert_eq!(page.requests(), [&Request::Cancel(id)]);
    page.hear(Response::Cancelled { id });
    assert_eq!(*page.state.grid_phase(), Phase::Cancelled);
    assert_eq!(page.state.grid_progress(), (1, LAYERS));
    page.act(Action::RunAgain);
    let patch = page.sent_patch();
    page.answer_patch(patch, 1.0);
    assert_eq!(*page.state.grid_phase(), Phase::Running, "it is asked for again");
}

#[test]
fn a_refusal_stands_beside_the_setup_and_keeps_the_scores() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.edit = Edit::Noise);
    let id = sent(&page).expect("a request").id;
    answer(&mut page, id, 1, HEADS);
    let shown = page.state.interventions.shown.clone();
    set_up(&mut page, |setup| setup.at = At::One(1));
    let id = sent(&page).expect("a request").id;
    page.hear(Response::Refused { id, notes: vec![note(Place::Grid, "It meets none.")], tokens: None });
    assert_eq!(*page.state.grid_phase(), Phase::Refused);
    assert_eq!(page.state.notes_at(Place::Setup)[0].message, "It meets none.");
    assert_eq!(page.announced(), "It meets none.");
    assert_eq!(page.state.interventions.shown, shown);
    assert!(page.state.grid_is_stale());
}

#[test]
fn a_foil_is_waited_for_only_where_it_is_read() {
    let mut page = Page::with_results();
    page.act(Action::Edit(Field::Foil, " Emily".into()));
    assert!(page.is_quiet(), "the logit does not look at it: {:?}", page.effects);
    set_up(&mut page, |setup| setup.metric = Metric::LogitDifference);
    assert_eq!(sent(&page).expect("a request").pair.foil, " Emily");
    page.act(Action::Edit(Field::Foil, " Anne".into()));
    assert!(page.effects.iter().any(|e| matches!(e, Effect::StartTimer { timer: Timer::Setup, .. })));
    page.wait();
    assert_eq!(sent(&page).expect("a request").pair.foil, " Anne");
}

#[test]
fn the_open_strip_asks_for_the_alignment_and_no_more() {
    let mut page = Page::with_results();
    page.act(Action::ShowAlignment(true));
    let id = sent(&page).expect("a request").id;
    aligned(&mut page, id, 1);
    assert_eq!(page.requests(), [&Request::Cancel(id)], "the scores are there already");
    assert!(matches!(page.state.alignment(), Some((_, false))));
    assert_eq!(*page.state.grid_phase(), Phase::Done);

    page.act(Action::Meet { base: 1, donor: None });
    let edited = sent(&page).expect("an edited alignment is another setup");
    assert_eq!(edited.setup.alignment, Some(vec![Some(0), None]));
    set_up(&mut page, |setup| setup.edit = Edit::Noise);
    let turned = sent(&page).expect("a request").setup;
    assert_eq!(turned.alignment, Some(vec![Some(0), None]), "read the other way round");
    set_up(&mut page, |setup| setup.edit = Edit::Zero);
    assert_eq!(sent(&page).expect("a request").setup.alignment, None, "no prompt lends");
}

#[test]
fn positions_that_the_new_prompts_lack_are_given_up() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| {
        setup.at = At::One(9);
        setup.alignment = Some(vec![Some(0), Some(1), Some(2)]);
    });
    page.act(Action::SetBos(false));
    let patch = page.sent_patch();
    page.tokens(patch);
    assert_eq!(page.state.inputs.setup.at, At::One(1), "the last of two");
    assert_eq!(page.state.inputs.setup.alignment, None);
}

#[test]
fn a_lost_engine_leaves_the_scores_and_waits() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.edit = Edit::Noise);
    let id = sent(&page).expect("a request").id;
    aligned(&mut page, id, 1);
    let generation = page.state.engine.generation;
    page.act(Action::EngineDied { generation, message: "out of memory".into() });
    assert_eq!(page.state.interventions.phase, Phase::Waiting);
    assert_eq!(page.state.interventions.newest, None);
}

#[test]
fn a_head_is_shown_by_its_strongest_position_and_undefined_ones_are_marked() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.at = At::Grid);
    let id = sent(&page).expect("a request").id;
    answer(&mut page, id, 2, HEADS);
    let board = page.state.board().expect("scores");
    let head = |head| Unit::Head(peek_app::head_at(0, head));
    assert_eq!(board.strongest(head(0)), Some((1, score(1.0))));
    assert_eq!(board.strongest(head(2)), Some((0, score(-2.0))), "largest in magnitude, with its sign");
    assert_eq!(board.score(head(2), 1), Some(Score::default()));
    assert!(board.shown(Score::default(), false).is_nan());
    assert_eq!(board.gap().normalised(1.0), Some(0.5));
    assert_eq!(board.range(false), Some(2.0));
}

#[test]
fn ranks_and_distances_are_turned_and_said_so() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.metric = Metric::Rank);
    let id = sent(&page).expect("a request").id;
    answer(&mut page, id, 1, HEADS);
    let board = page.state.board().expect("scores");
    assert!(board.is_turned(false), "a fall in number is a rise in rank");
    assert!(setup_help(&page.state.inputs.setup).contains("negative change is a rise"));
    let said = page.state.setup_in_words().expect("a sentence");
    assert!(said.contains("−1 places") && said.contains("towards the answer"), "{said}");
}

#[test]
fn noising_ranks_the_heads_whose_loss_hurts_and_counts_shares_the_other_way() {
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.edit = Edit::Noise);
    let id = sent(&page).expect("a request").id;
    answer(&mut page, id, 1, HEADS);
    let board = page.state.board().expect("scores");
    // From clean (3) towards corrupt (1).
    assert_eq!(board.gap().normalised(-1.0), Some(0.5));
    assert!(!board.is_turned(false) && board.is_turned(true), "half of it lost is red, though it is +0.5");
    let top = page.state.top_heads(10);
    assert_eq!(top[0].delta, -1.0, "{top:?}");
}

#[test]
fn the_question_follows_the_setup() {
    let title = |site, edit, at| setup_title(&Setup { site, edit, at, ..Setup::default() });
    assert_eq!(title(Site::Z, Edit::Denoise, At::Last), "Which heads bring the answer back?");
    assert_eq!(
        title(Site::ResidPre, Edit::Denoise, At::Grid),
        "Which layers and positions bring the answer back?"
    );
    assert_eq!(title(Site::MlpOut, Edit::Zero, At::Last), "Which layers does the answer need?");
}
