//! The saved corpus of every target, and a short campaign of each.

use std::sync::Mutex;

use peek_fuzz::{Campaign, Found, TARGETS, corpus, try_input};

/// The seed of the short campaigns.
const SEED: u64 = 1;

/// Memory is counted for the whole process: one target at a time where tests share one.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn run(name: &str) {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let target = TARGETS.into_iter().find(|target| target.name == name).expect("a target of that name");
    for seed in (target.seeds)() {
        let outcome = try_input(&target, &seed);
        assert!(outcome.is_ok(), "a valid input: {outcome:?}");
    }
    for (file, bytes) in corpus::inputs(name) {
        let outcome = try_input(&target, &bytes);
        assert!(outcome.is_ok(), "corpus/{name}/{file}: {outcome:?}");
    }
    let mut campaign = Campaign::new(target, SEED);
    for number in 0..target.short {
        let input = campaign.input();
        if let Found::Failed(failure) = campaign.try_input(input.clone()) {
            let path = corpus::save(name, "broken", &input).expect("the corpus can be written to");
            panic!("{name}, seed {SEED}, input {number}: {failure}; kept as {}", path.display());
        }
    }
    let (outcomes, accepted) = (campaign.outcomes(), campaign.accepted());
    assert!(
        outcomes >= 8 && accepted >= 20,
        "{outcomes} outcomes, {accepted} accepted: bending does not come far"
    );
}

/// A test for each target.
macro_rules! targets {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { run(stringify!($name)); })*
    };
}

targets!(links experiments sets manifests lessons configs checkpoints tokenizers);

#[test]
fn every_target_has_its_test() {
    assert_eq!(TARGETS.map(|target| target.name), *NAMES);
}
