//! One part of the page at a time.

mod common;

use common::Page;
use peek_app::{Action, Effect, Field, KeepAction, LessonAction, PRESETS, SLIDES, Stage, Timer, ViewAction};
use peek_names::HeadId;
use peek_protocol::Request;

#[test]
fn parts_are_turned_over_and_escape_ends_it() {
    let mut page = Page::with_results();
    page.act(Action::Turn(true));
    assert_eq!((page.state.presented(), page.effects.len()), (None, 0), "an arrow key is nothing by itself");
    page.act(Action::Pin(HeadId::new(0, 0)));
    page.act(Action::Present(Some(0)));
    assert_eq!(page.state.presented().map(|(_, name, _)| name), Some("pair"));
    assert_eq!(page.announced(), "The prompts");
    assert!((page.state.chart_density() - Stage::ZOOMS.1).abs() < 1e-9);
    page.act(Action::Turn(false));
    assert_eq!(page.state.slide, Some(0), "there is nothing before the first");
    for _ in 0..20 {
        page.act(Action::Turn(true));
    }
    assert_eq!(page.state.slide, Some(SLIDES.len() - 1));
    assert!(page.state.views.parts_open);
    page.act(Action::Escape);
    assert_eq!((page.state.slide, page.state.view.pinned), (None, Some(HeadId::new(0, 0))));
    page.act(Action::Present(Some(99)));
    assert_eq!(page.state.slide, None);
}

#[test]
fn a_presentation_goes_on_where_the_last_one_ended_and_leaves_the_page_as_it_was() {
    let mut page = Page::with_results();
    assert_eq!(page.state.stage.left_at, 0, "the first begins with the prompts");
    page.act(Action::Present(Some(0)));
    page.act(Action::Turn(true));
    page.act(Action::Escape);
    assert_eq!((page.state.slide, page.state.stage.left_at), (None, 1));
    let parts = SLIDES.len() - 1;
    for was_open in [false, true] {
        page.act(Action::View(ViewAction::Parts(was_open)));
        page.act(Action::Present(Some(parts)));
        assert!(page.state.views.parts_open);
        page.act(Action::Turn(false));
        page.act(Action::Escape);
        assert_eq!(page.state.views.parts_open, was_open, "opened only to be presented");
    }
}

#[test]
fn a_part_is_as_large_as_it_fits_and_the_next_one_begins_anew() {
    let mut page = Page::with_results();
    page.act(Action::Present(Some(2)));
    for (asked, is) in [(1.3, 1.3), (0.2, 1.0), (9.0, 2.0), (1.25, 1.25)] {
        page.act(Action::Magnify(asked));
        assert!((page.state.chart_density() - is).abs() < 1e-9, "{asked}");
    }
    page.act(Action::Turn(true));
    assert!((page.state.stage.zoom - Stage::ZOOMS.1).abs() < 1e-9);
    page.act(Action::Escape);
    assert!((page.state.chart_density() - 1.0).abs() < 1e-9, "the page is as large as ever");
}

#[test]
fn what_is_presented_is_computed() {
    let mut page = Page::with_results();
    page.act(Action::Present(Some(SLIDES.len() - 1)));
    assert!(page.requests().iter().any(|request| matches!(request, Request::Attribute(_))));
}

