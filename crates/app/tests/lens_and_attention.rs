//! The lens' list and the heatmap that follows the head in focus.

mod common;

use common::{Page, curve, note};
use peek_app::{Action, Effect, Field, Phase, Timer};
use peek_names::HeadId;
use peek_protocol::{Place, Request, Response};

fn answer(page: &mut Page, id: peek_protocol::RequestId, index: usize, logit: f32) {
    page.hear(Response::Lens { id, index, result: Ok(curve(logit)), total: 5 });
}

#[test]
fn a_bad_lens_prompt_keeps_its_last_curve_and_the_others_go_on() {
    let mut page = Page::loaded();
    let id = page.sent_lens();
    for index in 0..5 {
        answer(&mut page, id, index, index as f32);
    }
    assert_eq!(page.state.lens.phase, Phase::Done);
    assert!(page.announced().contains("5 of 5"), "{}", page.announced());
    let key = page.state.inputs.lens[1].key;
    page.act(Action::Edit(Field::LensPrompt(key), String::new()));
    page.wait();
    let id = page.sent_lens();
    for index in [0, 2, 3, 4] {
        answer(&mut page, id, index, 10.0);
    }
    let notes = vec![note(Place::LensPrompt(1), "Type a prompt.")];
    page.hear(Response::Lens { id, index: 1, result: Err(notes), total: 5 });
    let stale: Vec<_> = page.state.curves().map(|(_, _, _, stale)| stale).collect();
    assert_eq!(stale, [false, true, false, false, false]);
    assert_eq!(page.state.notes_at(Place::LensPrompt(1)).len(), 1);
    assert!(page.state.notes_at(Place::LensPrompt(0)).is_empty());
}

#[test]
fn answers_go_to_the_row_that_asked_though_rows_moved_since() {
    let mut page = Page::loaded();
    let id = page.sent_lens();
    let (first, second) = (page.state.inputs.lens[0].key, page.state.inputs.lens[1].key);
    page.act(Action::RemoveLensRow(first));
    answer(&mut page, id, 0, 1.0);
    answer(&mut page, id, 1, 2.0);
    assert!(!page.state.lens.rows.contains_key(&first), "a removed row has no result");
    let shown = page.state.lens.rows[&second].shown.as_ref().expect("a curve");
    assert_eq!(shown.curve.points[0].reading.logit, 2.0);
    assert_eq!(shown.prompt, "Who wrote Emma?");
}

#[test]
fn blank_rows_are_neither_run_nor_complained_about() {
    let mut page = Page::with_results();
    page.act(Action::AddLensRow);
    assert!(page.is_quiet());
    page.act(Action::SetBos(false));
    let prompts = page.requests().into_iter().find_map(|r| match r {
        Request::Lens(l) => Some(l.prompts.len()),
        _ => None,
    });
    assert_eq!(prompts, Some(5));
}

#[test]
fn the_pair_joins_the_lens_once() {
    let mut page = Page::with_results();
    page.act(Action::LensFromPair);
    page.sent_lens();
    // The clean prompt is among the five already.
    assert_eq!(page.state.inputs.lens.len(), 6);
    page.act(Action::LensFromPair);
    assert_eq!(page.state.inputs.lens.len(), 6);
}

#[test]
fn the_top_head_is_shown_until_one_is_pinned() {
    let mut page = Page::with_results();
    let (id, head) = page.attention_request().expect("the top head's attention is asked for");
    assert_eq!(head, HeadId::new(1, 1));
    page.answer_attention(id, head);
    assert!(!page.state.attention_is_stale());

    page.act(Action::Pin(HeadId::new(0, 2)));
    let (pinned_id, pinned) = page.attention_request().expect("the pinned head's");
    assert_eq!(pinned, HeadId::new(0, 2));
    assert!(page.state.attention_is_stale(), "the old heatmap is dimmed, not gone");
    page.answer_attention(id, head);
    assert!(page.state.attention_is_stale(), "an answer to the older request is dropped");
    page.answer_attention(pinned_id, pinned);
    assert!(!page.state.attention_is_stale());

    page.act(Action::Unpin);
    assert_eq!(page.attention_request().map(|(_, head)| head), Some(HeadId::new(1, 1)));
}

#[test]
fn resting_on_a_head_previews_it_unless_one_is_pinned() {
    let mut page = Page::with_results();
    page.act(Action::Hover(Some(HeadId::new(0, 0))));
    assert!(page.attention_request().is_none(), "passing over a head asks for nothing");
    page.wait();
    assert_eq!(page.attention_request().map(|(_, head)| head), Some(HeadId::new(0, 0)));
    page.act(Action::Pin(HeadId::new(0, 1)));
    page.act(Action::Hover(Some(HeadId::new(1, 0))));
    assert!(!page.effects.iter().any(|e| matches!(e, Effect::StartTimer { timer: Timer::Hover, .. })));
    assert_eq!(page.state.focus_head(), Some(HeadId::new(0, 1)));
}

#[test]
fn a_new_answer_needs_no_new_heatmap() {
    let mut page = Page::with_results();
    let (id, head) = page.attention_request().expect("asked for");
    page.answer_attention(id, head);
    page.act(Action::UseAsAnswer(" Emily".into()));
    let id = page.sent_patch();
    page.answer_patch(id, 1.0);
    assert!(page.attention_request().is_none(), "attention does not depend on the answer");
}

#[test]
fn clicking_the_pinned_head_unpins_it() {
    let mut page = Page::with_results();
    page.act(Action::Pin(HeadId::new(0, 1)));
    page.act(Action::Pin(HeadId::new(0, 1)));
    assert_eq!(page.state.view.pinned, None);
}
