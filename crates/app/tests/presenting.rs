//! One part of the page at a time.

mod common;

use common::Page;
use peek_app::{Action, PRESENT_ZOOM, SLIDES};
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
    assert!((page.state.chart_density() - PRESENT_ZOOM).abs() < 1e-9);
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
fn what_is_presented_is_computed() {
    let mut page = Page::with_results();
    page.act(Action::Present(Some(SLIDES.len() - 1)));
    assert!(page.requests().iter().any(|request| matches!(request, Request::Attribute(_))));
}
