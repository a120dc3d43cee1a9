//! What the page's main thread did while it was used: as long as a task lasts, the page answers nothing.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Part, table::digits};

/// The tasks of one piece of use.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Tasks {
    /// What was done with the page.
    during: String,
    /// How many there were.
    tasks: usize,
    /// How many lasted longer than 50 ms.
    long: usize,
    /// How long the longest lasted.
    longest_ms: f64,
    /// In how many the thread computed longer than that. On a busy machine a task lasts without computing.
    computing_long: usize,
    /// How long it computed at most.
    computing_ms: f64,
}

/// The tasks of every page that was used; nothing where none was.
pub(super) fn markdown(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        for used in &part.tasks {
            if text.is_empty() {
                text.push_str(
                    "| the page's main thread | tasks | over 50 ms | longest, ms | computing over 50 ms | most computing, ms |\n",
                );
                text.push_str("|---|---|---|---|---|---|\n");
            }
            let Tasks { during, tasks, long, computing_long, longest_ms, computing_ms } = used;
            let (longest, computing) = (digits(*longest_ms), digits(*computing_ms));
            let _ = writeln!(
                text,
                "| {}: {during} | {tasks} | {long} | {longest} | {computing_long} | {computing} |",
                part.part
            );
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_use_of_each_page_is_a_row() {
        let tasks = |during: &str, long| Tasks {
            during: during.into(),
            tasks: 90,
            long,
            longest_ms: 61.24,
            computing_long: 0,
            computing_ms: 12.0,
        };
        let page = Part {
            part: "page-demo".into(),
            tasks: vec![tasks("opening", 1), tasks("hover", 0)],
            ..Part::default()
        };
        let text = markdown(&[Part::default(), page]);
        assert!(text.contains("| page-demo: opening | 90 | 1 | 61.2 | 0 | 12.0 |"), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("| page-demo")).count(), 2);
        assert_eq!(markdown(&[Part::default()]), "");
    }
}
