//! Every shipped lesson, taken on the demo model: each step can be set up, each question can be answered, and what is
//! judged right is right by the numbers on the page, counted here in another way.

#[path = "common/demo.rs"]
mod demo;

use demo::DemoPage;
use peek_app::{Action, Ask, Lesson, LessonAction, Phase, Run, State, Verdict};
use peek_lessons::{HeadRule, LayerRule, NumberOf, TokenRule};
use peek_names::{HeadId, Unit};

/// Every head with its score on the screen.
fn scored(state: &State) -> Vec<(HeadId, f32)> {
    if state.inputs.is_head_scores() {
        let shown = state.patch.shown.as_ref().expect("scored");
        let row = |row: &peek_protocol::LayerRow| {
            (0u16..)
                .zip(row.deltas.clone())
                .map(|(head, d)| (HeadId::new(row.layer.0, head), d))
                .collect::<Vec<_>>()
        };
        shown.rows.iter().flat_map(row).collect()
    } else {
        let shown = state.interventions.shown.as_ref().expect("scored");
        assert_eq!(shown.alignment.spots.len().max(1), 1);
        let board = state.board().expect("scored");
        let score = |unit| match unit {
            Unit::Head(head) => (head, board.score(unit, 0).and_then(|score| score.delta).expect("defined")),
            Unit::Layer(layer) => panic!("{layer:?} is no head"),
        };
        board.units().into_iter().map(score).collect()
    }
}

/// Heads by a score, the largest first.
fn by(mut heads: Vec<(HeadId, f32)>, key: impl Fn(f32) -> f32) -> Vec<HeadId> {
    heads.sort_by(|a, b| key(b.1).total_cmp(&key(a.1)));
    heads.into_iter().map(|(head, _)| head).collect()
}

fn flat(rows: &[Vec<f32>]) -> Vec<(HeadId, f32)> {
    let row = |(l, row): (u16, &Vec<f32>)| {
        (0u16..).zip(row.clone()).map(move |(h, v)| (HeadId::new(l, h), v)).collect::<Vec<_>>()
    };
    (0u16..).zip(rows).flat_map(row).collect()
}

/// The weights of the last row that is on the screen.
fn last_row(state: &State) -> Vec<(String, f32)> {
    let result = &state.attention.shown.as_ref().expect("there").result;
    let pattern = if state.unpatched_run() == Run::Clean { &result.clean } else { &result.corrupt };
    let from = pattern.weights.len() - pattern.tokens.len();
    let name =
        |token: &peek_protocol::Token| if token.is_bos { "BOS".to_owned() } else { token.text.clone() };
    pattern.tokens.iter().map(name).zip(pattern.weights[from..].iter().copied()).collect()
}

/// A right answer and a wrong one.
fn answers(state: &State, ask: &Ask) -> (String, String) {
    let shown = state.patch.shown.as_ref().expect("scored");
    match ask {
        Ask::Choose { choices, right } => (right.to_string(), ((right + 1) % choices.len()).to_string()),
        Ask::Head { rule, among } => {
            let breaks = state.inputs.setup.edit != peek_protocol::Edit::Denoise;
            let kinds = || &state.views.kinds.shown.as_ref().expect("labelled").1;
            let heads = match rule {
                HeadRule::Strongest => by(scored(state), f32::abs),
                HeadRule::Helpful => by(scored(state), |d| if breaks { -d } else { d }),
                HeadRule::Direct => by(flat(&state.views.parts.result().expect("open").direct), f32::abs),
                HeadRule::Induction => by(flat(&kinds().induction), |d| d),
                HeadRule::PreviousToken => by(flat(&kinds().previous_token), |d| d),
                HeadRule::DuplicateToken => by(flat(&kinds().duplicate_token), |d| d),
            };
            // The last of those that are right, and the one that is farthest from it.
            (heads[*among - 1].to_string(), heads[heads.len() - 1].to_string())
        }
        Ask::Layer(rule) => {
            let row = &state.inputs.lens[0];
            let points = &state.lens.rows[&row.key].shown.as_ref().expect("there").curve.points;
            let at = match rule {
                LayerRule::FirstOnTop => {
                    points.iter().position(|p| p.reading.rank == 1).expect("it gets there")
                }
                LayerRule::LargestRise => {
                    let rise = |i: usize| points[i].reading.logit - points[i - 1].reading.logit;
                    (1..points.len()).max_by(|a, b| rise(*a).total_cmp(&rise(*b))).expect("points")
                }
            };
            (points[at].label.clone(), points[(at + 1) % points.len()].label.clone())
        }
        Ask::Token(rule) => {
            let row = last_row(state);
            let right = match rule {
                TokenRule::TopClean => shown.clean.top[0].text.clone(),
                TokenRule::TopCorrupt => shown.corrupt.top[0].text.clone(),
                TokenRule::OfClean(place) => shown.tokens.clean[*place].text.clone(),
                TokenRule::MostRead => {
                    row.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("tokens").0.clone()
                }
            };
            let wrong = if matches!(rule, TokenRule::OfClean(_)) {
                right.trim().to_owned()
            } else {
                " zebra".to_owned()
            };
            (right, wrong)
        }
        Ask::Number { of, within_thousandths } => {
            let (clean, corrupt) = (shown.clean.answer, shown.corrupt.answer);
            let number = match of {
                NumberOf::CleanTokens => shown.tokens.clean.len() as f32,
                NumberOf::CorruptTokens => shown.tokens.corrupt.len() as f32,
                NumberOf::AnswerTokens => shown.tokens.answer.as_ref().expect("split").tokens.len() as f32,
                NumberOf::CleanLogit => clean.logit,
                NumberOf::CorruptLogit => corrupt.logit,
                NumberOf::Cost => clean.logit - corrupt.logit,
                NumberOf::CleanProbability => 100.0 * clean.probability,
                NumberOf::CorruptProbability => 100.0 * corrupt.probability,
                NumberOf::CleanRank => clean.rank as f32,
                NumberOf::CorruptRank => corrupt.rank as f32,
                NumberOf::BestShare => {
                    let best = scored(state).iter().map(|(_, d)| *d).fold(f32::MIN, f32::max);
                    100.0 * best / (clean.logit - corrupt.logit)
                }
                NumberOf::MostReadWeight => {
                    100.0 * last_row(state).iter().map(|(_, w)| *w).fold(0.0, f32::max)
                }
            };
            // As it stands on the page.
            let written = if *within_thousandths == 0 { format!("{number}") } else { format!("{number:.2}") };
            (written, format!("{}", number + 2.5 * (*within_thousandths as f32 / 1000.0) + 1.0))
        }
    }
}

