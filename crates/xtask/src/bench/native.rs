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
            figures.push(Figure {
                part: "native".into(),
                work,
                tokens,
                ms,
                runs: 0,
                note: None,
                counts: None,
            });
        }
    }
    Ok(Part { part: "native".into(), figures, layers: Some(12), ..Part::default() })
}
