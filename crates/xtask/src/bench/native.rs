//! The native part, from Criterion's files.

use std::fs;

use anyhow::{Context, Result};

use super::{Chosen, Figure, Part};
use crate::{process, workspace::Workspace};

/// Runs `cargo bench` and reads its medians.
pub(super) fn run(workspace: &Workspace, chosen: &Chosen) -> Result<Part> {
    // Criterion keeps what it measured before, under names that may be gone.
    for tokens in &chosen.tokens {
        let before = workspace.target.join("criterion").join(format!("native-{tokens}"));
        if before.exists() {
            fs::remove_dir_all(before)?;
        }
    }
    let lengths: Vec<String> = chosen.tokens.iter().map(usize::to_string).collect();
    let mut bench = process::cargo(workspace);
    bench.args(["bench", "--package", "peek-bench", "--bench", "native"]);
    process::run(bench.env("PEEK_TOKENS", lengths.join(",")))?;
    let mut figures = Vec::new();
    for &tokens in &chosen.tokens {
        let group = workspace.target.join("criterion").join(format!("native-{tokens}"));
        for entry in fs::read_dir(&group).with_context(|| format!("{} is not there", group.display()))? {
            let entry = entry?;
            let estimates = entry.path().join("new/estimates.json");
            let Ok(text) = fs::read_to_string(&estimates) else { continue };
            let json: serde_json::Value = serde_json::from_str(&text)?;
            let nanoseconds = json["median"]["point_estimate"].as_f64();
            let ms = nanoseconds.with_context(|| format!("{} has no median", estimates.display()))? / 1e6;
            let work = entry.file_name().to_string_lossy().into_owned();
            let (times, note) = sampled(&work, tokens);
            let part = "native".into();
            figures.push(Figure { part, work, tokens, ms: ms * times, runs: 0, note, counts: None });
        }
    }
    Ok(Part { part: "native".into(), figures, layers: Some(12), ..Part::default() })
}

/// Positions of a grid, and heads among all, that `peek_bench` times.
const SPOTS: usize = 8;
const EVERY_HEAD: usize = 4;

/// How often the whole is as long as what was timed of a grid, and what is said of it.
fn sampled(work: &str, tokens: usize) -> (f64, Option<String>) {
    let positions = tokens as f64 / SPOTS as f64;
    if work.starts_with("layer-grid") {
        (positions, Some(format!("{SPOTS} of {tokens} positions, scaled")))
    } else if work.starts_with("head-grid") {
        let note = format!("{SPOTS} of {tokens} positions and one head in {EVERY_HEAD}, scaled");
        (positions * EVERY_HEAD as f64, Some(note))
    } else {
        (1.0, None)
    }
}

#[cfg(test)]
mod tests {
    use super::sampled;

    #[test]
    fn a_sampled_grid_is_scaled_and_says_so() {
        assert_eq!(sampled("forward", 64), (1.0, None));
        assert_eq!(sampled("layer-grid-half", 64).0, 8.0);
        let (times, note) = sampled("head-grid-first", 16);
        assert_eq!((times, note.is_some()), (8.0, true));
    }
}
