//! What a tab keeps of its reader's own, so that a reload, and the way back to the page, lose nothing.

use peek_experiment::{Analysis, PromptPair, read_own_link, write_link};

use crate::State;

// What no prompt may hold stands between the state and the pairs, between pairs, and between a pair's texts.
const PARTS: char = '\u{1d}';
const PAIRS: char = '\u{1e}';
const TEXTS: char = '\u{1f}';

/// What was kept, read again.
pub(crate) struct Session {
    pub(crate) analysis: Analysis,
    pub(crate) pairs: Vec<PromptPair>,
}

impl State {
    /// What the tab is to keep: the state as its address has it, and the list of prompts.
    pub(crate) fn session(&self) -> String {
        let mut text = write_link(&self.analysis());
        for (at, row) in self.sets.rows.iter().enumerate() {
            text.push(if at == 0 { PARTS } else { PAIRS });
            let PromptPair { clean, corrupt, answer, foil } = &row.pair;
            for (at, typed) in [clean, corrupt, answer, foil].into_iter().enumerate() {
                if at > 0 {
                    text.push(TEXTS);
                }
                text.extend(typed.chars().filter(|c| ![PARTS, PAIRS, TEXTS].contains(c)));
            }
        }
        text
    }
}

/// Reads what was kept; `None` for what another version kept, or anybody else.
pub(crate) fn read_session(text: &str) -> Option<Session> {
    let (link, pairs) = text.split_once(PARTS).unwrap_or((text, ""));
    let analysis = read_own_link(link).ok()?;
    let pair = |text: &str| {
        let mut texts = text.split(TEXTS).map(str::to_owned);
        let mut next = || texts.next().unwrap_or_default();
        PromptPair { clean: next(), corrupt: next(), answer: next(), foil: next() }
    };
    let pairs = if pairs.is_empty() { Vec::new() } else { pairs.split(PAIRS).map(pair).collect() };
    Some(Session { analysis, pairs })
}
