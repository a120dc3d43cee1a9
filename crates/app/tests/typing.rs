//! Typing: what is out of date never appears, what is good stays.

mod common;

use common::{Page, note};
use peek_app::{Action, Effect, Field, PRESETS, Phase, Preset, Run, Timer};
use peek_names::Metric;
use peek_protocol::{LogitScale, Place, Request, Response, Setup};

fn edit(page: &mut Page, text: &str) {
    page.act(Action::Edit(Field::Clean, text.to_owned()));
}

#[test]
fn typing_runs_once_after_the_pause_with_the_last_text() {
    let mut page = Page::with_results();
    let mut tokens = Vec::new();
    for text in ["W", "Wh", "Who"] {
        edit(&mut page, text);
        assert!(!page.requests().iter().any(|r| matches!(r, Request::Patch(_))), "no run while typing");
        for effect in &page.effects {
            if let Effect::StartTimer { timer: Timer::Patch, token, ms } = effect {
                assert_eq!(*ms, peek_app::DEBOUNCE_MS);
                tokens.push(*token);
            }
        }
    }
    assert_eq!(tokens.len(), 3);
    for stale in &tokens[..2] {
        page.act(Action::TimerFired { timer: Timer::Patch, token: *stale });
        assert!(page.is_quiet(), "a timer that was started again since does nothing");
    }
    page.act(Action::TimerFired { timer: Timer::Patch, token: tokens[2] });
    let texts: Vec<_> = page
        .requests()
        .iter()
        .filter_map(|r| if let Request::Patch(p) = r { Some(p.clean.clone()) } else { None })
        .collect();
    assert_eq!(texts, ["Who"]);
    page.act(Action::TimerFired { timer: Timer::Patch, token: tokens[2] });
    assert!(page.is_quiet(), "a timer fires once");
}

#[test]
fn a_next_token_continues_its_own_prompt_at_once_and_can_be_taken_back() {
    let mut page = Page::with_results();
    let before = page.state.inputs.patch.clone();
    page.act(Action::Continue(Run::Clean, " Jane".to_owned()));
    page.act(Action::Continue(Run::Clean, " Austen".to_owned()));
    let id = page.sent_patch();
    assert_eq!(page.state.inputs.patch.clean, before.clean.clone() + " Jane Austen");
    assert_eq!(page.state.inputs.patch.corrupt, before.corrupt);
    page.answer_patch(id, 1.0);
    assert!(!page.state.patch_is_stale());
    assert_eq!(page.state.history.undoes(), Some("continuing the text"));
    page.act(Action::Undo);
    assert_eq!(page.state.inputs.patch.clean, before.clean.clone() + " Jane", "a token at a time");
    page.act(Action::Undo);
    assert_eq!(page.state.inputs.patch, before);
    page.act(Action::Continue(Run::Corrupt, "!".to_owned()));
    page.sent_patch();
    assert_eq!(page.state.inputs.patch.corrupt, before.corrupt + "!");
}

#[test]
fn responses_to_an_older_text_are_dropped() {
    let mut page = Page::with_results();
    edit(&mut page, "one");
    page.wait();
    let old = page.sent_patch();
    page.tokens(old);
    edit(&mut page, "two");
    let before = page.state.clone();
    // Between the keystroke and the pause: nothing of the older text may appear.
    page.answer_patch(old, 9.0);
    assert_eq!(page.state, before);
    edit(&mut page, "two!");
    page.wait();
    let new = page.sent_patch();
    assert_ne!(old, new);
    page.answer_patch(old, 9.0);
    page.answer_patch(new, 0.5);
    let shown = page.state.patch.shown.as_ref().expect("a result");
    assert_eq!(shown.inputs.clean, "two!");
    assert_eq!(shown.rows[1].deltas[1], 0.5);
    assert!(!page.state.patch_is_stale());
}

#[test]
fn an_edit_ends_the_run_that_it_makes_pointless() {
    let mut page = Page::loaded();
    let id = page.sent_patch();
    edit(&mut page, "x");
    assert!(page.requests().contains(&&Request::Cancel(id)), "{:?}", page.effects);
}

#[test]
fn results_stay_but_are_stale_while_the_text_differs() {
    let mut page = Page::with_results();
    let original = page.state.inputs.patch.clean.clone();
    let shown = page.state.patch.shown.clone();
    edit(&mut page, "other");
    assert!(page.state.patch_is_stale());
    assert_eq!(page.state.patch.shown, shown);
    edit(&mut page, &original);
    assert!(!page.state.patch_is_stale(), "typing back makes them right again");
}

#[test]
fn a_refusal_stands_beside_its_field_and_keeps_the_results() {
    let mut page = Page::with_results();
    let shown = page.state.patch.shown.clone();
    edit(&mut page, "");
    page.wait();
    let id = page.sent_patch();
    page.hear(Response::Refused { id, notes: vec![note(Place::Clean, "Type a prompt.")], tokens: None });
    assert_eq!(page.state.patch.phase, Phase::Refused);
    assert_eq!(page.state.patch.shown, shown);
    assert!(page.state.patch_is_stale());
    assert_eq!(page.state.notes_at(Place::Clean)[0].message, "Type a prompt.");
    assert!(page.state.notes_at(Place::Corrupt).is_empty());
    assert_eq!(page.announced(), "Type a prompt.");

    edit(&mut page, "fine again");
    page.wait();
    let id = page.sent_patch();
    page.tokens(id);
    assert!(page.state.notes_at(Place::Clean).is_empty(), "the note goes with its cause");
}

