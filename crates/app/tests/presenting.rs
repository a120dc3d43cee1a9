//! One part of the page at a time.

mod common;

use common::Page;
use peek_app::{Action, KeepAction, SLIDES, Stage, ViewAction};
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
