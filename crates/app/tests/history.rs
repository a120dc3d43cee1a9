//! Undo and redo of everything that a user changes.

mod common;

use common::{HEADS, LAYERS, Page, note};
use peek_app::{
    Action, AttentionMode, AttentionRun, CellColor, Effect, Field, KeepAction, LensQuantity, LessonAction,
    PRESETS, Phase, Run, SetField, SetsAction, State, TopOrder, ViewAction,
};
use peek_names::{HeadId, LogitScale, Metric, Unit};
use peek_protocol::{At, Edit, Place, Request, Response, Setup};
use proptest::prelude::*;

/// What a user can see of what is theirs.
fn own(state: &State) -> String {
    let (view, views) = (&state.view, &state.views);
    let shown = (view.pinned, view.quantity, view.order, view.as_shares, view.run, views.mode, views.color);
    let pairs: Vec<_> = state.sets.rows.iter().map(|row| &row.pair).collect();
    let inputs = &state.inputs;
    let typed = (&inputs.patch, &inputs.foil, &inputs.setup, &inputs.lens);
    let pins = (&views.lens_pin, &views.follow, &views.locked);
    format!("{typed:?} {shown:?} {pins:?} {:?} {pairs:?} {:?}", state.together.units, views.parts_open)
}

fn type_in(page: &mut Page, field: Field, text: &str) {
    for end in 1..=text.len() {
        page.act(Action::Edit(field, text[..end].to_owned()));
    }
}

#[test]
fn letters_are_one_change_until_their_results_have_been_seen() {
    let mut page = Page::with_results();
    let first = own(&page.state);
    type_in(&mut page, Field::Answer, " Rome");
    let second = own(&page.state);
    page.wait();
    let id = page.sent_patch();
    page.answer_patch(id, 2.0);
    type_in(&mut page, Field::Answer, " Rome, of course");
    type_in(&mut page, Field::Foil, " Paris");

    page.act(Action::Undo);
    assert_eq!(page.announced().lines().next(), Some("Undone: typing the foil."), "{}", page.announced());
    assert!(page.state.inputs.patch.answer.ends_with("course"));
    page.act(Action::Undo);
    assert_eq!(own(&page.state), second, "what had its results");
    assert_eq!(page.state.history.undoes(), Some("typing the answer"));
    page.act(Action::Undo);
    assert_eq!(own(&page.state), first);
    assert_eq!(page.state.history.undoes(), None);
    page.act(Action::Undo);
    assert_eq!(own(&page.state), first, "there is nothing before it");

    page.act(Action::Redo);
    assert_eq!(own(&page.state), second);
    type_in(&mut page, Field::Clean, "Who wrote Emma?");
    assert_eq!(page.state.history.redoes(), None, "another change: what was taken back is gone");
}

#[test]
fn what_is_taken_back_is_computed() {
    let mut page = Page::with_results();
    page.act(Action::UseAsAnswer(" Emily".to_owned()));
    let id = page.sent_patch();
    page.answer_patch(id, 2.0);
    page.act(Action::Undo);
    page.sent_patch();
    assert!(page.state.grid_is_stale());
}

#[test]
fn what_is_no_change_leaves_no_step() {
    let mut page = Page::with_results();
    let head = HeadId::new(1, 1);
    for action in [
        Action::Hover(Some(head)),
        Action::Hover(None),
        Action::Escape,
        Action::SetQuantity(page.state.view.quantity),
        Action::SystemDark(true),
        Action::SetPixelRatio(2.0),
        Action::Cancel,
        Action::RunAgain,
        Action::Sets(SetsAction::Run),
    ] {
        page.act(action);
    }
    assert_eq!(page.state.history.undoes(), None);
    assert!(page.state.view.system_dark, "the screen is as it is");
}

#[test]
fn a_lesson_takes_care_of_itself() {
    let lesson = r#"{"format":"peek-lesson","version":1,"id":"mine","title":"Mine","minutes":2,"intro":"I",
        "steps":[{"title":"One","text":"x","setup":{"clean":"Who","corrupt":"Whom","answer":" Jane"}}]}"#;
    let mut page = Page::with_results();
    page.act(Action::Pin(HeadId::new(1, 1)));
    let (before, undoes) = (own(&page.state), page.state.history.undoes());
    page.act(Action::Lessons(LessonAction::Open(Ok(lesson.to_owned()))));
    page.act(Action::Edit(Field::Clean, "Whose".to_owned()));
    page.act(Action::Undo);
    assert_eq!(page.state.inputs.patch.clean, "Whose", "a lesson sets up again, and gives back at its end");
    page.act(Action::Lessons(LessonAction::Leave));
    assert_eq!((own(&page.state), page.state.history.undoes()), (before, undoes));
    page.act(Action::Undo);
    assert_eq!(page.state.view.pinned, None);
}

