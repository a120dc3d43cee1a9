//! What is pinned within a view: a cell of the lens at every position, the token that it follows, and a locked token of a
//! prompt.

mod common;

use common::{Page, reading, token};
use peek_app::{Action, AttentionMode, KeepAction, LensSpot, PRESETS, Run, TokenAt, ViewAction, reads};
use peek_names::{HeadId, TokenId};
use peek_protocol::{LensGridCell, LensGridReply, LensGridRequest, NextToken, Pattern, Request, Response};

fn view(page: &mut Page, action: ViewAction) {
    page.act(Action::View(action));
}

fn spot(depth: &str, position: usize) -> LensSpot {
    LensSpot { depth: depth.to_owned(), position }
}

fn lens(page: &Page) -> Option<LensGridRequest> {
    page.requests()
        .into_iter()
        .find_map(|r| if let Request::LensGrid(r) = r { Some(r.clone()) } else { None })
}

/// A page whose lens has two depths and two positions; the likeliest token of a cell tells which it is.
fn with_lens() -> Page {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::LensGrid(true));
    let id = lens(&page).expect("asked").id;
    let (tokens, depths) = (vec![token("Who"), token("?")], vec!["0_pre".to_owned(), "final".to_owned()]);
    let mut replies =
        vec![LensGridReply::Head { tokens, followed: Some(token(" Jane")), depths, notes: Vec::new() }];
    for depth in 0..2 {
        let cell = |position| LensGridCell {
            top: vec![NextToken {
                id: TokenId(1),
                text: format!("{depth}{position}"),
                reading: reading(1.0, 0.5, 1),
            }],
            entropy: Some(1.0),
            followed: Some(reading(1.0, 0.25, 3)),
        };
        replies.push(LensGridReply::Row { depth, cells: vec![cell(0), cell(1)] });
    }
    replies.push(LensGridReply::Done { elapsed_ms: 1.0 });
    for reply in replies {
        page.hear(Response::LensGrid { id, reply });
    }
    page
}

#[test]
fn a_click_pins_a_cell_a_second_one_or_escape_lets_it_go() {
    let mut page = with_lens();
    view(&mut page, ViewAction::LensPin(Some(spot("final", 1))));
    assert_eq!(page.announced(), "final at position 1 pinned.");
    assert!(lens(&page).is_none(), "its tokens are there");
    let (depth, position, cell) = page.state.pinned_lens_cell().expect("pinned");
    assert_eq!((depth, position, &*cell.top[0].text), (1, 1, "11"));
    view(&mut page, ViewAction::LensPin(Some(spot("0_pre", 0))));
    assert_eq!(page.state.pinned_lens_cell().expect("pinned").2.top[0].text, "00");
    view(&mut page, ViewAction::LensPin(Some(spot("0_pre", 0))));
    assert!(page.state.pinned_lens_cell().is_none(), "a second click lets go");

    page.act(Action::Pin(HeadId::new(1, 1)));
    view(&mut page, ViewAction::LensPin(Some(spot("0_pre", 1))));
    page.act(Action::Escape);
    assert!(page.state.pinned_lens_cell().is_none() && page.state.view.pinned.is_some(), "the nearer first");
    page.act(Action::Escape);
    assert_eq!(page.state.view.pinned, None);
    page.act(Action::Undo);
    page.act(Action::Undo);
    assert_eq!(page.state.views.lens_pin, Some(spot("0_pre", 1)));
    view(&mut page, ViewAction::LensPin(Some(spot("7_pre", 1))));
    assert!(page.state.pinned_lens_cell().is_none(), "another model may not have it");
}

#[test]
fn escape_leaves_a_cell_that_is_not_seen() {
    let mut page = with_lens();
    view(&mut page, ViewAction::LensPin(Some(spot("final", 1))));
    view(&mut page, ViewAction::LensGrid(false));
    page.act(Action::Pin(HeadId::new(1, 1)));
    page.act(Action::Escape);
    assert_eq!(page.state.view.pinned, None);
    assert_eq!(page.state.views.lens_pin, Some(spot("final", 1)));
}

