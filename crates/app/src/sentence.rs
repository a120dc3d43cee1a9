//! The result in one or two sentences: what a newcomer reads first and a teacher reads aloud.

use peek_names::HeadId;

use crate::{PatchResult, RankedHead, TopOrder, board::SHOWN_AS_ZERO as VISIBLE, top_heads, words};

/// A piece of a sentence: the page sets tokens in the tokens' type and makes heads clickable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Plain words.
    Text(String),
    /// A token, its white space made visible.
    Token(String),
    /// A head.
    Head(HeadId),
}

/// What a result says, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// Its pieces, in order.
    pub parts: Vec<Part>,
}

/// A number of logits, not rounded to nothing.
fn amount(logits: f32) -> String {
    if logits < VISIBLE {
        "less than 0.01 logits".to_owned()
    } else {
        format!("{} logits", words::logit(logits))
    }
}

/// What a sentence about scores begins with while some layers' are missing; empty where all are there.
pub(crate) fn so_far(done: usize, layers: usize, is_cancelled: bool) -> String {
    match (done < layers, is_cancelled) {
        (false, _) => String::new(),
        (true, true) => format!("Cancelled after {done} of {layers} layers; of these, "),
        (true, false) => format!("So far ({done} of {layers} layers), "),
    }
}

/// A sentence, in lower case where it goes on behind [`so_far`].
pub(crate) fn behind(before: &str, sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    if let Some(first) = sentence.get_mut(..1).filter(|_| !before.is_empty()) {
        first.make_ascii_lowercase();
    }
    sentence
}

impl Sentence {
    /// Puts `result` in words; `is_cancelled` where the rest of it will not come.
    #[must_use]
    pub fn of(result: &PatchResult, is_cancelled: bool) -> Self {
        let mut said = Self::default();
        if said.opening(result, true) {
            said.heads(result, is_cancelled);
        }
        said
    }

    /// Puts the two unpatched runs in words, and after them what the grid shows, which is not the head scores.
    #[must_use]
    pub fn of_setup(result: &PatchResult, grid: Option<Vec<Part>>) -> Self {
        let mut said = Self::default();
        if said.opening(result, false)
            && let Some(grid) = grid
        {
            said.text(" ");
            for part in grid {
                match part {
                    Part::Text(text) => said.text(text),
                    part => said.parts.push(part),
                }
            }
        }
        said
    }

    /// The sentence as plain text.
    #[must_use]
    pub fn plain(&self) -> String {
        let piece = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Token(token) => format!("“{token}”"),
            Part::Head(head) => head.to_string(),
        };
        self.parts.iter().map(piece).collect()
    }

    fn text(&mut self, text: impl Into<String>) {
        let text = text.into();
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(&text);
        } else {
            self.parts.push(Part::Text(text));
        }
    }

    /// Where the answer stands in the two runs and what the corrupt prompt costs it. False where the numbers are
    /// none, so that nothing more can be said. Shares of it are warned of where the grid `has_shares` of it.
    fn opening(&mut self, result: &PatchResult, has_shares: bool) -> bool {
        let (clean, corrupt) = (result.clean.answer, result.corrupt.answer);
        let token = Part::Token(words::visible(result.answer_token()));
        let gap = result.gap();
        if !gap.cost().is_finite() {
            self.text("The model gives numbers that are not finite for ");
            self.parts.push(token);
            self.text(": its weights may be damaged. Load the file again or choose another model.");
            return false;
        }
        let (in_clean, in_corrupt) = (words::percent(clean.probability), words::percent(corrupt.probability));
        if clean.rank == corrupt.rank {
            self.text("Both prompts put ");
            self.parts.push(token);
            self.text(format!(" {} ({in_clean} and {in_corrupt})", words::ordinal(clean.rank)));
        } else {
            self.text("Clean puts ");
            self.parts.push(token);
            self.text(format!(" {} ({in_clean}), ", words::ordinal(clean.rank)));
            self.text(format!("corrupt {} ({in_corrupt})", words::ordinal(corrupt.rank)));
        }
        if !gap.is_defined() {
            self.text("; its logit is the same in both, so there is nothing to bring back.");
        } else if gap.misleads() {
            let gain = amount(-gap.cost());
            let mislead = if has_shares { ", so shares of the difference mislead here" } else { "" };
            self.text(format!(": the corrupt prompt raises it by {gain}{mislead}."));
        } else {
            self.text(format!(": the corrupt prompt costs it {}.", amount(gap.cost())));
        }
        true
    }

    fn heads(&mut self, result: &PatchResult, is_cancelled: bool) {
        let (done, layers) = (result.rows.len(), result.layers);
        if done == 0 {
            let why =
                if is_cancelled { " Cancelled before any head was scored." } else { " Scoring the heads…" };
            self.text(why);
            return;
        }
        let scored = top_heads(&result.rows, TopOrder::ByDelta, usize::MAX);
        let (Some(best), Some(worst)) = (scored.first(), scored.last()) else {
            self.text(" No head's score is a number.");
            return;
        };
        let before = so_far(done, layers, is_cancelled);
        self.text(format!(" {before}"));
        if best.delta.max(-worst.delta) < VISIBLE {
            self.text(behind(&before, "No single head moves it by as much as 0.01 logits."));
        } else if best.delta < VISIBLE {
            self.text(behind(&before, "No single head brings any of it back; "));
            self.parts.push(Part::Head(worst.head));
            self.text(format!(" pushes it down most ({}).", words::delta(worst.delta)));
        } else {
            self.best(result, &scored);
            if -worst.delta > best.delta {
                self.text(" ");
                self.parts.push(Part::Head(worst.head));
                self.text(format!(" pushes it down even more ({}).", words::delta(worst.delta)));
            }
        }
    }

    /// What the best head does, or the best heads where they cannot be told apart on the screen.
    fn best(&mut self, result: &PatchResult, scored: &[RankedHead]) {
        let Some(best) = scored.first() else { return };
        let written = words::delta(best.delta);
        let ties: Vec<HeadId> = scored
            .iter()
            .take_while(|head| words::delta(head.delta) == written)
            .map(|head| head.head)
            .collect();
        self.names(&ties);
        let is_one = ties.len() == 1;
        let gap = result.gap();
        let share = gap.normalised(best.delta).filter(|_| !gap.misleads());
        let Some(share) = share else {
            let verb = if is_one { " alone raises it most, by " } else { " each raise it most, by " };
            self.text(format!("{verb}{} logits.", words::logit(best.delta)));
            return;
        };
        let verb = if is_one { " alone brings back " } else { " each bring back " };
        let percent = words::share(share);
        self.text(match share {
            s if s >= 1.005 => format!("{verb}more than all of it ({percent}, {written})."),
            s if s >= 0.995 => format!("{verb}all of it ({written})."),
            s if s >= 0.01 => format!("{verb}{percent} of it ({written})."),
            _ => format!("{verb}the most, yet less than 1\u{a0}% of it ({written})."),
        });
    }

    fn names(&mut self, heads: &[HeadId]) {
        // More than three names are a list to look at, not to read.
        let named = if heads.len() > 3 { 2 } else { heads.len() };
        for (i, head) in heads.iter().take(named).enumerate() {
            match (i, i + 1 == heads.len()) {
                (0, _) => {}
                (_, true) => self.text(" and "),
                (_, false) => self.text(", "),
            }
            self.parts.push(Part::Head(*head));
        }
        if heads.len() > named {
            self.text(format!(" and {} others", heads.len() - named));
        }
    }
}