#[test]
fn a_file_that_was_opened_can_be_closed_again() {
    let mut page = Page::with_results();
    let file = page.state.experiment_json(String::new()).expect("writes");
    page.act(Action::UsePreset(&PRESETS[1]));
    let before = own(&page.state);
    page.act(Action::Keep(KeepAction::Open(Ok(file))));
    assert_ne!(own(&page.state), before);
    page.act(Action::Undo);
    assert_eq!(own(&page.state), before);
}

#[test]
fn long_texts_cost_the_oldest_steps_and_no_more_memory_than_that() {
    let mut page = Page::with_results();
    let text = |n: usize| format!("{n} {}", "a".repeat(1_000_000));
    for n in 0..50 {
        page.act(Action::UseAsAnswer(text(n)));
    }
    let mut steps = 0;
    while page.state.history.undoes().is_some() {
        page.act(Action::Undo);
        steps += 1;
    }
    assert!((25..=33).contains(&steps), "{steps} steps of a megabyte each");
    assert_eq!(page.state.inputs.patch.answer, text(49 - steps));
}

fn change() -> impl Strategy<Value = Action> {
    let head = (0..LAYERS as u16, 0..HEADS as u16).prop_map(|(layer, head)| HeadId::new(layer, head));
    let text = "[a-c ]{0,3}";
    prop_oneof![
        (prop_oneof![Just(Field::Clean), Just(Field::Corrupt), Just(Field::Answer), Just(Field::Foil)], text)
            .prop_map(|(field, text)| Action::Edit(field, text)),
        Just(Action::AddLensRow),
        Just(Action::LensFromPair),
        (0..PRESETS.len()).prop_map(|at| Action::UsePreset(&PRESETS[at])),
        text.prop_map(Action::UseAsAnswer),
        text.prop_map(|text| Action::Continue(Run::Corrupt, text)),
        any::<bool>().prop_map(|on| Action::View(ViewAction::Continue(on))),
        any::<bool>().prop_map(Action::SetBos),
        any::<bool>()
            .prop_map(|raw| { Action::SetScale(if raw { LogitScale::Raw } else { LogitScale::Centred }) }),
        any::<bool>().prop_map(|noise| Action::SetUp(Setup {
            edit: if noise { Edit::Noise } else { Edit::Zero },
            ..Setup::default()
        })),
        head.clone().prop_map(|head| Action::ToggleUnit(Unit::Head(head))),
        Just(Action::ClearUnits),
        head.clone().prop_map(Action::Pin),
        Just(Action::Unpin),
        any::<bool>().prop_map(Action::ShowShares),
        Just(Action::SetQuantity(LensQuantity::Rank)),
        Just(Action::SetTopOrder(TopOrder::BySize)),
        Just(Action::ShowRun(AttentionRun::Corrupt)),
        Just(Action::View(ViewAction::Attention(AttentionMode::All))),
        Just(Action::View(ViewAction::LensColor(CellColor::Entropy))),
        any::<bool>().prop_map(|on| Action::View(ViewAction::Parts(on))),
        (0..3_usize).prop_map(|position| {
            let depth = "1_pre".to_owned();
            Action::View(ViewAction::LensPin(Some(peek_app::LensSpot { depth, position })))
        }),
        text.prop_map(|text| Action::View(ViewAction::Follow(text))),
        (0..3_usize).prop_map(|position| {
            Action::View(ViewAction::Lock(Some(peek_app::TokenAt { run: Run::Corrupt, position })))
        }),
        Just(Action::Sets(SetsAction::Add)),
        (1..5_usize, 0..9_u64).prop_map(|(n, seed)| Action::Sets(SetsAction::IndirectObjects(n, seed))),
        Just(Action::Sets(SetsAction::Clear)),
        head.prop_map(|head| Action::Hover(Some(head))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever was done: all of it taken back is the beginning, all of it done again is the end, and one back and one forth
    /// is no change anywhere between.
    #[test]
    fn back_to_the_beginning_and_to_the_end(changes in proptest::collection::vec(change(), 1..40)) {
        let mut page = Page::with_results();
        let beginning = own(&page.state);
        for change in changes {
            let before = own(&page.state);
            let steps = page.state.history.undoes();
            page.act(change);
            if own(&page.state) != before {
                prop_assert!(page.state.history.undoes().is_some(), "{:?}", steps);
            }
        }
        let end = own(&page.state);
        while page.state.history.undoes().is_some() {
            let here = own(&page.state);
            page.act(Action::Undo);
            page.act(Action::Redo);
            prop_assert_eq!(own(&page.state), here);
            page.act(Action::Undo);
        }
        prop_assert_eq!(own(&page.state), beginning);
        while page.state.history.redoes().is_some() {
            page.act(Action::Redo);
        }
        prop_assert_eq!(own(&page.state), end);
    }

    /// What the tab was last asked to keep brings all of it back.
    #[test]
    fn a_page_that_is_loaded_again_is_as_it_was(changes in proptest::collection::vec(change(), 1..40)) {
        let mut page = Page::with_results();
        let mut kept = None;
        for change in changes {
            page.act(change);
            let asked = page.effects.iter().find_map(|effect| match effect {
                Effect::KeepSession(kept) => Some(kept.clone()),
                _ => None,
            });
            kept = asked.or(kept);
        }
        if let Some(kept) = kept {
            let mut again = Page { state: State::default(), effects: Vec::new() };
            again.act(Action::Keep(KeepAction::Resume(kept)));
            prop_assert_eq!(again.state.link(), page.state.link());
            let pairs = |state: &State| state.sets.rows.iter().map(|row| row.pair.clone()).collect::<Vec<_>>();
            prop_assert_eq!(pairs(&again.state), pairs(&page.state));
            prop_assert_eq!(again.state.history.undoes(), None);
        }
    }

    #[test]
    fn whatever_a_tab_has_kept_the_page_opens(kept in "\\PC*|v1\\.[a-z=&+%0-9]{0,40}[\u{1d}-\u{1f}a-z]{0,20}") {
        let mut page = Page::with_results();
        page.act(Action::Keep(KeepAction::Resume(kept)));
        prop_assert!(page.state.keep.notes.is_empty());
    }
}

#[test]
fn what_changes_no_result_is_taken_back_without_a_run() {
    let mut page = Page::with_results();
    let runs = |page: &Page| {
        let runs = |request: &&&Request| matches!(request, Request::Patch(_) | Request::Lens(_));
        page.requests().iter().filter(runs).count()
    };
    page.act(Action::Pin(HeadId::new(0, 1)));
    page.act(Action::View(ViewAction::AsLines(true)));
    for _ in 0..2 {
        page.act(Action::Undo);
        assert_eq!((runs(&page), page.state.patch.phase.clone()), (0, Phase::Done));
    }
    assert_eq!((page.state.view.pinned, page.state.views.as_lines), (None, false));
    page.act(Action::Redo);
    assert_eq!((runs(&page), page.state.view.pinned), (0, Some(HeadId::new(0, 1))));
    // What was typed meanwhile is another matter.
    page.act(Action::Edit(Field::Corrupt, "Who wrote it?".into()));
    page.wait();
    page.act(Action::Undo);
    assert_eq!(runs(&page), 1, "of the pair alone");
}

#[test]
fn what_is_set_up_is_taken_back_with_all_that_hangs_on_it() {
    let set_up = |page: &mut Page, change: fn(&mut Setup)| {
        let mut setup = page.state.inputs.setup.clone();
        change(&mut setup);
        page.act(Action::SetUp(setup));
    };
    let sent = |page: &Page, is: fn(&Request) -> bool| page.requests().iter().filter(|r| is(r)).count();
    let asks_runs = |page: &Page| sent(page, |r| matches!(r, Request::Patch(_) | Request::Lens(_)));

    // A sweep that runs is ended, and what it was refused for is not complained about any more.
    let mut page = Page::with_results();
    set_up(&mut page, |setup| setup.at = At::Grid);
    assert_eq!(*page.state.grid_phase(), Phase::Running);
    page.act(Action::Undo);
    assert_eq!((sent(&page, |r| matches!(r, Request::Cancel(_))), asks_runs(&page)), (1, 0));
    set_up(&mut page, |setup| setup.metric = Metric::LogitDifference);
    let is_asked = |r: &&Request| matches!(r, Request::Intervene(_));
    let id = page.requests().into_iter().find(is_asked).map(Request::id).expect("asked");
    page.hear(Response::Refused { id, notes: vec![note(Place::Foil, "Type a foil.")], tokens: None });
    assert_eq!(page.state.notes_at(Place::Foil).len(), 1);
    page.act(Action::Undo);
    assert!(page.state.notes_at(Place::Foil).is_empty());
    assert_eq!((page.state.grid_phase().clone(), asks_runs(&page)), (Phase::Done, 0));

    // A set of heads is asked for anew where it was changed in another way, and what runs is left to run.
    page.act(Action::ToggleUnit(Unit::Head(HeadId::new(0, 1))));
    set_up(&mut page, |setup| setup.edit = Edit::Noise);
    page.act(Action::Undo);
    let together = |page: &Page| sent(page, |r| matches!(r, Request::Together(_)));
    assert_eq!((together(&page), asks_runs(&page)), (1, 0));
    page.act(Action::View(ViewAction::AsLines(true)));
    page.act(Action::Undo);
    assert_eq!((together(&page), sent(&page, |r| matches!(r, Request::Cancel(_)))), (0, 0));
}

#[test]
fn a_pair_of_the_list_is_typed_in_one_go() {
    let mut page = Page::with_results();
    page.act(Action::Sets(SetsAction::Add));
    let key = page.state.sets.rows.last().expect("a pair").key;
    for text in ["W", "Wh", "Who"] {
        page.act(Action::Sets(SetsAction::Edit(key, SetField::Clean, text.to_owned())));
    }
    page.act(Action::Undo);
    assert_eq!(page.state.sets.rows.last().expect("a pair").pair.clean, "");
    page.act(Action::Redo);
    assert_eq!(page.state.sets.rows.last().expect("a pair").pair.clean, "Who");
}