#[test]
fn a_followed_token_is_asked_for_instead_of_the_answer() {
    let mut page = with_lens();
    view(&mut page, ViewAction::Follow(" Emily".to_owned()));
    assert_eq!(lens(&page).expect("asked anew").answer, " Emily");
    assert!(page.requests().iter().all(|r| !matches!(r, Request::Patch(_))), "nothing else is");
    assert!(page.state.views.lens.is_stale(page.state.wanted_lens_grid().as_ref()));
    page.act(Action::Undo);
    assert_eq!(page.state.views.follow, "");
    assert_eq!(page.state.history.redoes(), Some("the followed token"));
    page.act(Action::Redo);
    assert_eq!(page.state.views.follow, " Emily");
    // Another answer is what is followed from then on; so is that of another pair.
    page.act(Action::UseAsAnswer(" Anne".to_owned()));
    assert_eq!(page.state.views.follow, "");
    view(&mut page, ViewAction::Follow(" Emily".to_owned()));
    view(&mut page, ViewAction::LensPin(Some(spot("final", 1))));
    page.act(Action::UsePreset(&PRESETS[2]));
    assert_eq!((page.state.views.follow.as_str(), &page.state.views.lens_pin), ("", &None));
}

#[test]
fn an_address_and_a_file_keep_both() {
    let mut page = with_lens();
    view(&mut page, ViewAction::LensPin(Some(spot("0_pre", 1))));
    view(&mut page, ViewAction::Follow(" a:b,c&\u{e9}".to_owned()));
    let (link, file) = (page.state.link(), page.state.experiment_json(String::new()).expect("writes"));
    assert!(link.contains("view=lens_cell:0_pre,1"), "{link}");
    for action in [KeepAction::Visit(format!("#{link}")), KeepAction::Open(Ok(file))] {
        let mut other = with_lens();
        other.act(Action::Keep(action));
        assert!(other.state.keep.notes.is_empty(), "{:?}", other.state.keep.notes);
        assert_eq!(other.state.views.lens_pin, Some(spot("0_pre", 1)));
        assert_eq!(other.state.views.follow, " a:b,c&\u{e9}");
    }
    // What an address has no room for is left out of it.
    view(&mut page, ViewAction::Follow("-".repeat(64)));
    let link = page.state.link();
    let mut other = with_lens();
    other.act(Action::Keep(KeepAction::Visit(link)));
    assert!(other.state.keep.notes.is_empty());
    assert_eq!(other.state.views.follow, "");
    for cell in ["", "final", "final,", ",1", "final,-1", "final,99999999999999999999"] {
        other.act(Action::Keep(KeepAction::Visit(format!("v1.view=lens_cell:{cell}&bos=1"))));
        assert!(other.state.pinned_lens_cell().is_none(), "{cell}");
    }
}

#[test]
fn a_locked_token_brings_its_own_run_and_escape_unlocks_it() {
    let mut page = Page::with_results();
    view(&mut page, ViewAction::Attention(AttentionMode::All));
    let lock = |run, position| ViewAction::Lock(Some(TokenAt { run, position }));
    view(&mut page, lock(Run::Corrupt, 1));
    assert_eq!(page.announced(), "Token 1 locked.");
    assert_eq!((page.state.unpatched_run(), page.state.views.mode), (Run::Corrupt, AttentionMode::One));
    view(&mut page, lock(Run::Clean, 0));
    assert_eq!(page.state.unpatched_run(), Run::Clean);
    let link = page.state.link();
    assert!(link.contains("view=token:clean,0"), "{link}");
    page.act(Action::Pin(HeadId::new(1, 1)));
    page.act(Action::Escape);
    assert!(page.state.views.locked.is_none() && page.state.view.pinned.is_some());
    page.act(Action::Undo);
    assert_eq!(page.state.views.locked, Some(TokenAt { run: Run::Clean, position: 0 }));
    view(&mut page, lock(Run::Clean, 0));
    assert_eq!(page.state.views.locked, None, "a second click unlocks");
    page.act(Action::Keep(KeepAction::Visit(link)));
    assert_eq!(page.state.views.locked, Some(TokenAt { run: Run::Clean, position: 0 }));
    for token in ["", "clean", "clean,x", "patched,1"] {
        page.act(Action::Keep(KeepAction::Visit(format!("v1.view=token:{token}&bos=1"))));
        assert_eq!(page.state.views.locked, None, "{token}");
    }
}

#[test]
fn a_row_and_a_column_of_a_pattern_by_weight() {
    let tokens = vec![token("a"), token("b"), token("c")];
    let pattern = Pattern { tokens, weights: vec![1.0, 0.0, 0.0, 0.3, 0.7, 0.0, 0.5, 0.1, 0.4] };
    assert_eq!(reads(&pattern, 1), (vec![(1, 0.7), (0, 0.3)], vec![(1, 0.7), (2, 0.1)]));
    assert_eq!(reads(&pattern, 2), (vec![(0, 0.5), (2, 0.4), (1, 0.1)], vec![(2, 0.4)]));
    assert_eq!(reads(&pattern, usize::MAX), (vec![], vec![]));
}
