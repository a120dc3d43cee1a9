//! Random tokens said again and again: the only way to predict them is to look for the last time, which is what an
//! induction head does.

use rand::{Rng, rngs::StdRng};

use super::Row;

/// `length` tokens: `<|endoftext|>` (three times in four), a few random tokens, then a random block of `periods.0` to
/// `periods.1` tokens until the row is full. Short blocks are drawn more often than long ones.
///
/// Ids below `end_of_text`, the last one, are drawn evenly. Only tokens that can be foretold count: those after the
/// first token of the second block.
pub fn row(rng: &mut StdRng, end_of_text: u32, length: usize, periods: (usize, usize)) -> Row {
    let mut row = Row::default();
    if rng.random_bool(0.75) {
        row.push(end_of_text, 0.0);
    }
    let period = log_uniform(rng, periods.0, periods.1.min(length / 2));
    let room = length.saturating_sub(2 * period + 1);
    for _ in 0..rng.random_range(0..=room.min(12)) {
        row.push(rng.random_range(0..end_of_text), 0.0);
    }
    let block: Vec<u32> = (0..period).map(|_| rng.random_range(0..end_of_text)).collect();
    let mut said = 0;
    while row.ids.len() < length {
        row.push(block[said % period], if said > period { 1.0 } else { 0.0 });
        said += 1;
    }
    row
}

/// A whole number from `low` to `high`, each doubling as likely as the last.
fn log_uniform(rng: &mut StdRng, low: usize, high: usize) -> usize {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let drawn = rng.random_range((low as f64).ln()..=(high as f64 + 0.99).ln()).exp() as usize;
    drawn.clamp(low, high)
}