#[test]
fn a_part_has_an_address_that_opens_it_alone() {
    let mut page = Page::with_results();
    page.act(Action::Greet(true));
    assert_eq!((page.state.part_link(), page.state.part_alone()), (None, None));
    for (place, (name, _)) in SLIDES.iter().enumerate() {
        page.act(Action::Present(Some(place)));
        assert_eq!(page.state.part_alone(), Some(*name));
        let link = page.state.part_link().expect("presented");
        let mut framed = Page::with_results();
        framed.act(Action::Greet(true));
        framed.act(Action::Keep(KeepAction::Visit(link)));
        assert_eq!((framed.state.part_alone(), framed.state.presented()), (Some(*name), None));
        assert!((framed.state.chart_density() - 1.0).abs() < 1e-9, "as large as on the page");
        assert_eq!(framed.state.views.parts_open, *name == "parts");
        assert_eq!(framed.state.welcome(), None);
        assert!(!framed.state.link().contains("only"), "the way back is to all of it");
        let whole = framed.state.link();
        framed.act(Action::Keep(KeepAction::Visit(whole)));
        assert_eq!(framed.state.part_alone(), None);
        // What was presented is a presentation still, in the page that it came from.
        page.state.views.parts_open = false;
    }
    page.act(Action::Present(None));
    page.act(Action::Keep(KeepAction::Visit("v1.view=only:nobody&bos=1".to_owned())));
    assert_eq!(page.state.part_alone(), None);
}

/// The newest timer of what goes by itself.
fn timer(page: &Page) -> (u32, u64) {
    timer_of(page).expect("a timer")
}

fn timer_of(page: &Page) -> Option<(u32, u64)> {
    let mut timers = page.effects.iter().filter_map(|effect| match effect {
        Effect::StartTimer { timer: Timer::Slide, ms, token } => Some((*ms, *token)),
        _ => None,
    });
    timers.next_back()
}

fn fire(page: &mut Page, token: u64) {
    page.act(Action::TimerFired { timer: Timer::Slide, token });
}

#[test]
fn it_goes_by_itself_from_part_to_part_and_from_preset_to_preset() {
    let mut page = Page::with_results();
    let answer = page.state.inputs.patch.answer.clone();
    page.act(Action::Play(true));
    assert_eq!((page.state.slide, page.state.stage.plays()), (Some(0), true));
    let (mut ms, mut token) = timer(&page);
    assert_eq!(ms, Stage::TURN_MS);
    for place in 1..SLIDES.len() {
        fire(&mut page, token);
        assert_eq!(page.state.slide, Some(place));
        (ms, token) = timer(&page);
        assert_eq!(ms, Stage::TURN_MS);
    }
    fire(&mut page, token);
    assert_eq!(page.state.slide, Some(0));
    let next = PRESETS.iter().filter_map(|preset| preset.pair).nth(1).expect("another pair");
    assert_eq!(page.state.inputs.patch.clean, next.clean);
    assert_eq!(page.state.history.undoes(), None, "nobody did that");
    // What is on its way is waited for.
    let (_, token) = timer(&page);
    fire(&mut page, token);
    assert_eq!((page.state.slide, timer(&page).0), (Some(0), Stage::SOON_MS));
    // A hold stays where it is, and the end gives back what was there.
    page.act(Action::Play(false));
    assert_eq!(timer_of(&page), None);
    assert_eq!(page.state.slide, Some(0));
    page.act(Action::Escape);
    assert_eq!((page.state.slide, &page.state.inputs.patch.answer), (None, &answer));
    assert!(!page.state.views.parts_open);
}

#[test]
fn whoever_changes_something_has_the_page_for_a_while() {
    let mut page = Page::with_results();
    page.act(Action::Play(true));
    let (_, early) = timer(&page);
    page.act(Action::Lessons(LessonAction::Read {
        file: "index.json".into(),
        text: Err("nobody asked for it".into()),
    }));
    page.act(Action::Hover(Some(HeadId::new(0, 1))));
    assert_eq!(timer_of(&page), None, "what arrives is no visitor");
    page.act(Action::Linger);
    assert_eq!(timer(&page).0, Stage::TURN_MS, "who only looks has it a little longer");
    fire(&mut page, early);
    assert_eq!(page.state.slide, Some(0), "that time is not what counts any more");
    page.act(Action::SetBos(false));
    assert_eq!(timer(&page).0, Stage::REST_MS);
    let id = page.sent_patch();
    page.answer_patch(id, 3.0);
    page.act(Action::Turn(true));
    let (ms, token) = timer(&page);
    assert_eq!((page.state.slide, ms), (Some(1), Stage::REST_MS), "turning over takes none of it away");
    fire(&mut page, token);
    assert_eq!(page.state.slide, Some(0), "a round begins anew");
    assert!(page.state.inputs.patch.prepend_bos, "as it was");
    // What was changed can be had back.
    let (_, token) = timer(&page);
    page.act(Action::Undo);
    assert!(!page.state.inputs.patch.prepend_bos);
    assert_eq!(timer(&page).0, Stage::REST_MS, "that is a change, too");
    fire(&mut page, token);
    // Whoever ends it after a change of their own keeps that.
    page.act(Action::Escape);
    assert_eq!((page.state.slide, page.state.inputs.patch.prepend_bos), (None, false));
    assert_eq!(timer_of(&page), None);
}