#[test]
fn switches_and_presets_run_at_once() {
    let mut page = Page::with_results();
    page.act(Action::SetScale(LogitScale::Raw));
    page.sent_patch();
    page.act(Action::SetBos(false));
    page.sent_patch();
    page.sent_lens();
    page.act(Action::UsePreset(Preset::find("indirect-object").expect("a preset")));
    page.sent_patch();
    assert_eq!(page.state.inputs.patch.answer, " Mary");
    page.act(Action::UseAsAnswer("\n".into()));
    page.sent_patch();
    assert_eq!(page.state.inputs.patch.answer, "\n", "exactly the token's text");
}

#[test]
fn a_preset_brings_lens_prompts_of_its_own_where_nobody_has_written_any() {
    let mut page = Page::with_results();
    let prompts =
        |page: &Page| page.state.inputs.lens.iter().map(|row| row.prompt.clone()).collect::<Vec<_>>();
    for preset in PRESETS {
        page.act(Action::UsePreset(preset));
        assert_eq!(prompts(&page), preset.lens.iter().map(|(prompt, _)| *prompt).collect::<Vec<_>>());
        assert_eq!(preset.lens.len(), 5, "{}: charts stay as high as they are", preset.id);
        if let Some(pair) = preset.pair {
            assert!(
                preset.lens.contains(&(pair.clean, pair.answer)),
                "{}: the pair is among them",
                preset.id
            );
        }
    }
    let key = page.state.inputs.lens[0].key;
    page.act(Action::Edit(Field::LensPrompt(key), "Mine?".into()));
    let written = prompts(&page);
    page.act(Action::UsePreset(Preset::find("indirect-object").expect("a preset")));
    assert_eq!(prompts(&page), written, "what was written stays");
    page.act(Action::UsePreset(Preset::find("notebook-probes").expect("a preset")));
    assert_eq!(prompts(&page)[0], "Who wrote Pride and Prejudice?", "unless it is asked for");
    page.act(Action::Undo);
    assert_eq!(prompts(&page), written);
}

#[test]
fn prompts_change_places_at_once_and_back() {
    let mut page = Page::with_results();
    let pair = |page: &Page| (page.state.inputs.patch.clean.clone(), page.state.inputs.patch.corrupt.clone());
    let (clean, corrupt) = pair(&page);
    page.act(Action::SwapPrompts);
    page.sent_patch();
    assert_eq!(pair(&page), (corrupt.clone(), clean.clone()));
    assert_eq!(page.state.history.undoes(), Some("swapping the prompts"));
    page.act(Action::Undo);
    assert_eq!(pair(&page), (clean, corrupt));
}

#[test]
fn a_preset_without_a_foil_asks_for_nothing_that_needs_one() {
    let mut page = Page::with_results();
    page.act(Action::Edit(Field::Foil, " Emily".into()));
    let setup = Setup { metric: Metric::LogitDifference, ..Setup::default() };
    page.act(Action::SetUp(setup));
    page.act(Action::UsePreset(Preset::find("capital").expect("a preset")));
    let inputs = &page.state.inputs;
    assert_eq!((inputs.foil.as_str(), inputs.setup.metric), ("", Metric::Logit(LogitScale::Centred)));
}

#[test]
fn a_switch_makes_a_pending_pause_pointless() {
    let mut page = Page::with_results();
    edit(&mut page, "x");
    let timer = page.effects.iter().find_map(|e| match e {
        Effect::StartTimer { token, .. } => Some(*token),
        _ => None,
    });
    page.act(Action::SetBos(false));
    page.sent_patch();
    page.act(Action::TimerFired { timer: Timer::Patch, token: timer.expect("a timer") });
    assert!(page.is_quiet(), "the same text is not run twice: {:?}", page.effects);
}

#[test]
fn a_cancelled_run_keeps_its_rows_and_is_not_complete() {
    let mut page = Page::loaded();
    let id = page.sent_patch();
    page.tokens(id);
    page.runs(id);
    page.row(id, 1, 1.0);
    page.act(Action::Cancel);
    assert_eq!(page.requests(), [&Request::Cancel(id)]);
    page.hear(Response::Cancelled { id });
    assert_eq!(page.state.patch.phase, Phase::Cancelled);
    let shown = page.state.patch.shown.as_ref().expect("what was there stays");
    assert_eq!((shown.rows.len(), shown.is_complete()), (1, false));
    let said = page.state.sentence().expect("a sentence").plain();
    assert!(said.contains("Cancelled after 1 of 2 layers"), "{said}");
    page.act(Action::Cancel);
    assert!(page.is_quiet(), "there is nothing left to cancel");
}

#[test]
fn a_run_that_ends_before_the_button_reaches_it_is_complete() {
    let mut page = Page::loaded();
    let id = page.sent_patch();
    page.act(Action::Cancel);
    page.answer_patch(id, 1.0);
    page.hear(Response::Cancelled { id });
    assert_eq!(page.state.patch.phase, Phase::Done);
    assert!(page.is_quiet(), "nothing is announced: {:?}", page.effects);
}

#[test]
fn the_grid_fills_in_the_order_of_layers_whatever_comes_first() {
    let mut page = Page::loaded();
    let id = page.sent_patch();
    page.tokens(id);
    page.runs(id);
    page.row(id, 1, 1.0);
    page.row(id, 0, 2.0);
    page.row(id, 0, 3.0);
    let shown = page.state.patch.shown.as_ref().expect("a result");
    let rows: Vec<_> = shown.rows.iter().map(|r| (r.layer.0, r.deltas[1])).collect();
    assert_eq!(rows, [(0, 3.0), (1, 1.0)]);
    assert!(shown.is_complete());
}
