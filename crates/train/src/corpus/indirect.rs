//! Indirect objects: who was given the drink? The name that was said once, not the giver's.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::example::{ANSWER, CONTEXT, Example, PROSE};

/// First names, each one token of GPT-2 with a space before it.
pub const NAMES: &[&str] = &[
    "Mary",
    "John",
    "Tom",
    "Jane",
    "Anna",
    "Mark",
    "Paul",
    "Peter",
    "Alice",
    "Bob",
    "Sarah",
    "David",
    "James",
    "Emily",
    "Emma",
    "Kate",
    "Lucy",
    "Laura",
    "Susan",
    "Helen",
    "Ruth",
    "Rose",
    "Grace",
    "Claire",
    "Julia",
    "Maria",
    "Rachel",
    "Rebecca",
    "Lisa",
    "Linda",
    "Karen",
    "Nancy",
    "Amy",
    "Charlotte",
    "Sophie",
    "Jack",
    "Harry",
    "George",
    "Henry",
    "Charles",
    "William",
    "Robert",
    "Richard",
    "Michael",
    "Daniel",
    "Matthew",
    "Andrew",
    "Simon",
    "Stephen",
    "Martin",
    "Kevin",
    "Brian",
    "Eric",
    "Frank",
    "Fred",
    "Adam",
    "Alex",
    "Ben",
    "Chris",
    "Dan",
    "Max",
    "Nick",
    "Sam",
    "Tim",
    "Luke",
    "Joe",
    "Ian",
    "Oliver",
];
const PLACES: &[&str] = &[
    "store", "park", "school", "office", "station", "garden", "house", "market", "church", "hospital",
    "library", "beach",
];
const OBJECTS: &[&str] =
    &["drink", "book", "ring", "ball", "letter", "flower", "key", "card", "gift", "cake", "pen", "coat"];

/// Sentence forms: `A` and `B` are the two names, `S` the giver, `P` a place, `O` a thing.
pub const FORMS: &[&str] = &[
    "When {A} and {B} went to the {P}, {S} gave a {O} to",
    "After {A} and {B} went to the {P}, {S} gave a {O} to",
    "While {A} and {B} were at the {P}, {S} gave a {O} to",
    "Then, {A} and {B} went to the {P}. {S} gave a {O} to",
    "Then, {A} and {B} had a long day at the {P}. {S} handed a {O} to",
    "One day {A} and {B} met at the {P}. {S} wanted to give a {O} to",
    "When {A} and {B} got a {O} at the {P}, {S} decided to give it to",
    "The friends {A} and {B} found a {O} at the {P}, and {S} gave it to",
];

/// Whether a pair of names is kept out of training, in either order: about one in eight.
#[must_use]
pub fn held_out(first: usize, second: usize) -> bool {
    let (low, high) = (first.min(second), first.max(second));
    (low * 31 + high * 17) % 8 == 3
}

/// One sentence up to the last word: the prompt, the right name (with its space) and the giver's.
#[derive(Clone, Debug, PartialEq)]
pub struct Indirect {
    /// The text before the answer.
    pub prompt: String,
    /// ` Mary`.
    pub receiver: String,
    /// ` John`.
    pub giver: String,
}

/// Draws a sentence whose pair of names is held out or not, as asked.
pub fn draw(rng: &mut StdRng, unseen: bool) -> Indirect {
    loop {
        let (a, b) = (rng.random_range(0..NAMES.len()), rng.random_range(0..NAMES.len()));
        if a == b || held_out(a, b) != unseen {
            continue;
        }
        let (giver, receiver) = if rng.random_bool(0.5) { (a, b) } else { (b, a) };
        let prompt = pick(rng, FORMS)
            .replace("{A}", NAMES[a])
            .replace("{B}", NAMES[b])
            .replace("{S}", NAMES[giver])
            .replace("{P}", pick(rng, PLACES))
            .replace("{O}", pick(rng, OBJECTS));
        return Indirect {
            prompt,
            receiver: format!(" {}", NAMES[receiver]),
            giver: format!(" {}", NAMES[giver]),
        };
    }
}

/// A training sentence, of a pair that is not held out.
pub fn example(rng: &mut StdRng) -> Example {
    let Indirect { prompt, receiver, .. } = draw(rng, false);
    Example::default().then(prompt, CONTEXT).then(receiver, ANSWER).then(".", PROSE)
}

/// Every text a vocabulary must cover.
pub fn texts() -> Vec<String> {
    let spaced = [NAMES, PLACES, OBJECTS].into_iter().flatten().map(|word| format!(" {word}"));
    spaced.chain(FORMS.iter().map(|form| form.replace(['{', '}'], ""))).collect()
}

fn pick(rng: &mut StdRng, from: &[&'static str]) -> &'static str {
    from.choose(rng).copied().unwrap_or(from[0])
}
