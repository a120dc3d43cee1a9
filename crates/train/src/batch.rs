//! Rows of different lengths as one rectangle, and its loss.

use burn::tensor::{Device, Int, Tensor, TensorData, activation};

use crate::{corpus::Row, guide::Target, net::Net};

/// Rows padded at the end to one length. Attention is causal and padding has no weight, so it changes nothing.
pub struct Batch {
    ids: Vec<i32>,
    rows: usize,
    length: usize,
    /// Positions whose next token counts, as indices into the flattened `[B * T]`.
    at: Vec<i32>,
    /// The tokens to be predicted there.
    targets: Vec<i32>,
    /// How much each counts.
    weights: Vec<f32>,
    /// Where guided heads should look.
    guides: Vec<Target>,
}

impl Batch {
    /// Packs `rows`; none may be longer than the model's positions.
    #[must_use]
    pub fn new(rows: &[Row]) -> Self {
        let length = rows.iter().map(|row| row.ids.len()).max().unwrap_or(0);
        let mut batch = Self {
            ids: Vec::new(),
            rows: rows.len(),
            length,
            at: Vec::new(),
            targets: Vec::new(),
            weights: Vec::new(),
            guides: Vec::new(),
        };
        for row in rows {
            let start = batch.ids.len();
            batch.ids.extend(row.ids.iter().map(|&id| signed(id as usize)));
            batch.ids.resize(start + length, 0);
            for (place, (&id, &weight)) in row.ids.iter().zip(&row.weights).enumerate().skip(1) {
                if weight > 0.0 {
                    batch.at.push(signed(start + place - 1));
                    batch.targets.push(signed(id as usize));
                    batch.weights.push(weight);
                }
            }
        }
        batch
    }

    /// The same rows with a guide for the heads of an induction circuit.
    #[must_use]
    pub fn guided(rows: &[Row]) -> Self {
        let mut batch = Self::new(rows);
        batch.guides = vec![Target::previous(rows, batch.length), Target::induction(rows, batch.length)];
        batch
    }

    /// How many tokens are in it, padding included.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.ids.len()
    }

    /// The weighted mean of the negative log-probabilities of the tokens to be predicted, and the sum of what the guides
    /// say, both in nats: `[1]` each.
    ///
    /// Only rows that are predicted from meet the vocabulary: the unembedding is the dearest matrix of a small model.
    #[must_use]
    pub fn loss(self, net: &Net, device: &Device) -> (Tensor<1>, Option<Tensor<1>>) {
        let (count, total) = (self.at.len(), self.weights.iter().sum::<f32>().max(f32::MIN_POSITIVE));
        let ids = Tensor::<2, Int>::from_data(TensorData::new(self.ids, [self.rows, self.length]), device);
        let mut guided: Option<Tensor<1>> = None;
        let residual = net.residual(ids, &mut |layer, pattern, z| {
            for guide in self.guides.iter().filter(|guide| guide.layer == layer) {
                let loss = guide.loss(pattern, device);
                guided = Some(guided.take().map_or(loss.clone(), |sum| sum + loss));
            }
            z
        });
        let [batch, length, width] = residual.dims();
        let at = Tensor::<1, Int>::from_data(TensorData::new(self.at, [count]), device);
        let logits = net.unembed(residual.reshape([batch * length, width]).select(0, at));
        let targets = Tensor::<2, Int>::from_data(TensorData::new(self.targets, [count, 1]), device);
        let weights = Tensor::<2>::from_data(TensorData::new(self.weights, [count, 1]), device);
        let loss = (activation::log_softmax(logits, 1).gather(1, targets) * weights).sum().div_scalar(-total);
        (loss, guided)
    }
}

/// Token ids and row numbers are far below 2^31.
fn signed(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}