fn verdict(page: &mut DemoPage, given: &str) -> Verdict {
    page.lesson(LessonAction::Answer(given.to_owned()));
    page.lesson(LessonAction::Check);
    let work = page.state.lessons.open.as_ref().and_then(|open| open.current_work()).expect("open");
    work.verdict.clone().expect("judged")
}

fn take(page: &mut DemoPage, lesson: &Lesson, step: usize) {
    let of = &lesson.steps[step];
    let at = format!("{}, step {}: {}", lesson.id, step + 1, of.title);
    let state = &page.state;
    assert_eq!(*state.grid_phase(), Phase::Done, "{at}: {:?}", state.patch.notes);
    assert_eq!((state.lens.phase.clone(), state.attention.phase.clone()), (Phase::Done, Phase::Done), "{at}");
    assert!(!state.grid_is_stale() && !state.attention_is_stale(), "{at}");
    assert_eq!(state.pointed_at(), of.points_at);
    let errors = state.patch.notes.iter().filter(|n| n.level == peek_protocol::NoteLevel::Error);
    assert_eq!(errors.count(), 0, "{at}");
    let Some(question) = &of.question else { return };
    let (right, wrong) = answers(&page.state, &question.ask);
    println!("{at}: {right} (not {wrong})");
    assert_ne!(right, wrong, "{at}: nothing is wrong here");
    assert_eq!(verdict(page, &wrong), Verdict::Wrong, "{at}: {wrong} is taken for {right}");
    assert!(page.said.iter().any(|said| said.ends_with(&question.hint)), "{at}: {:?}", page.said);
    assert_eq!(verdict(page, &right), Verdict::Right, "{at}: {right}");
    assert!(page.said.iter().any(|said| said == &format!("Right. {}", question.explain)), "{at}");
    page.lesson(LessonAction::Reveal);
    let work = page.state.lessons.open.as_ref().and_then(|open| open.current_work()).expect("open");
    assert!(matches!(&work.verdict, Some(Verdict::Shown(text)) if !text.is_empty()), "{at}: {work:?}");
}

#[test]
fn every_lesson_can_be_taken_from_its_first_step_to_its_last() {
    let mut page = DemoPage::opened();
    let lessons: Vec<Lesson> = page.state.lessons.listed().map(|lesson| (**lesson).clone()).collect();
    let listed = include_str!("../../../assets/lessons/index.json").matches(".json\"").count();
    assert!(listed > 0, "lessons are listed");
    assert_eq!(
        (lessons.len(), page.state.lessons.notes.len()),
        (listed, 0),
        "{:?}",
        page.state.lessons.notes
    );
    let (before, view) = (page.state.inputs.clone(), page.state.view.clone());
    for lesson in &lessons {
        page.lesson(LessonAction::Start(lesson.id.clone()));
        for step in 0..lesson.steps.len() {
            page.lesson(LessonAction::Go(step));
            take(&mut page, lesson, step);
        }
        page.lesson(LessonAction::Go(lesson.steps.len()));
        assert!(page.state.lessons.open.is_none());
        assert_eq!(page.state.inputs.pair(), before.pair());
        assert_eq!(
            (page.state.inputs.lens.clone(), page.state.view.clone()),
            (before.lens.clone(), view.clone())
        );
    }
}

#[test]
fn every_step_can_be_opened_by_itself() {
    let mut page = DemoPage::opened();
    let lessons: Vec<Lesson> = page.state.lessons.listed().map(|lesson| (**lesson).clone()).collect();
    for lesson in &lessons {
        // From the last to the first, so that none of them follows what it is meant to follow.
        for step in (0..lesson.steps.len()).rev() {
            let link = format!("#lesson={}&step={}", lesson.id, step + 1);
            page.act(Action::Keep(peek_app::KeepAction::Visit(link)));
            take(&mut page, lesson, step);
        }
    }
}