#[test]
fn what_is_changed_while_it_is_held_is_kept() {
    let mut page = Page::with_results();
    page.act(Action::Play(true));
    let (_, token) = timer(&page);
    page.act(Action::Play(false));
    fire(&mut page, token);
    assert_eq!(page.state.slide, Some(0), "held");
    page.act(Action::Edit(Field::Clean, "Who wrote Dune?".into()));
    page.act(Action::Play(true));
    assert_eq!(timer(&page).0, Stage::TURN_MS, "from here on this is what goes by itself");
    page.act(Action::Present(None));
    assert_eq!(page.state.inputs.patch.clean, "Who wrote Dune?");
    assert!(page.effects.contains(&Effect::ForgetAddress));
}

#[test]
fn presenting_leaves_no_trace_in_what_can_be_undone_or_shared() {
    let mut page = Page::with_results();
    page.act(Action::SetBos(false));
    page.act(Action::Undo);
    let (redoes, link) = (page.state.history.redoes(), page.state.link());
    assert!(redoes.is_some());
    page.act(Action::Present(Some(SLIDES.len() - 1)));
    assert!(page.state.views.parts_open);
    assert_eq!(page.state.link(), link, "opened only to be presented");
    page.act(Action::Escape);
    assert_eq!((page.state.history.redoes(), page.state.history.undoes()), (redoes, None));
    // What is undone on that part leaves it to be seen.
    page.act(Action::SetBos(false));
    page.act(Action::Present(Some(SLIDES.len() - 1)));
    page.act(Action::Undo);
    assert!(page.state.views.parts_open && page.state.inputs.patch.prepend_bos);
}

