//! The corpus keeps its promises: same seed, same rows; held-out pairs stay out; loss only where something can be known.

use std::collections::BTreeSet;

use peek_train::corpus::{indirect, questions::Questions, repeats};
use rand::{SeedableRng, rngs::StdRng};

#[test]
fn held_out_pairs_of_names_never_meet_in_training() {
    let names = indirect::NAMES;
    let distinct: BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "a name is listed twice");
    let pairs: Vec<_> = (0..names.len()).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    let out = pairs.iter().filter(|&&(a, b)| indirect::held_out(a, b)).count();
    assert!(pairs.iter().all(|&(a, b)| indirect::held_out(a, b) == indirect::held_out(b, a)));
    assert!((100..pairs.len() / 4).contains(&out), "{out} of {}", pairs.len());
    let mut rng = StdRng::seed_from_u64(3);
    for _ in 0..5000 {
        let text = indirect::example(&mut rng).text();
        let said: BTreeSet<usize> = text
            .split([' ', ',', '.'])
            .filter_map(|word| names.iter().position(|name| *name == word))
            .collect();
        let said: Vec<usize> = said.into_iter().collect();
        assert_eq!(said.len(), 2, "{text}");
        assert!(!indirect::held_out(said[0], said[1]), "{text}");
    }
}

#[test]
fn a_repeated_row_counts_only_tokens_that_were_said_before() {
    let mut rng = StdRng::seed_from_u64(5);
    for _ in 0..300 {
        let row = repeats::row(&mut rng, 2000, 48, (2, 20));
        assert_eq!((row.ids.len(), row.weights.len()), (48, 48));
        assert!(row.weights.iter().any(|&weight| weight > 0.0));
        for (place, (id, &weight)) in row.ids.iter().zip(&row.weights).enumerate() {
            let before = &row.ids[..place];
            assert!(weight == 0.0 || before.contains(id), "{place} in {:?}", row.ids);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_text() {
    let questions = Questions::new();
    let draw = |seed| {
        let mut rng = StdRng::seed_from_u64(seed);
        (0..50).map(|_| questions.misled(&mut rng).text()).collect::<Vec<_>>()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn the_probes_are_among_a_few_hundred_questions() {
    let questions = Questions::new();
    assert!((300..900).contains(&questions.all().len()), "{}", questions.all().len());
    for (prompt, answer) in peek_train::eval::PROBES {
        let known = questions.all().iter().find(|question| question.text == *prompt).expect(prompt);
        assert!(format!(" {}", known.answer).starts_with(answer), "{known:?}");
    }
}
