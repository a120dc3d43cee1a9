//! The method in the terminal, on the demo model.

mod common;

use std::path::PathBuf;

use common::{fails, json, out};
use serde_json::Value;

const CLEAN: &str = "What is the capital of France?";
const CORRUPT: &str = "What is the capital of Spain?";
const PAIR: [&str; 6] = ["--clean", CLEAN, "--corrupt", CORRUPT, "--answer", " Paris"];

fn sweep(more: &[&str]) -> Value {
    json(&[&["sweep"], &PAIR[..], more].concat())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).expect("a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn the_default_sweep_is_the_patch_of_every_head() {
    let (ours, patch) = (sweep(&[]), json(&[&["patch"], &PAIR[..]].concat()));
    let deltas: Vec<f64> = list(&patch["deltas"]).iter().flat_map(list).map(number).collect();
    let spots = list(&ours["spots"]);
    assert_eq!(spots.len(), 1);
    let scores = list(&spots[0]["scores"]);
    assert_eq!(scores.len(), deltas.len());
    for (score, delta) in scores.iter().zip(deltas) {
        assert!((number(&score["delta"]) - delta).abs() < 1e-4, "{score} {delta}");
    }
    assert_eq!(ours["units"][9], "L1H1");
}

#[test]
fn a_grid_is_zero_before_the_prompts_part_and_the_residual_stream_carries_everything() {
    let grid =
        sweep(&["--site", "resid_pre", "--positions", "grid", "--metric", "logit_diff", "--foil", " Madrid"]);
    let tokens = list(&grid["base"]["tokens"]);
    let parted = tokens.iter().position(|token| token["text"].as_str() == Some(" Spain"));
    let parted = parted.unwrap_or_else(|| tokens.len() - 2);
    let spots = list(&grid["spots"]);
    assert_eq!(spots.len(), tokens.len());
    for (position, spot) in spots.iter().enumerate() {
        let first = &list(&spot["scores"])[0];
        if position < parted {
            assert_eq!(first["delta"], 0.0, "{position}");
        }
    }
    let all =
        sweep(&["--site", "resid_pre", "--positions", "all", "--metric", "logit_diff", "--foil", " Madrid"]);
    let first = &list(&all["spots"][0]["scores"])[0];
    assert!((number(&first["normalised"]) - 1.0).abs() < 1e-3, "{first}");
}

#[test]
fn noise_is_denoise_with_the_prompts_changed_over() {
    let noise = sweep(&["--edit", "noise", "--site", "v"]);
    let swapped = ["sweep", "--clean", CORRUPT, "--corrupt", CLEAN, "--answer", " Paris", "--site", "v"];
    let denoise = json(&swapped);
    assert_eq!(noise["spots"], denoise["spots"]);
    assert_eq!(noise["base"], denoise["base"]);
}

#[test]
fn heads_together_stand_beside_the_sum_of_single_ones() {
    let some = sweep(&["--unit", "L2H1", "--unit", "L3H0", "--together", "--positions", "all"]);
    let scores = list(&some["spots"][0]["scores"]);
    let sum: f64 = scores.iter().map(|score| number(&score["delta"])).sum();
    assert!((number(&some["together"]["sum_of_single"]) - sum).abs() < 1e-4);
    let one = sweep(&["--unit", "L2H1", "--together", "--positions", "all"]);
    let (joint, single) = (number(&one["together"]["delta"]), number(&one["spots"][0]["scores"][0]["delta"]));
    assert!((joint - single).abs() < 1e-4, "{joint} {single}");
    let text = out(&[&["sweep"], &PAIR[..], &["--unit", "L2H1", "--together"]].concat());
    assert!(text.contains("together") && text.contains("sum of single"), "{text}");
}

