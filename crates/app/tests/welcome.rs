//! The first visit: what is said, what is to be clicked, and when nothing is said any more.

mod common;

use common::Page;
use peek_app::{Action, Effect, Field, LessonAction};
use peek_names::HeadId;

const BEST: HeadId = HeadId { layer: peek_names::Layer(1), head: 1 };

fn remembers(page: &Page) -> bool {
    page.effects.contains(&Effect::RememberVisit)
}

fn newcomer() -> Page {
    let mut page = Page::loaded();
    page.act(Action::Greet(true));
    page
}

#[test]
fn whoever_has_been_here_is_not_greeted() {
    let mut page = Page::with_results();
    page.act(Action::Greet(false));
    assert!(page.is_quiet());
    assert_eq!((page.state.welcome(), page.state.next_click()), (None, None));
}

#[test]
fn the_head_to_click_is_the_most_helpful_once_all_are_scored() {
    let mut page = newcomer();
    page.act(Action::RunAgain);
    let id = page.sent_patch();
    page.tokens(id);
    page.runs(id);
    page.row(id, 1, 1.0);
    assert_eq!(page.state.next_click(), None, "a layer is missing");
    assert!(!page.state.welcome().expect("said").contains("Click"));
    page.answer_patch(id, 1.0);
    assert_eq!(page.state.next_click(), Some(BEST));
    assert!(page.state.welcome().expect("said").ends_with("Click the marked head to see what it looks at."));
    page.act(Action::Hover(Some(HeadId::new(0, 0))));
    page.wait();
    assert_eq!(page.state.next_click(), Some(BEST), "wherever the pointer is");
    page.act(Action::Edit(Field::Clean, "Who?".into()));
    assert_eq!(page.state.next_click(), None, "what is typed is not scored yet");
}

#[test]
fn a_click_on_it_is_followed_by_what_is_to_be_seen_and_is_remembered() {
    let mut page = newcomer();
    page.act(Action::Pin(BEST));
    assert!(remembers(&page));
    assert_eq!(page.state.next_click(), None);
    assert!(page.state.welcome().expect("said").starts_with("L1H1 is pinned"));
    page.act(Action::Escape);
    assert!(page.state.welcome().expect("said").starts_with("A GPT-2 runs in this tab."));
    page.act(Action::Greet(false));
    assert!(remembers(&page));
    assert_eq!(page.state.welcome(), None);
    page.act(Action::Pin(BEST));
    assert!(!remembers(&page), "once is enough");
}

#[test]
fn a_lesson_and_a_presentation_speak_for_themselves() {
    let lesson = r#"{"format":"peek-lesson","version":1,"id":"mine","title":"Mine","minutes":2,"intro":"I",
        "steps":[{"title":"One","text":"x","setup":{"clean":"Who","corrupt":"Whom","answer":" Jane"}}]}"#;
    let mut page = newcomer();
    page.act(Action::Present(Some(0)));
    assert_eq!((page.state.welcome(), page.state.next_click()), (None, None));
    page.act(Action::Present(None));
    assert!(page.state.welcome().is_some());
    page.act(Action::Lessons(LessonAction::Open(Ok(lesson.to_owned()))));
    assert!(remembers(&page));
    page.act(Action::Lessons(LessonAction::Leave));
    assert_eq!(page.state.welcome(), None, "a lesson was taken");
}
