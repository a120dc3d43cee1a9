use peek_experiment::Analysis;
use peek_names::HeadId;

use crate::{HeadRule, Question};

/// The parts of the page that a step can point at.
pub const POINTS: [&str; 12] = [
    "prompts",
    "tokens",
    "answer",
    "next",
    "sentence",
    "setup",
    "grid",
    "top_heads",
    "attention",
    "lens",
    "lens_prompts",
    "parts",
];

/// A lesson, read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Names it in addresses: small letters, digits, `-` and `_`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// About how long it takes.
    pub minutes: usize,
    /// What it is about, in a sentence or two.
    pub intro: String,
    /// At least one.
    pub steps: Vec<Step>,
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its heading.
    pub title: String,
    /// Its paragraphs: plain text.
    pub text: Vec<String>,
    /// What the page is set to: what this step sets, over what the steps before it set.
    pub page: Analysis,
    /// The head that is looked at, in the same way.
    pub pin: Pin,
    /// Whether this step sets anything itself. Where it does not, the page stays as its reader has made it.
    pub sets: bool,
    /// The part of the page that it is about, one of [`POINTS`].
    pub points_at: Option<&'static str>,
    /// What it asks.
    pub question: Option<Question>,
}

/// Which head is pinned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pin {
    /// None: the page then shows the head that brings most of the answer back.
    #[default]
    Nothing,
    /// This one, where the model has it.
    Head(HeadId),
    /// The first by a rule, once its results are there.
    By(HeadRule),
}

/// Whether a text can name a lesson.
pub(crate) fn is_id(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(is_plain)
}
