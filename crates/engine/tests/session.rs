//! What a session answers, request by request.

mod common;

use common::{Recorder, ask, config, load, patch, patch_of, session};
use peek_interp::naive;
use peek_model::checkpoint::synth;
use peek_names::{HeadId, LogitScale, TokenId};
use peek_protocol::{
    AttentionRequest, BackendKind, LensPrompt, LensRequest, LoadRequest, ModelChoice, NoteLevel, Place,
    Request, RequestId, Response,
};

const CLEAN: &str = "Who wrote Emma?";
const CORRUPT: &str = "Who wrote Emma? Some say Emily Brontë.";

/// As many numbers, and more than none, `within` of each other.
fn near(ours: &[f32], theirs: &[f32], within: f32) {
    assert!(!ours.is_empty());
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() < within, "{ours} {theirs}");
    }
}

fn deltas(responses: &[Response]) -> Vec<Vec<f32>> {
    let mut rows: Vec<_> = responses
        .iter()
        .filter_map(|response| match response {
            Response::Rows { rows, .. } => Some(rows.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    rows.sort_by_key(|row| row.layer);
    rows.into_iter().map(|row| row.deltas).collect()
}

fn tokens(responses: &[Response]) -> (Vec<TokenId>, Vec<TokenId>, TokenId) {
    let found = responses.iter().find_map(|response| match response {
        Response::Tokens { clean, corrupt, answer, .. } => {
            let ids = |tokens: &[peek_protocol::Token]| tokens.iter().map(|token| token.id).collect();
            Some((ids(clean), ids(corrupt), answer.first().expect("a token").id))
        }
        _ => None,
    });
    found.expect("tokens are sent")
}

#[test]
fn a_patch_answers_tokens_runs_rows_and_done_in_this_order() {
    let host = Recorder::default();
    let mut session = session(&host);
    let responses = ask(&mut session, &host, patch(1, CLEAN, CORRUPT, " Jane"));
    let kinds: Vec<&str> = responses
        .iter()
        .map(|response| match response {
            Response::Tokens { .. } => "tokens",
            Response::Runs { .. } => "runs",
            Response::Rows { .. } => "rows",
            Response::PatchDone { .. } => "done",
            other => panic!("unexpected {other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["tokens", "runs", "rows", "rows", "rows", "done"]);
    assert!(responses.iter().all(|response| response.id() == Some(RequestId(1))));
    let (done, total) = match &responses[4] {
        Response::Rows { done, total, .. } => (*done, *total),
        other => panic!("{other:?}"),
    };
    assert_eq!((done, total), (3, 3));
}

#[test]
fn its_deltas_are_the_naive_twins() {
    let host = Recorder::default();
    let mut session = session(&host);
    let responses = ask(&mut session, &host, patch(1, CLEAN, CORRUPT, " Jane"));
    let (clean, corrupt, answer) = tokens(&responses);
    assert_eq!(clean[0], TokenId(50256), "the beginning-of-text token is in front");
    assert_eq!(answer, TokenId(12091));
    let model = synth::random_model(&config(), common::SEED, &peek_model::cpu()).expect("a model");
    let slow = naive::head_scores(&model, &clean, &corrupt, answer, LogitScale::Centred);
    let slow = pollster::block_on(slow).expect("runs");
    near(&deltas(&responses).concat(), &slow.concat(), 1e-4);
}

#[test]
fn what_did_not_change_is_not_run_again() {
    let host = Recorder::default();
    let mut session = session(&host);
    let first = ask(&mut session, &host, patch(1, CLEAN, CORRUPT, " Jane"));
    assert_eq!(session.computed().runs, 2);
    let pauses = host.pauses.get();

    let other = ask(&mut session, &host, patch(2, CLEAN, CORRUPT, " Emily"));
    assert_eq!(session.computed().runs, 2, "another answer needs no run");
    assert_eq!(host.pauses.get(), pauses, "and no layer of a replay");
    assert_ne!(deltas(&first), deltas(&other));

    let mut raw = patch_of(3, CLEAN, CORRUPT, " Jane");
    raw.scale = LogitScale::Raw;
    ask(&mut session, &host, Request::Patch(raw));
    assert_eq!(session.computed().runs, 2, "nor does another scale");

    let head = HeadId::new(1, 1);
    let attention = AttentionRequest {
        id: RequestId(4),
        head,
        clean: CLEAN.into(),
        corrupt: CORRUPT.into(),
        prepend_bos: true,
    };
    let responses = ask(&mut session, &host, Request::Attention(attention));
    assert_eq!(session.computed().runs, 2, "nor does a head's pattern");
    let Some(Response::Attention(result)) = responses.first() else { panic!("{responses:?}") };
    assert_eq!(result.head, head);
    let t = result.corrupt.tokens.len();
    for query in 0..t {
        let sum: f32 = (0..t).filter_map(|key| result.corrupt.weight(query, key)).sum();
        assert!((sum - 1.0).abs() < 1e-5, "row {query} sums to {sum}");
    }

    ask(&mut session, &host, patch(5, CLEAN, "Who wrote it?", " Jane"));
    assert_eq!(session.computed().runs, 3, "another corrupt prompt keeps the clean run");
    let again = ask(&mut session, &host, patch(6, CLEAN, CORRUPT, " Jane"));
    assert_eq!(session.computed().runs, 3, "going back runs nothing");
    near(&deltas(&first).concat(), &deltas(&again).concat(), 1e-6);
}

#[test]
fn bad_input_is_refused_beside_its_field() {
    let host = Recorder::default();
    let mut session = session(&host);
    let long = "word ".repeat(40);
    let cases = [
        ("", CORRUPT, " Jane", Place::Clean, "Type a prompt"),
        (CLEAN, "", " Jane", Place::Corrupt, "Type a prompt"),
        (CLEAN, CORRUPT, "", Place::Answer, "Type the answer"),
        (CLEAN, CLEAN, " Jane", Place::Corrupt, "the same"),
        (CLEAN, &long, " Jane", Place::Corrupt, "at most 32"),
        ("Who\u{7}?", CORRUPT, " Jane", Place::Clean, "U+0007"),
        (CLEAN, CORRUPT, " Ja\u{1b}ne", Place::Answer, "U+001B"),
    ];
    for (clean, corrupt, answer, place, sentence) in cases {
        let responses = ask(&mut session, &host, patch(1, clean, corrupt, answer));
        let [Response::Refused { notes, tokens, .. }] = responses.as_slice() else { panic!("{responses:?}") };
        let note = notes.iter().find(|note| note.place == place && note.level == NoteLevel::Error);
        let note = note.unwrap_or_else(|| panic!("no note at {place:?}: {notes:?}"));
        assert!(note.message.contains(sentence), "{}", note.message);
        assert!(tokens.is_some(), "the strips follow the typing all the same");
    }
    let responses = ask(&mut session, &host, patch(2, CLEAN, CORRUPT, " Jane"));
    assert_eq!(deltas(&responses).len(), 3, "and the session is as good as before");
}

#[test]
fn an_answer_of_several_tokens_runs_with_a_warning() {
    let host = Recorder::default();
    let mut session = session(&host);
    let warnings = |responses: &[Response]| -> Vec<String> {
        let Some(Response::Tokens { notes, .. }) = responses.first() else { panic!("{responses:?}") };
        assert!(notes.iter().all(|note| note.place == Place::Answer && note.level == NoteLevel::Warning));
        notes.iter().map(|note| note.message.clone()).collect()
    };
    let several = ask(&mut session, &host, patch(1, CLEAN, CORRUPT, " Jane Austen"));
    let several = warnings(&several);
    assert!(
        several.len() == 1 && several[0].contains("3 tokens") && several[0].contains(" Jane"),
        "{several:?}"
    );
    let bare = ask(&mut session, &host, patch(2, CLEAN, CORRUPT, "Jane"));
    assert!(warnings(&bare).iter().any(|warning| warning.contains("No space in front")));
    let fine = ask(&mut session, &host, patch(3, CLEAN, CORRUPT, " Jane"));
    assert!(warnings(&fine).is_empty());
}

#[test]
fn a_bad_lens_prompt_does_not_stop_the_others() {
    let host = Recorder::default();
    let mut session = session(&host);
    let prompt = |prompt: &str, answer: &str| LensPrompt { prompt: prompt.into(), answer: answer.into() };
    let prompts = vec![prompt(CLEAN, " Jane"), prompt("", " 4"), prompt("What is 2+2?", " 4")];
    let request = LensRequest { id: RequestId(1), prompts, prepend_bos: false };
    let responses = ask(&mut session, &host, Request::Lens(request));
    let [
        Response::Lens { result: Ok(first), .. },
        Response::Lens { index: 1, result: Err(notes), .. },
        Response::Lens { result: Ok(last), .. },
    ] = responses.as_slice()
    else {
        panic!("{responses:?}")
    };
    assert_eq!(notes[0].place, Place::LensPrompt(1));
    let labels: Vec<&str> = first.points.iter().map(|point| point.label.as_str()).collect();
    assert_eq!(labels, ["0_pre", "1_pre", "2_pre", "final"]);
    assert!(!first.tokens[0].is_bos, "it was switched off");
    assert_ne!(first.points, last.points);
}

#[test]
fn what_was_loaded_is_told_by_its_hash_and_its_origin() {
    let host = Recorder::default();
    let mut session = session(&host);
    let info = |responses: &[Response]| match responses.last() {
        Some(Response::Loaded { model, .. }) => model.clone(),
        other => panic!("{other:?}"),
    };
    let plain = info(&ask(&mut session, &host, load(1)));
    assert_eq!((plain.derived_from, plain.logit_error), (None, None));
    assert_eq!(plain.sha256.len(), 64);
    assert_eq!(plain.parameters, config().parameters());

    let mut bytes = Vec::new();
    synth::write(&config(), common::SEED, &mut bytes).expect("memory takes everything");
    let at = bytes.windows(13).position(|part| part == br#""format":"pt""#).expect("metadata");
    let said = br#""logit_error":"0.25""#;
    let rest = bytes.split_off(at + 13);
    bytes.truncate(at);
    bytes.extend(said);
    bytes.extend(&rest);
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) + said.len() as u64 - 13;
    bytes[..8].copy_from_slice(&length.to_le_bytes());
    *host.weights.borrow_mut() = Some(bytes);
    let told = info(&ask(&mut session, &host, load(2)));
    assert_eq!(told.logit_error, Some(0.25));
    assert_ne!(told.sha256, plain.sha256);
    assert_eq!(told.bytes, plain.bytes + 7);
}

#[test]
fn a_file_that_is_no_checkpoint_leaves_the_old_model() {
    let host = Recorder::default();
    let mut session = session(&host);
    *host.weights.borrow_mut() = Some(b"not a checkpoint at all".to_vec());
    let responses = ask(&mut session, &host, load(1));
    let Some(Response::Failed { failure, .. }) = responses.last() else { panic!("{responses:?}") };
    assert_eq!(failure.place, Some(Place::Model));
    let responses = ask(&mut session, &host, patch(2, CLEAN, CORRUPT, " Jane"));
    assert_eq!(deltas(&responses).len(), 3);
}

#[test]
fn what_cannot_be_done_fails_with_a_sentence() {
    let host = Recorder::default();
    let mut session = peek_engine::Session::new();
    let responses = ask(&mut session, &host, patch(1, CLEAN, CORRUPT, " Jane"));
    let [Response::Failed { failure, .. }] = responses.as_slice() else { panic!("{responses:?}") };
    assert!(failure.message.starts_with("No model is loaded"), "{}", failure.message);

    let request = LoadRequest { id: RequestId(2), model: ModelChoice::Demo, backend: BackendKind::WebGpu };
    let responses = ask(&mut session, &host, Request::Load(request));
    let Some(Response::Failed { failure, .. }) = responses.last() else { panic!("{responses:?}") };
    assert_eq!(failure.place, Some(Place::Backend));
}

#[test]
fn a_prompt_that_begins_like_a_kept_one_is_run_from_where_they_part() {
    let host = Recorder::default();
    let mut session = session(&host);
    let responses = ask(&mut session, &host, patch(1, CLEAN, CORRUPT, " Jane"));
    let (clean, corrupt, _) = tokens(&responses);
    assert_eq!(corrupt[..clean.len()], clean, "the corrupt prompt goes on after the clean one");
    assert_eq!(session.computed().positions, corrupt.len(), "the clean run's tokens are run once");

    let longer = format!("{CORRUPT} Really?");
    let kept = ask(&mut session, &host, patch(2, CLEAN, &longer, " Jane"));
    let (_, last, _) = tokens(&kept);
    assert_eq!(session.computed().positions, last.len(), "typing on runs what was typed");
    // A session that has nothing kept gives the same scores.
    let fresh = ask(&mut common::session(&host), &host, patch(3, CLEAN, &longer, " Jane"));
    near(&deltas(&kept).concat(), &deltas(&fresh).concat(), 1e-5);
}
