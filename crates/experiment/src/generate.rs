//! Ready-made sets.

use crate::PromptPair;

const NAMES: [&str; 12] =
    ["Mary", "John", "Tom", "Anna", "James", "Sarah", "David", "Emma", "Peter", "Alice", "Mark", "Kate"];
const PLACES: [&str; 8] = ["store", "park", "school", "house", "garden", "station", "office", "beach"];
const OBJECTS: [&str; 8] = ["drink", "book", "ring", "letter", "ball", "key", "flower", "picture"];
const TEMPLATES: [&str; 4] = [
    "When {a} and {b} went to the {place}, {s} gave a {object} to",
    "Then {a} and {b} went to the {place}. {s} gave a {object} to",
    "After {a} and {b} went to the {place}, {s} gave a {object} to",
    "While {a} and {b} were at the {place}, {s} gave a {object} to",
];

/// Pairs of the indirect object task: in the clean prompt one name gives, in the corrupt one the other, so that the
/// answer is the foil's and the other way round. The same seed gives the same pairs; two are alike only where there are
/// more than the lists allow.
#[must_use]
pub fn indirect_objects(count: usize, seed: u64) -> Vec<PromptPair> {
    let mut random = Random(seed);
    let mut pairs: Vec<PromptPair> = Vec::new();
    let mut tries = 0;
    while pairs.len() < count.min(crate::limits::PAIRS) {
        let first = random.below(NAMES.len());
        // Another name: one of the rest, counted on from the first.
        let second = (first + 1 + random.below(NAMES.len() - 1)) % NAMES.len();
        let (a, b) = (NAMES[first], NAMES[second]);
        let template = TEMPLATES[random.below(TEMPLATES.len())];
        let (place, object) = (PLACES[random.below(PLACES.len())], OBJECTS[random.below(OBJECTS.len())]);
        let subject_first = random.below(2) == 0;
        let (subject, other) = if subject_first { (a, b) } else { (b, a) };
        let fill = |giver: &str| {
            let text = template.replace("{a}", a).replace("{b}", b).replace("{s}", giver);
            text.replace("{place}", place).replace("{object}", object)
        };
        let pair = PromptPair {
            clean: fill(subject),
            corrupt: fill(other),
            answer: format!(" {other}"),
            foil: format!(" {subject}"),
        };
        tries += 1;
        if tries > 50 * count || !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    pairs
}

/// Question, answer, and what some wrongly say: the notebook's, and more of their kind.
const QUESTIONS: [(&str, &str, &str); 6] = [
    ("Who wrote Pride and Prejudice?", " Jane", " Emily Brontë"),
    ("Who wrote Emma?", " Jane", " Charlotte Brontë"),
    ("Who wrote Jane Eyre?", " Charlotte", " Jane Austen"),
    ("What is the capital of France?", " Paris", " Rome"),
    ("What is the capital of Spain?", " Madrid", " Paris"),
    ("What is 2+2?", " 4", " 5"),
];

/// Questions, each with a misleading sentence after it in the corrupt prompt.
#[must_use]
pub fn questions() -> Vec<PromptPair> {
    let pair = |(question, answer, foil): (&str, &str, &str)| PromptPair {
        clean: question.to_owned(),
        corrupt: format!("{question} Some say{foil}."),
        answer: answer.to_owned(),
        foil: foil.to_owned(),
    };
    QUESTIONS.map(pair).to_vec()
}

/// Steele's splitmix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // Bounds are a dozen: what the remainder favours is far below what anyone could see. It fits any usize.
        (z % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_pairs_and_another_seed_others() {
        let pairs = indirect_objects(40, 7);
        assert_eq!(pairs, indirect_objects(40, 7));
        assert_ne!(pairs, indirect_objects(40, 8));
        for pair in &pairs {
            assert!(pair.clean.matches(pair.foil.trim()).count() == 2, "{pair:?}");
            assert!(pair.corrupt.matches(pair.answer.trim()).count() == 2, "{pair:?}");
            assert_ne!(pair.answer, pair.foil);
        }
        let unlike: std::collections::BTreeSet<_> = pairs.iter().map(|pair| &pair.clean).collect();
        assert_eq!(unlike.len(), pairs.len());
    }

    #[test]
    fn questions_mislead_by_their_foil() {
        for pair in questions() {
            assert!(pair.corrupt.starts_with(&pair.clean) && pair.corrupt.contains(&*pair.foil), "{pair:?}");
        }
    }
}
