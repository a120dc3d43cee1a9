//! Small talk: a few plain sentences in a row, so that ordinary words have some meaning and late positions are trained.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    example::{Example, PROSE},
    indirect::{NAMES, held_out},
};

const VERBS: &[&str] = &["liked", "saw", "found", "wanted", "took", "made", "sold", "bought", "lost", "kept"];
const THINGS: &[&str] = &[
    "cat", "dog", "horse", "boat", "hat", "lamp", "table", "map", "clock", "apple", "picture", "song",
    "story", "window", "chair",
];
const KINDS: &[&str] =
    &["small", "big", "old", "new", "red", "blue", "green", "white", "happy", "quiet", "strange"];
const ROOMS: &[&str] =
    &["kitchen", "garden", "house", "street", "river", "mountain", "field", "city", "village", "forest"];
const MOODS: &[&str] = &["happy", "sad", "tired", "hungry", "ready", "late", "angry", "proud"];
const FORMS: &[&str] = &[
    "{A} {V} a {K} {T}.",
    "The {K} {T} was in the {R}.",
    "{A} went to the {R}, and {A} {V} the {T}.",
    "It was a {K} day, and {A} was {M}.",
    "There was a {K} {T} near the {R}.",
    "{A} said that the {T} was {K}.",
    "{A} and {B} {V} the {K} {T}, and then {A} and {B} went home.",
    "The {T} of {A} is {K}.",
    "Why was {A} {M}? Because the {T} was {K}.",
];

/// From one to `most` sentences about the same few people and things.
pub fn example(rng: &mut StdRng, most: usize) -> Example {
    let (first, second) = pair(rng);
    let things = [pick(rng, THINGS), pick(rng, THINGS)];
    let mut text = String::new();
    for number in 0..rng.random_range(1..=most) {
        let (a, b) = if rng.random_bool(0.7) { (first, second) } else { (second, first) };
        let sentence = pick(rng, FORMS)
            .replace("{A}", NAMES[a])
            .replace("{B}", NAMES[b])
            .replace("{V}", pick(rng, VERBS))
            .replace("{K}", pick(rng, KINDS))
            .replace("{T}", things[rng.random_range(0..2)])
            .replace("{R}", pick(rng, ROOMS))
            .replace("{M}", pick(rng, MOODS));
        if number > 0 {
            text.push(' ');
        }
        text.push_str(&sentence);
    }
    Example::default().then(text, PROSE)
}

/// Two different names whose pair is not held out for the measurement of indirect objects.
fn pair(rng: &mut StdRng) -> (usize, usize) {
    loop {
        let (a, b) = (rng.random_range(0..NAMES.len()), rng.random_range(0..NAMES.len()));
        if a != b && !held_out(a, b) {
            return (a, b);
        }
    }
}

/// Every text a vocabulary must cover.
pub fn texts() -> Vec<String> {
    let spaced = [VERBS, THINGS, KINDS, ROOMS, MOODS].into_iter().flatten().map(|word| format!(" {word}"));
    let starts = NAMES.iter().map(|name| (*name).to_owned());
    spaced.chain(starts).chain(FORMS.iter().map(|form| form.replace(['{', '}'], ""))).collect()
}

fn pick(rng: &mut StdRng, from: &[&'static str]) -> &'static str {
    from.choose(rng).copied().unwrap_or(from[0])
}
