use std::ops::Range;

use burn::tensor::{Tensor, TensorData, activation};
use peek_model::{Block, Gpt2, ModelError};
use peek_names::{Layer, LogitScale, TokenId};

use crate::{InterpError, Pace, Run, read::read};

/// The final rows of every patched run of a group of layers: enough for any logit metric, whatever the answer.
///
/// Attention is causal, so a patch at the last position changes nothing before it: keys and values there are the
/// corrupt run's. A patched run is therefore one row that enters at its head's layer and goes up. All rows of a
/// group go up together: at layer `m` the rows that entered lower and the `H` that enter there are one batch.
#[derive(Clone, Debug)]
pub struct Sweep {
    layers: Range<u16>,
    heads: usize,
    /// `[layers * H, d]`: after `ln_f`, minus the corrupt run's own row. The difference is taken here, element by
    /// element, so that a small delta is not lost between two large logits.
    shift: Tensor<2>,
}

impl Sweep {
    /// Patches every head of `layers`, one at a time: the clean run's `z` at its last position into the corrupt
    /// run's last position. Pauses between layers.
    ///
    /// # Errors
    /// Where the layers are not the model's, or `pace` says stop.
    pub async fn replay(
        model: &Gpt2,
        clean: &Run,
        corrupt: &Run,
        layers: Range<u16>,
        pace: &impl Pace,
    ) -> Result<Self, InterpError> {
        let heads = model.config.heads;
        let one_each = identity(heads, model);
        let mut rows: Option<Tensor<2>> = None;
        for layer in model.layers().skip(layers.start.into()) {
            let block = model.block(layer)?;
            let mut mid = Vec::new();
            if let Some(rows) = rows.take() {
                mid.push(replay_attention(block, rows, corrupt, layer)?);
            }
            if layers.contains(&layer.0) {
                mid.push(patched_rows(block, clean, corrupt, layer, &one_each)?);
            }
            let mid = Tensor::cat(mid, 0);
            rows = Some(mid.clone() + block.mlp_out(mid));
            pace.pause().await?;
        }
        let rows =
            rows.ok_or(ModelError::NoSuchLayer { layer: Layer(layers.start), layers: model.config.layers })?;
        let shift = model.ln_f.apply(rows) - model.ln_f.apply(corrupt.final_row());
        Ok(Self { layers, heads, shift })
    }

    /// Which layers' heads these are.
    #[must_use]
    pub fn layers(&self) -> Range<u16> {
        self.layers.clone()
    }

    /// `metric(patched) - metric(corrupt)` of every head, in logits of `answer`: a row `[H]` a layer, in the order
    /// of [`Self::layers`]. Runs no layer: two dot products a head, one of them with `mean(W_U)` for the centred
    /// scale.
    ///
    /// # Errors
    /// Where the answer is outside the vocabulary, or the device does not return the numbers.
    pub async fn deltas(
        &self,
        model: &Gpt2,
        answer: TokenId,
        scale: LogitScale,
    ) -> Result<Vec<(Layer, Vec<f32>)>, InterpError> {
        let column = model.unembedding_rows(&[answer])?;
        let column = match scale {
            LogitScale::Centred => column - model.mean_wte.clone(),
            LogitScale::Raw => column,
        };
        let deltas = read(self.shift.clone().matmul(column.transpose())).await?;
        Ok(self.layers.clone().map(Layer).zip(deltas.chunks(self.heads).map(<[f32]>::to_vec)).collect())
    }
}

/// Splits `layers` into `count` groups of neighbours, deepest first: the deepest rows have the shortest way, so
/// that the first numbers show early.
#[must_use]
pub fn groups_of(layers: usize, count: usize) -> Vec<Range<u16>> {
    let layers = u16::try_from(layers).unwrap_or(u16::MAX);
    let count = u16::try_from(count).unwrap_or(u16::MAX).clamp(1, layers.max(1));
    let edge = |i: u16| u16::try_from(u32::from(layers) * u32::from(i) / u32::from(count)).unwrap_or(layers);
    (0..count).rev().map(|i| edge(i)..edge(i + 1)).collect()
}

/// Rows that entered lower, through this layer's attention: `resid_pre` `[R, d]` to `resid_mid` `[R, d]`. Each row
/// stands alone at the last position, before it the corrupt run's keys and values.
fn replay_attention(
    block: &Block,
    rows: Tensor<2>,
    corrupt: &Run,
    layer: Layer,
) -> Result<Tensor<2>, InterpError> {
    let own = block.qkv(rows.clone());
    let z = match corrupt.earlier_kv(layer)? {
        // The only position attends to itself.
        None => own.v,
        Some((keys, values)) => {
            let q = own.q.clone() * (own.q.dims()[2] as f64).sqrt().recip();
            let earlier = keys.dims()[1];
            let scores = vec![q.clone().matmul(keys.swap_dims(1, 2)), (q * own.k).sum_dim(2)];
            let pattern = activation::softmax(Tensor::cat(scores, 2), 2);
            pattern.clone().narrow(2, 0, earlier).matmul(values) + pattern.narrow(2, earlier, 1) * own.v
        }
    };
    Ok(rows + block.attn_out(z))
}

/// The rows that enter at this layer, `[H, d]`: row `h` is the corrupt run's `resid_mid` with head `h`'s `z` taken
/// from the clean run.
fn patched_rows(
    block: &Block,
    clean: &Run,
    corrupt: &Run,
    layer: Layer,
    one_each: &Tensor<3>,
) -> Result<Tensor<2>, InterpError> {
    let (from, to) = (clean.last_z(layer)?, corrupt.last_z(layer)?);
    // `[H, 1, dh]` against `[H, H, 1]`: axis 1 becomes the row, and each row gets one head's difference.
    let z = to.clone() + one_each.clone() * (from - to);
    Ok(corrupt.last_resid_pre(layer)? + block.attn_out(z))
}

/// `[H, H, 1]`: 1 where head and row are the same.
fn identity(heads: usize, model: &Gpt2) -> Tensor<3> {
    let ones = (0..heads * heads).map(|i| if i % (heads + 1) == 0 { 1.0 } else { 0.0 }).collect::<Vec<f32>>();
    Tensor::from_data(TensorData::new(ones, [heads, heads, 1]), &model.device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_cover_every_layer_once_deepest_first() {
        assert_eq!(groups_of(12, 3), [8..12, 4..8, 0..4]);
        assert_eq!(groups_of(4, 1), vec![0..4]);
        for layers in 1..30 {
            for count in 1..6 {
                let mut seen: Vec<u16> = groups_of(layers, count).into_iter().rev().flatten().collect();
                assert!(!seen.is_empty());
                seen.dedup();
                assert_eq!(seen, (0..layers as u16).collect::<Vec<_>>(), "{layers} in {count}");
            }
        }
    }
}
