//! Bent inputs.

mod headed;
mod json;
mod odd;
mod plain;

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use crate::{Form, Target};

/// Longest input that is made: beyond every limit that is cheap to reach, and read in no time.
const LONGEST: usize = 100_000;

/// An input out of one of the pool's, or two of them.
pub(crate) fn mutated(target: &Target, pool: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    let pick = |random: &mut StdRng| pool.choose(random).cloned().unwrap_or_default();
    let (mut bytes, other) = (pick(random), pick(random));
    let is_done = match target.form {
        Form::Text => false,
        Form::Json => random.random_bool(0.5) && json::bend(&mut bytes, random) && random.random_bool(0.7),
        Form::Headed => random.random_bool(0.8) && headed::bend(&mut bytes, target.words, random),
    };
    if !is_done {
        plain::bend(&mut bytes, &other, target.words, random);
        while random.random_bool(0.5) {
            plain::bend(&mut bytes, &other, target.words, random);
        }
    }
    bytes.truncate(LONGEST);
    bytes
}
