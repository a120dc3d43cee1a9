//! The terminal as a user meets it: what it prints, where, and with which exit code.

mod common;

use std::path::PathBuf;

use common::{fails, json, out, peek};
use serde_json::Value;

const CLEAN: &str = "Who wrote Pride and Prejudice?";
const CORRUPT: &str = "Who wrote Pride and Prejudice? Some say Emily Brontë.";

fn temporary(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the target directory can be written");
    folder
}

#[test]
fn tokens_lists_every_piece_of_the_text() {
    let report = json(&["tokens", "--prompt", "Who wrote it?"]);
    let tokens = report["tokens"].as_array().expect("a list");
    assert_eq!(tokens[0]["text"], "<|endoftext|>");
    let text: String = tokens[1..].iter().filter_map(|token| token["text"].as_str()).collect();
    assert_eq!(text, "Who wrote it?");
    let without = json(&["tokens", "--prompt", "Who wrote it?", "--no-bos"]);
    assert_eq!(without["tokens"].as_array().map(Vec::as_slice), Some(&tokens[1..]));
    let csv = out(&["tokens", "--prompt", "a, \"b\"", "--no-bos", "--format", "csv"]);
    assert!(csv.starts_with("position,id,text\n0,"), "{csv}");
    assert!(csv.contains("\" \"\"\""), "a quote is doubled: {csv}");
}

#[test]
fn lens_has_a_point_a_layer_and_one_more() {
    let report = json(&["lens", "--prompt", CLEAN, "--answer", " Jane"]);
    assert_eq!(report["answer"]["text"], " Jane");
    let points = report["points"].as_array().expect("a list");
    assert_eq!(points.first().map(|p| &p["label"]), Some(&Value::from("0_pre")));
    let last = points.last().expect("a point");
    assert_eq!(last["label"], "final");
    assert_eq!(last["rank"], 1, "the demo model knows its books");
    assert!(last["probability"].as_f64().is_some_and(|p| p > 0.0 && p <= 1.0));
    let text = out(&["lens", "--prompt", CLEAN, "--answer", " Jane"]);
    assert_eq!(text.lines().count(), points.len() + 2, "{text}");
}

#[test]
fn patch_gives_both_runs_every_head_and_the_top_ten() {
    let args = ["patch", "--clean", CLEAN, "--corrupt", CORRUPT, "--answer", " Jane"];
    let report = json(&args);
    let metric = |side: &str| report[side]["metric"].as_f64().expect("a number");
    let gap = metric("clean") - metric("corrupt");
    let deltas: Vec<Vec<f64>> =
        serde_json::from_value(report["deltas"].clone()).expect("a list of layers of heads");
    let mut all: Vec<(String, f64)> = Vec::new();
    for (layer, row) in deltas.iter().enumerate() {
        all.extend(row.iter().enumerate().map(|(head, &delta)| (format!("L{layer}H{head}"), delta)));
    }
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    let top = report["top"].as_array().expect("a list");
    assert_eq!(top.len(), 10);
    for (listed, (head, delta)) in top.iter().zip(&all) {
        assert_eq!(listed["head"], head.as_str());
        let normalised = listed["normalised"].as_f64().expect("defined for this pair");
        assert!((normalised - delta / gap).abs() < 1e-4);
    }
    let raw = json(&[&args[..], &["--raw"]].concat());
    assert_ne!(raw["clean"]["metric"], report["clean"]["metric"]);
    let csv = out(&[&args[..], &["--format", "csv"]].concat());
    assert_eq!(csv.lines().count(), 1 + all.len());
}

#[test]
fn attention_rows_sum_to_one() {
    let report = json(&["attention", "--prompt", CLEAN, "--layer", "1", "--head", "2"]);
    let pattern: Vec<Vec<f64>> = serde_json::from_value(report["pattern"].clone()).expect("a square");
    assert_eq!(Some(pattern.len()), report["tokens"].as_array().map(Vec::len));
    for row in &pattern {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{row:?}");
    }
}

#[test]
fn svg_goes_to_the_file_that_was_named() {
    let file = temporary("svg").join("head.svg");
    let path = file.to_str().expect("a UTF-8 path");
    let args =
        ["attention", "--prompt", CLEAN, "--layer", "0", "--head", "0", "--format", "svg", "--out", path];
    assert_eq!(out(&args), "");
    let svg = std::fs::read_to_string(&file).expect("written");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("Prejudice") || svg.contains("·Pride"), "its axes show the tokens");
}

#[test]
fn input_that_must_be_changed_ends_with_two() {
    let same = ["patch", "--clean", CLEAN, "--corrupt", CLEAN, "--answer", " Jane"];
    let (code, message) = fails(&same);
    assert_eq!(code, 2);
    assert!(message.contains("the same"), "{message}");
    let (code, message) = fails(&["lens", "--prompt", CLEAN, "--answer", ""]);
    assert_eq!(code, 2);
    assert!(message.contains("answer"), "{message}");
    let (code, message) = fails(&["tokens", "--prompt", CLEAN, "--format", "svg"]);
    assert_eq!(code, 2);
    assert!(message.contains("text, json, csv"), "{message}");
    assert_eq!(fails(&["patch", "--clean", CLEAN]).0, 2, "clap's own usage errors");
    let (code, message) = fails(&["attention", "--prompt", CLEAN, "--layer", "0", "--head", "99"]);
    assert_ne!(code, 0);
    assert!(message.contains("L0H99"), "{message}");
}

#[test]
fn a_file_that_cannot_be_read_ends_with_one_and_its_name() {
    let folder = temporary("nothing-here");
    let path = folder.to_str().expect("a UTF-8 path");
    let (code, message) = fails(&["lens", "--prompt", CLEAN, "--answer", " Jane", "--model", path]);
    assert_eq!(code, 1);
    assert!(message.contains("model.safetensors"), "{message}");

    let folder = temporary("no-checkpoint");
    std::fs::write(folder.join("model.safetensors"), "not a checkpoint").expect("written");
    let path = folder.to_str().expect("a UTF-8 path");
    let (code, message) = fails(&["lens", "--prompt", CLEAN, "--answer", " Jane", "--model", path]);
    assert_eq!(code, 1);
    assert!(message.len() > 20 && !message.contains("panicked"), "{message}");
}

#[test]
fn an_answer_without_its_space_runs_and_says_so() {
    let output = peek(&["lens", "--prompt", CLEAN, "--answer", "Jane"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("No space in front"));
}
