//! Many inputs of one target, out of a seed.

use std::collections::HashSet;

use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::{Failure, Outcome, Target, corpus, mutate, try_input};

/// Most inputs that are kept for their outcomes, and the longest that is.
const KEPT: usize = 400;
const KEPT_BYTES: usize = 16 * 1024;

/// What an input brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An outcome that was known.
    Known,
    /// An outcome that no input had before.
    New,
    /// The input breaks the reader.
    Failed(Failure),
}

/// A run of inputs: the same seed and corpus give the same ones.
pub struct Campaign {
    target: Target,
    random: StdRng,
    /// Valid inputs to bend.
    seeds: Vec<Vec<u8>>,
    /// The corpus, and what was kept since.
    kept: Vec<Vec<u8>>,
    outcomes: HashSet<Outcome>,
    accepted: u64,
}

impl Campaign {
    /// A campaign from a target's own seeds and its corpus, which are not tried again.
    #[must_use]
    pub fn new(target: Target, seed: u64) -> Self {
        let seeds = (target.seeds)();
        let kept = corpus::inputs(target.name).into_iter().map(|(_, bytes)| bytes).collect();
        Self {
            target,
            random: StdRng::seed_from_u64(seed),
            seeds,
            kept,
            outcomes: HashSet::new(),
            accepted: 0,
        }
    }

    /// The next input.
    pub fn input(&mut self) -> Vec<u8> {
        // Much of what is kept is refused early: as many inputs begin from the valid ones.
        let is_kept = !self.kept.is_empty() && self.random.random_bool(0.5);
        let pool = if is_kept { &self.kept } else { &self.seeds };
        mutate::mutated(&self.target, pool, &mut self.random)
    }

    /// Tries an input, which is bent further where its outcome is new.
    pub fn try_input(&mut self, bytes: Vec<u8>) -> Found {
        let outcome = match try_input(&self.target, &bytes) {
            Err(failure) => return Found::Failed(failure),
            Ok(outcome) => outcome,
        };
        self.accepted += u64::from(outcome.is_ok());
        if self.outcomes.len() == KEPT || !self.outcomes.insert(outcome) {
            return Found::Known;
        }
        if bytes.len() <= KEPT_BYTES {
            self.kept.push(bytes);
        }
        Found::New
    }

    /// How many inputs were accepted.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// How many outcomes there were.
    #[must_use]
    pub fn outcomes(&self) -> usize {
        self.outcomes.len()
    }
}
