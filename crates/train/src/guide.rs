//! Telling two heads a layer where to look while training is young.
//!
//! An induction head needs two heads in a row: one that looks at the token before, and one above it that looks for the
//! place where that token is the present one. Neither pays before the other is there, so that a small model on a short
//! budget finds neither. The guide rewards both for looking there, and is then taken away: what stays afterwards stays
//! because it predicts.

use burn::tensor::{Device, Tensor, TensorData};

use crate::corpus::Row;

/// Heads `0` and `1` of a layer are guided; two, because one head's few dimensions copy a token only roughly.
pub const HEADS: usize = 2;

/// Attention that is too small to matter is not chased to minus infinity.
const FLOOR: f32 = 1e-4;

/// Where a guided layer's heads should look, for a batch of rows: 1 where a query (row) should see a key (column).
pub struct Target {
    /// Which layer.
    pub layer: usize,
    /// `[B, T, T]`, row by row.
    wanted: Vec<f32>,
    /// `[B, T]`: 1 for queries that have such a key.
    asked: Vec<f32>,
    rows: usize,
    length: usize,
}

impl Target {
    /// Layer 0: the token before.
    #[must_use]
    pub fn previous(rows: &[Row], length: usize) -> Self {
        Self::new(0, rows, length, |_, query, key| key + 1 == query)
    }

    /// Layer 1: whatever followed the present token before.
    #[must_use]
    pub fn induction(rows: &[Row], length: usize) -> Self {
        Self::new(1, rows, length, |ids, query, key| key > 0 && key <= query && ids[key - 1] == ids[query])
    }

    fn new(layer: usize, rows: &[Row], length: usize, looks: impl Fn(&[u32], usize, usize) -> bool) -> Self {
        let mut wanted = vec![0.0; rows.len() * length * length];
        let mut asked = vec![0.0; rows.len() * length];
        for (b, row) in rows.iter().enumerate() {
            for query in 0..row.ids.len() {
                for key in (0..=query).filter(|&key| looks(&row.ids, query, key)) {
                    wanted[(b * length + query) * length + key] = 1.0;
                    asked[b * length + query] = 1.0;
                }
            }
        }
        Self { layer, wanted, asked, rows: rows.len(), length }
    }

    /// The mean over guided heads and asked queries of `-ln(attention on the wanted keys)`, in nats, of the layer's
    /// pattern `[B, H, T, T]`: `[1]`.
    #[must_use]
    pub fn loss(&self, pattern: &Tensor<4>, device: &Device) -> Tensor<1> {
        let (b, t) = (self.rows, self.length);
        let wanted = Tensor::<4>::from_data(TensorData::new(self.wanted.clone(), [b, 1, t, t]), device);
        let asked = Tensor::<4>::from_data(TensorData::new(self.asked.clone(), [b, 1, t, 1]), device);
        let seen = (pattern.clone().narrow(1, 0, HEADS) * wanted).sum_dim(3);
        let total = self.asked.iter().sum::<f32>().max(1.0) * HEADS as f32;
        ((seen + FLOOR).log() * asked).sum().div_scalar(-total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ids: &[u32]) -> Row {
        Row { ids: ids.to_vec(), weights: vec![1.0; ids.len()] }
    }

    #[test]
    fn the_induction_target_is_what_followed_the_same_token() {
        let target = Target::induction(&[row(&[9, 5, 6, 7, 5, 6]), row(&[1, 1, 1])], 6);
        let wanted = |b: usize, query: usize| -> Vec<usize> {
            (0..6).filter(|key| target.wanted[(b * 6 + query) * 6 + key] == 1.0).collect()
        };
        assert_eq!(wanted(0, 3), [0; 0], "7 is said for the first time");
        assert_eq!(wanted(0, 4), [2], "5 was followed by 6");
        assert_eq!(wanted(0, 5), [3], "6 was followed by 7");
        assert_eq!(wanted(1, 2), [1, 2], "every earlier 1 counts");
        assert_eq!(target.asked[..6], [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(target.asked[9..], [0.0; 3], "padding is not asked");
    }

    #[test]
    fn attention_on_the_target_costs_nothing_and_elsewhere_much() {
        let device = Device::flex();
        let target = Target::previous(&[row(&[3, 4])], 2);
        let cost = |seen: f32| -> f32 {
            let head = [1.0, 0.0, seen, 1.0 - seen];
            let data = TensorData::new([head, head].concat(), [1, 2, 2, 2]);
            target.loss(&Tensor::from_data(data, &device), &device).into_scalar()
        };
        assert!(cost(1.0).abs() < 1e-3);
        assert!((cost(0.5) - 2f32.ln()).abs() < 1e-3);
        assert!(cost(0.0) > 9.0);
    }
}
