//! GPT-2's `c_attn` out of TransformerLens's `W_Q`, `W_K` and `W_V`: heads side by side in each row, queries, keys and
//! values side by side in the matrix.

use super::names::Place;
use crate::ModelError;

/// Queries', keys' and values' parts of one layer's `c_attn`, until all three are there.
#[derive(Default)]
pub(crate) struct Thirds {
    parts: [Option<Vec<f32>>; 3],
}

impl Thirds {
    /// Takes one of the parts, `[H, rows, dh]`; once all are there, returns the whole `[rows, 3 H dh]`.
    pub(crate) fn add(
        &mut self,
        which: usize,
        part: Vec<f32>,
        heads: usize,
        rows: usize,
    ) -> Option<Vec<f32>> {
        *self.parts.get_mut(which)? = Some(part);
        let [Some(q), Some(k), Some(v)] = &self.parts else { return None };
        let width = q.len() / rows.max(1);
        let mut whole = vec![0.0; 3 * q.len()];
        for (which, part) in [q, k, v].into_iter().enumerate() {
            for (at, value) in rows_by_heads(part, heads, rows) {
                whole[at / width * 3 * width + which * width + at % width] = value;
            }
        }
        self.parts = Default::default();
        Some(whole)
    }
}

/// `[H, rows, dh]` as it stands in `[rows, H dh]`: places with their values.
fn rows_by_heads(part: &[f32], heads: usize, rows: usize) -> impl Iterator<Item = (usize, f32)> {
    let d_head = part.len() / (heads * rows).max(1);
    part.iter().enumerate().map(move |(at, &value)| {
        let (head, row, k) = (at / (rows * d_head), at / d_head % rows, at % d_head);
        (row * heads * d_head + head * d_head + k, value)
    })
}

/// The other way: one part `[H, rows, dh]` out of a whole `[rows, 3 H dh]`.
pub(crate) fn third(whole: &[f32], which: usize, heads: usize, rows: usize) -> Vec<f32> {
    let width = whole.len() / 3 / rows.max(1);
    let d_head = width / heads.max(1);
    let place = |at: usize| {
        let (head, row, k) = (at / (rows * d_head), at / d_head % rows, at % d_head);
        row * 3 * width + which * width + head * d_head + k
    };
    (0..rows * width).map(|at| whole[place(at)]).collect()
}

/// Which part of what a place means: the layer, whether it is the weight, and which of the three.
pub(crate) fn of(place: &Place) -> Result<(u64, bool, usize), ModelError> {
    match *place {
        Place::AttentionWeight(layer, which) => Ok((layer, true, which)),
        Place::AttentionBias(layer, which) => Ok((layer, false, which)),
        _ => Err(super::assemble::missing("c_attn", "a tensor of another kind")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_put_together_come_apart_again() {
        let (heads, rows, d_head) = (3, 4, 2);
        let size = heads * rows * d_head;
        let part = |which: usize| -> Vec<f32> { (0..size).map(|at| (which * 100 + at) as f32).collect() };
        let mut thirds = Thirds::default();
        assert!(thirds.add(2, part(2), heads, rows).is_none());
        assert!(thirds.add(0, part(0), heads, rows).is_none());
        let whole = thirds.add(1, part(1), heads, rows).expect("all three are there");
        // The first row: queries of head 0, 1, 2, then keys, then values.
        assert_eq!(whole[..8], [0.0, 1.0, 8.0, 9.0, 16.0, 17.0, 100.0, 101.0]);
        for which in 0..3 {
            assert_eq!(third(&whole, which, heads, rows), part(which));
        }
    }
}