#[test]
fn ablations_need_one_prompt_and_a_mean_needs_a_set() {
    let clean = ["sweep", "--clean", CLEAN, "--answer", " Paris"];
    let zero = json(&[&clean[..], &["--edit", "zero", "--site", "mlp_out", "--positions", "all"]].concat());
    assert!(list(&zero["spots"][0]["scores"]).iter().any(|score| number(&score["delta"]).abs() > 0.1));
    assert!(zero["other"].is_null() && zero["spots"][0]["scores"][0]["normalised"].is_null());
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("means.txt");
    std::fs::write(&file, "Who wrote Emma?\nWhat is the capital of Spain?\n").expect("written");
    let path = file.to_str().expect("a UTF-8 path");
    let mean = [&clean[..], &["--edit", "mean", "--mean-prompts", path]].concat();
    assert!(
        list(&json(&mean)["spots"][0]["scores"]).iter().any(|score| number(&score["delta"]).abs() > 1e-3)
    );
    let (code, message) = fails(&[&mean[..], &["--site", "pattern"]].concat());
    assert!(code == 2 && message.contains("position by position"), "{message}");
    let (code, message) = fails(&[&mean[..], &["--mean-per-position"]].concat());
    assert!(code == 2 && message.contains("equal length"), "{message}");
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let with = |more: &[&str]| fails(&[&["sweep"], &PAIR[..], more].concat());
    for (more, reason) in [
        (&["--site", "head"][..], "resid_mid"),
        (&["--metric", "loss"], "log_probability"),
        (&["--metric", "logit_diff"], "foil"),
        (&["--metric", "logit_diff", "--foil", " Paris"], "same token"),
        (&["--positions", "99"], "no position 99"),
        (&["--unit", "L0"], "name a head"),
        (&["--unit", "L0", "--unit", "L0H0", "--site", "mlp_out"], "whole layers"),
        (&["--unit", "L0H0", "--together", "--positions", "grid"], "other than grid"),
        (&["--pair", "1:99"], "no position 99"),
        (&["--pair", "1:none", "--positions", "1"], "meets no token"),
        (&["--format", "svg"], "text, json, csv"),
    ] {
        let (code, message) = with(more);
        assert!(code == 2 && message.contains(reason), "{more:?}: {code} {message}");
    }
    let (code, message) = fails(&["sweep", "--clean", CLEAN, "--answer", " Paris"]);
    assert!(code == 2 && message.contains("--corrupt"), "{message}");
    let unequal = "What is the capital city of Spain now?";
    let pattern =
        ["sweep", "--clean", CLEAN, "--corrupt", unequal, "--answer", " Paris", "--site", "pattern"];
    let (code, message) = fails(&pattern);
    assert!(code == 2 && message.contains("equal length"), "{message}");
}

#[test]
fn attribution_sums_to_the_logit_and_stands_beside_patching() {
    let report = json(&["attribute", "--prompt", CLEAN, "--answer", " Paris"]);
    let sum: f64 = list(&report["parts"]).iter().map(|part| number(&part["share"])).sum();
    assert!((sum - number(&report["logit"])).abs() < 1e-3);
    let effects = json(&["attribute", "--prompt", CLEAN, "--corrupt", CORRUPT, "--answer", " Paris"]);
    let patch = json(&[&["patch"], &PAIR[..]].concat());
    let deltas: Vec<f64> = list(&patch["deltas"]).iter().flat_map(list).map(number).collect();
    let effects = list(&effects["effects"]);
    assert_eq!(effects.len(), deltas.len());
    for (effect, delta) in effects.iter().zip(deltas) {
        assert!((number(&effect["patching"]) - delta).abs() < 1e-4);
    }
    let csv = out(&["attribute", "--prompt", CLEAN, "--answer", " Paris", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 1 + list(&report["parts"]).len());
}

#[test]
fn the_demo_models_induction_head_is_found() {
    let report = json(&["heads"]);
    let heads = list(&report["heads"]);
    assert_eq!(heads.len(), 32);
    assert!(heads.iter().any(|head| head["label"] == "induction"), "the model card says that it has one");
    assert_eq!(report, json(&["heads"]), "the same seed, the same tokens");
    let (code, message) = fails(&["heads", "--tokens", "100"]);
    assert!(code != 0 && message.contains("128"), "{message}");
}

#[test]
fn the_lens_grid_ends_in_the_prediction() {
    let grid = json(&["lens-grid", "--prompt", CLEAN, "--answer", " Paris", "--mid"]);
    let depths = list(&grid["depths"]);
    assert_eq!(depths.len(), 9);
    let last = list(&depths[8]["cells"]).last().expect("a position").clone();
    assert_eq!(last["top"][0]["token"]["text"], " Paris");
    assert_eq!(last["followed"]["rank"], 1);
    let other = json(&["lens-grid", "--prompt", CLEAN, "--answer", " Paris", "--mid", "--final-scale"]);
    assert_ne!(other["depths"][2], grid["depths"][2]);
    let csv = out(&["lens-grid", "--prompt", CLEAN, "--format", "csv"]);
    assert_eq!(csv.lines().count(), 1 + 5 * list(&grid["tokens"]).len());
    assert!(out(&["lens-grid", "--prompt", CLEAN]).contains("Paris"));
}
