//! Many inputs of one target, out of a seed.

use std::collections::HashSet;

use rand::{SeedableRng, rngs::StdRng};

use crate::{Failure, Target, corpus, mutate, try_input};

/// Most inputs that are kept for their outcomes, and the longest that is.
const KEPT: usize = 1000;
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
    /// What inputs are bent from.
    pool: Vec<Vec<u8>>,
    outcomes: HashSet<String>,
}

impl Campaign {
    /// A campaign from a target's own seeds and its corpus, which are not tried again.
    #[must_use]
    pub fn new(target: Target, seed: u64) -> Self {
        let mut pool = (target.seeds)();
        pool.extend(corpus::inputs(target.name).into_iter().map(|(_, bytes)| bytes));
        if pool.is_empty() {
            pool.push(Vec::new());
        }
        Self { target, random: StdRng::seed_from_u64(seed), pool, outcomes: HashSet::new() }
    }

    /// The next input.
    pub fn input(&mut self) -> Vec<u8> {
        mutate::mutated(&self.target, &self.pool, &mut self.random)
    }

    /// Tries an input, which is bent further where its outcome is new.
    pub fn try_input(&mut self, bytes: Vec<u8>) -> Found {
        match try_input(&self.target, &bytes) {
            Err(failure) => Found::Failed(failure),
            Ok(outcome) if !self.outcomes.contains(&outcome) && self.outcomes.len() < KEPT => {
                self.outcomes.insert(outcome);
                if bytes.len() <= KEPT_BYTES {
                    self.pool.push(bytes);
                }
                Found::New
            }
            Ok(_) => Found::Known,
        }
    }

    /// How many outcomes there were.
    #[must_use]
    pub fn outcomes(&self) -> usize {
        self.outcomes.len()
    }
}