#[test]
fn a_lesson_and_what_goes_by_itself_do_not_meet() {
    let lesson = r#"{"format":"peek-lesson","version":1,"id":"mine","title":"Mine","minutes":2,"intro":"I",
        "steps":[{"title":"One","text":"x","setup":{"clean":"Who","corrupt":"Whom","answer":" Jane"}}]}"#;
    let step = |points: &str| {
        format!(
            r#"{{"title":"One","text":"x","points_at":"{points}","setup":{{"clean":"Who","corrupt":"Whom","answer":" Jane"}}}}"#
        )
    };
    let open = || Action::Lessons(LessonAction::Open(Ok(lesson.to_owned())));
    let mut page = Page::with_results();
    let own = page.state.inputs.patch.clean.clone();
    page.act(open());
    page.act(Action::Present(Some(0)));
    page.act(Action::Play(true));
    assert!(!page.state.stage.plays(), "a lesson has its own order");
    page.act(Action::Lessons(LessonAction::Leave));
    page.act(Action::Play(true));
    page.act(open());
    assert_eq!((page.state.stage.plays(), page.state.inputs.patch.clean.as_str()), (false, "Who"));
    page.act(Action::Present(None));
    assert_eq!(page.state.inputs.patch.clean, "Who", "nothing comes back over the lesson");
    page.act(Action::Lessons(LessonAction::Leave));
    assert_eq!(page.state.inputs.patch.clean, own);

    // What a step points at is what is presented.
    let points = ["tokens", "top_heads", "sentence", "parts", "lens_prompts", "attention", "next"];
    let steps: Vec<String> = points.iter().map(|points| step(points)).collect();
    let (before, _) = lesson.split_once(r#""steps":["#).expect("a lesson");
    let long = format!(r#"{before}"steps":[{}]}}"#, steps.join(","));
    page.act(Action::Present(Some(4)));
    page.act(Action::Lessons(LessonAction::Open(Ok(long))));
    assert_eq!(page.state.keep.notes, []);
    let mut shown = Vec::new();
    for step in 0..points.len() {
        page.act(Action::Lessons(LessonAction::Go(step)));
        shown.push(page.state.part_alone().expect("presented"));
        assert!(page.state.part_alone() != Some("parts") || page.state.views.parts_open);
    }
    assert_eq!(shown, ["pair", "heads", "heads", "parts", "lens", "attention", "next"]);
}

#[test]
fn what_somebody_has_typed_is_what_goes_by_itself_and_an_address_asks_for_it() {
    let mut page = Page::with_results();
    page.act(Action::Edit(Field::Clean, "Who wrote Dune?".into()));
    page.act(Action::Play(true));
    let link = page.state.part_link().expect("presented");
    assert!(link.contains("view=kiosk:on") && !link.contains("only"), "{link}");
    let mut stand = Page::with_results();
    stand.act(Action::Keep(KeepAction::Visit(format!("#{link}"))));
    assert_eq!((stand.state.slide, stand.state.stage.plays()), (Some(0), true));
    assert!(stand.state.keep.notes.is_empty());
    let (ms, mut token) = timer(&stand);
    assert_eq!(ms, Stage::TURN_MS);
    let id = stand.sent_patch();
    stand.answer_patch(id, 3.0);
    for place in (0..SLIDES.len()).cycle().skip(1).take(SLIDES.len()) {
        fire(&mut stand, token);
        token = timer(&stand).1;
        assert_eq!(stand.state.slide, Some(place));
    }
    assert_eq!(stand.state.inputs.patch.clean, "Who wrote Dune?", "no preset takes its place");

    // Whatever a visitor does there, the next one finds it as it was, and nothing of theirs.
    stand.act(Action::UseAsAnswer(" Mine".into()));
    let id = stand.sent_patch();
    stand.answer_patch(id, 3.0);
    stand.act(Action::Play(false));
    stand.act(Action::Play(true));
    let (ms, token) = timer(&stand);
    assert_eq!(ms, Stage::REST_MS);
    fire(&mut stand, token);
    assert_eq!(stand.state.inputs.patch.answer, " Jane");
    assert_eq!(stand.state.history.undoes(), None);

    // Another such address takes its place, and stays where a reload finds it.
    stand.act(Action::Keep(KeepAction::Visit("#v1.c=Who%3F&x=Whom%3F&a=+Jane&view=kiosk:on&bos=1".into())));
    assert!(stand.state.stage.plays() && !stand.effects.contains(&Effect::ForgetAddress));
    assert_eq!((stand.state.slide, stand.state.inputs.patch.clean.as_str()), (Some(0), "Who?"));
    assert_eq!(timer(&stand).0, Stage::TURN_MS, "nobody has touched it");
    // Another address ends it.
    stand.act(Action::Keep(KeepAction::Visit("#v1.c=Who%3F&x=Whom%3F&a=+Jane&bos=1".into())));
    assert_eq!((stand.state.slide, stand.state.stage.plays()), (None, false));
    assert_eq!((stand.state.inputs.patch.clean.as_str(), timer_of(&stand)), ("Who?", None));
    stand.act(Action::Keep(KeepAction::Visit("#v1.c=Who%3F&view=only:pair&view=kiosk:on&bos=1".into())));
    assert_eq!(
        (stand.state.part_alone(), stand.state.slide),
        (Some("pair"), None),
        "a part alone does not turn over"
    );
}
