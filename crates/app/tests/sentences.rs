//! The result in words, in every case that changes what may be said.

mod common;

use common::{run, token};
use peek_app::{Inputs, PatchInputs, PatchResult, PatchTokens, Sentence};
use peek_names::Layer;
use peek_protocol::{AnswerTokens, LayerRow, LogitScale, RunSummary};

/// A complete result of one layer, whose heads score `deltas`.
fn result(clean: RunSummary, corrupt: RunSummary, deltas: &[f32]) -> PatchResult {
    let inputs: PatchInputs = Inputs::notebook().patch;
    PatchResult {
        inputs,
        model: 1,
        tokens: PatchTokens::new(
            vec![token("Who")],
            vec![token("Who")],
            Some(AnswerTokens { tokens: vec![token(" Jane")] }),
        ),
        clean,
        corrupt,
        rows: vec![LayerRow { layer: Layer(3), deltas: deltas.to_vec() }],
        layers: 1,
        heads: deltas.len(),
        elapsed_ms: None,
    }
}

fn said(result: &PatchResult) -> String {
    Sentence::of(result, false).plain().replace('\u{a0}', " ")
}

/// The usual pair: the corrupt prompt costs 2 logits.
fn costs_two(deltas: &[f32]) -> String {
    said(&result(run(3.0, 0.83, 1), run(1.0, 0.04, 5), deltas))
}

#[test]
fn the_usual_case_names_ranks_cost_and_the_best_head() {
    assert_eq!(
        costs_two(&[0.1, 0.3, 1.2]),
        "Clean puts “·Jane” first (83 %), corrupt fifth (4.0 %): the corrupt prompt costs it 2.00 logits. \
         L3H2 alone brings back 60 % of it (+1.20)."
    );
}

#[test]
fn an_answer_that_stays_on_top_is_said_to_be_so() {
    let text = said(&result(run(3.0, 0.83, 1), run(2.0, 0.51, 1), &[0.5]));
    assert!(
        text.starts_with("Both prompts put “·Jane” first (83 % and 51 %): the corrupt prompt costs"),
        "{text}"
    );
}

#[test]
fn a_corrupt_prompt_that_helps_makes_no_percentages() {
    let text = said(&result(run(1.0, 0.1, 3), run(2.5, 0.4, 1), &[0.4, -0.1]));
    assert!(text.contains("raises it by 1.50 logits, so shares of the difference mislead"), "{text}");
    assert!(text.contains("L3H0 alone raises it most, by 0.40 logits."), "{text}");
    assert!(!text.contains("of it"), "{text}");
}

#[test]
fn without_a_difference_there_is_nothing_to_bring_back() {
    let text = said(&result(run(2.0, 0.4, 1), run(2.0004, 0.4, 1), &[0.4]));
    assert!(text.contains("nothing to bring back"), "{text}");
    assert!(text.contains("L3H0 alone raises it most, by 0.40 logits."), "{text}");
}

#[test]
fn a_small_cost_is_not_rounded_to_nothing() {
    let text = said(&result(run(2.0, 0.4, 1), run(1.998, 0.4, 1), &[0.0]));
    assert!(text.contains("costs it less than 0.01 logits."), "{text}");
}

#[test]
fn shares_from_none_to_more_than_all() {
    let share = |delta: f32| {
        let text = costs_two(&[delta]);
        text.split_once("logits. ").expect("two sentences").1.to_owned()
    };
    assert_eq!(share(2.8), "L3H0 alone brings back more than all of it (140 %, +2.80).");
    assert_eq!(share(2.0), "L3H0 alone brings back all of it (+2.00).");
    assert_eq!(share(0.01), "L3H0 alone brings back the most, yet less than 1 % of it (+0.01).");
    assert_eq!(share(0.001), "No single head moves it by as much as 0.01 logits.");
    assert_eq!(share(-0.5), "No single head brings any of it back; L3H0 pushes it down most (\u{2212}0.50).");
}

#[test]
fn a_stronger_push_down_is_not_kept_quiet() {
    let text = costs_two(&[0.2, -1.0]);
    assert!(
        text.ends_with(
            "L3H0 alone brings back 10 % of it (+0.20). L3H1 pushes it down even more (\u{2212}1.00)."
        ),
        "{text}"
    );
    assert!(!costs_two(&[0.2, -0.1]).contains("down"));
}

#[test]
fn heads_that_look_equal_share_the_credit() {
    assert!(costs_two(&[1.0, 1.001]).contains("L3H1 and L3H0 each bring back 50 % of it (+1.00)."));
    assert!(costs_two(&[1.0, 1.0, 1.0]).contains("L3H0, L3H1 and L3H2 each bring back"));
    assert!(costs_two(&[1.0; 5]).contains("L3H0, L3H1 and 3 others each bring back"));
    assert!(costs_two(&[1.0, 0.98]).contains("L3H0 alone"));
}

#[test]
fn numbers_that_are_none_are_not_hidden() {
    let broken = said(&result(run(f32::NAN, f32::NAN, 1), run(1.0, 0.1, 2), &[1.0]));
    assert!(broken.contains("not finite") && broken.contains("Load the file again"), "{broken}");
    assert!(costs_two(&[f32::NAN]).ends_with("No head's score is a number."));
    assert!(costs_two(&[f32::NAN, 1.0]).contains("L3H1 alone brings back 50 %"));
}

#[test]
fn an_unfinished_grid_says_how_far_it_is() {
    let mut half = result(run(3.0, 0.83, 1), run(1.0, 0.04, 5), &[1.0]);
    half.layers = 4;
    assert!(said(&half).contains("So far (1 of 4 layers), L3H0 alone"), "{}", said(&half));
    half.rows.clear();
    assert!(said(&half).ends_with("Scoring the heads…"));
    assert!(Sentence::of(&half, true).plain().ends_with("Cancelled before any head was scored."));
}

#[test]
fn the_scale_that_was_asked_for_is_the_one_spoken_of() {
    let (mut clean, corrupt) = (run(3.0, 0.83, 1), run(1.0, 0.04, 5));
    clean.answer.raw_logit = corrupt.answer.raw_logit + 5.0;
    let mut result = result(clean, corrupt, &[1.0]);
    result.inputs.scale = LogitScale::Raw;
    assert!(said(&result).contains("costs it 5.00 logits. L3H0 alone brings back 20 %"), "{}", said(&result));
}
