//! Sets and saved experiments in the terminal, on the demo model, held against `peek sweep` and `peek lens`.

mod common;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use common::{fails, out, peek};
use peek_experiment::{Analysis, Experiment, LensLine};
use peek_model::Tokenizer;
use peek_names::{Metric, Site};
use peek_protocol::{At, Edit, PairTexts, Setup};
use serde_json::Value;

const CLEAN: &str = "What is the capital of France?";
const CORRUPT: &str = "What is the capital of Spain?";
const PAIR: [&str; 8] = ["--clean", CLEAN, "--corrupt", CORRUPT, "--answer", " Paris", "--foil", " Madrid"];

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The deltas of `peek sweep`, unit by unit, for each unit its spots.
fn deltas(more: &[&str]) -> Vec<f64> {
    let args = [&["sweep"], &PAIR[..], more, &["--format", "json"]].concat();
    let swept: Value = serde_json::from_str(&out(&args)).expect("JSON");
    let spots = swept["spots"].as_array().expect("spots");
    let units = swept["units"].as_array().expect("units").len();
    let delta = |unit: usize, spot: &Value| spot["scores"][unit]["delta"].as_f64().expect("a number");
    (0..units).flat_map(|unit| spots.iter().map(move |spot| delta(unit, spot))).collect()
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-4, "{found} is not {expected}");
    }
}

#[test]
fn a_set_of_one_pair_is_its_sweep() {
    let pairs = folder("one-pair").join("pairs.csv");
    fs::write(&pairs, format!("clean,corrupt,answer,foil\n{CLEAN},{CORRUPT},\" Paris\",\" Madrid\"\n"))
        .expect("written");
    let pairs = pairs.to_str().expect("UTF-8");
    for more in [
        &["--site", "z"][..],
        &["--site", "mlp_out", "--edit", "zero", "--positions", "all", "--metric", "probability"],
        &["--site", "resid_pre", "--edit", "noise", "--positions", "6", "--metric", "logit_diff"],
    ] {
        let csv = out(&[&["set", pairs], more, &["--format", "csv"]].concat());
        let row = csv.lines().nth(1).expect("a pair");
        let cells: Vec<f64> = row.split(',').skip(7).map(|cell| cell.parse().expect("a number")).collect();
        close(&cells, &deltas(more));
    }
}

#[test]
fn a_pair_that_cannot_be_run_stops_no_other() {
    let pairs = folder("bad-pair").join("pairs.jsonl");
    let line = |clean: &str| format!(r#"{{"clean":"{clean}","corrupt":"{CORRUPT}","answer":" Paris"}}"#);
    fs::write(&pairs, format!("{}\n{}\n", line(CLEAN), line(&"France ".repeat(300)))).expect("written");
    let output = peek(&["set", pairs.to_str().expect("UTF-8")]);
    let (text, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.starts_with("1 of 2 pairs"), "{text}");
    assert!(said.contains("pair 2") && said.contains("Clean prompt"), "{said}");
    let (_, said) = fails(&["set", pairs.to_str().expect("UTF-8"), "--positions", "grid"]);
    assert!(said.contains("choose last, all"), "{said}");
    let (_, said) = fails(&["set", pairs.to_str().expect("UTF-8"), "--format", "json"]);
    assert!(said.contains("there is no JSON of this: choose one of text, csv"), "{said}");
}

#[test]
fn a_saved_experiment_runs_to_the_same_numbers() {
    let folder = folder("experiment");
    let analysis = Analysis {
        pair: PairTexts {
            clean: CLEAN.to_owned(),
            corrupt: CORRUPT.to_owned(),
            answer: " Paris".to_owned(),
            foil: " Madrid".to_owned(),
            prepend_bos: true,
        },
        setup: Setup {
            site: Site::ResidPre,
            at: At::Grid,
            edit: Edit::Denoise,
            metric: Metric::LogitDifference,
            ..Setup::default()
        },
        lens: vec![LensLine { prompt: CLEAN.to_owned(), answer: " Paris".to_owned() }],
        ..Analysis::default()
    };
    let file = folder.join("experiment.json");
    fs::write(&file, Experiment::new(analysis).to_json().expect("writes")).expect("written");
    let results = folder.join("results");
    out(&["run", file.to_str().expect("UTF-8"), "--out", results.to_str().expect("UTF-8")]);

    let read = |name: &str| fs::read_to_string(results.join(name)).expect(name);
    let scores: Vec<f64> = read("scores.csv")
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().expect("a delta").parse().expect("a number"))
        .collect();
    close(&scores, &deltas(&["--site", "resid_pre", "--positions", "grid", "--metric", "logit_diff"]));
    let again = Experiment::from_json(&read("result.json")).expect("opens again");
    assert_eq!(again.results.expect("results").scores.len(), scores.len());
    assert!(read("lens.csv").lines().count() > 4);
}

#[test]
fn what_is_no_experiment_is_refused() {
    let folder = folder("no-experiment");
    let file = folder.join("experiment.json");
    fs::write(&file, "{\"peek\": 1}").expect("written");
    let results = folder.join("results");
    let (_, said) = fails(&["run", file.to_str().expect("UTF-8"), "--out", results.to_str().expect("UTF-8")]);
    assert!(said.contains("no experiment"), "{said}");
    assert!(!results.exists(), "nothing is written");
}

#[test]
fn made_pairs_are_of_one_length_so_that_positions_can_be_compared() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let read = |file: &str| fs::read(assets.join(file)).expect("an asset");
    let merges = String::from_utf8(read("gpt2/merges.txt")).expect("text");
    for tokenizer in [Tokenizer::from_merges(&merges), Tokenizer::from_json(&read("demo/tokenizer.json"))] {
        let tokenizer = tokenizer.expect("a tokenizer");
        let tokens = |text: &str| tokenizer.encode(text).expect("tokens").len();
        let pairs = peek_experiment::indirect_objects(200, 3);
        let lengths = pairs.iter().flat_map(|pair| [tokens(&pair.clean), tokens(&pair.corrupt)]);
        assert_eq!(lengths.collect::<BTreeSet<_>>().len(), 1, "{pairs:?}");
        assert!(pairs.iter().all(|pair| (tokens(&pair.answer), tokens(&pair.foil)) == (1, 1)));
    }
}
