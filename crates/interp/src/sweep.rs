use std::ops::Range;

use burn::tensor::{Tensor, TensorData};
use peek_model::{Gpt2, ModelError};
use peek_names::{Layer, LogitScale, TokenId};

use crate::{
    InterpError, Pace, Run,
    read::read,
    replay::{Entry, Replay, Stage},
};

/// The final rows of every patched run of a group of layers: enough for any logit metric, whatever the answer.
///
/// A run that is patched at the last position is a single row that enters at its head's layer and goes up. All rows of
/// a group go up together (`Replay`): at layer `m` the rows that entered lower and the `H` that enter there are one
/// batch.
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
    /// Where there are no layers or they are not the model's, or `pace` says stop.
    pub async fn replay(
        model: &Gpt2,
        clean: &Run,
        corrupt: &Run,
        layers: Range<u16>,
        pace: &impl Pace,
    ) -> Result<Self, InterpError> {
        if layers.is_empty() || usize::from(layers.end) > model.config.layers {
            let layer = Layer(layers.end.saturating_sub(1));
            return Err(ModelError::NoSuchLayer { layer, layers: model.config.layers }.into());
        }
        let last = corrupt.last();
        let one_each = one_each(model);
        let mut replay = Replay::new(model, corrupt, last);
        for layer in model.layers().skip(layers.start.into()) {
            let patched = layers.contains(&layer.0);
            let joining = patched.then(|| patched_rows(model, clean, corrupt, layer, &one_each));
            let entry = |rows| Entry { stage: Stage::Mid, rows, lone: true };
            replay.step(layer, joining.transpose()?.map(entry))?;
            pace.pause().await?;
        }
        let no_such = ModelError::NoSuchLayer { layer: Layer(layers.start), layers: model.config.layers };
        let rows = replay.rows().ok_or(no_such)?;
        let shift = model.ln_f.apply(rows) - model.ln_f.apply(corrupt.final_row());
        Ok(Self { layers, heads: model.config.heads, shift })
    }

    /// Which layers' heads these are.
    #[must_use]
    pub fn layers(&self) -> Range<u16> {
        self.layers.clone()
    }

    /// `metric(patched) - metric(corrupt)` of every head, in logits of `answer`: a row `[H]` a layer, in the order
    /// of [`Self::layers`]. Runs no layer: two dot products a head, one of them with `mean(W_U)` for the centred
    /// scale. An unembedding's bias is in both metrics and so in no difference.
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
            LogitScale::Centred => column - model.unembedding.mean(),
            LogitScale::Raw => column,
        };
        let deltas = read(self.shift.clone().matmul(column.transpose())).await?;
        Ok(self.layers.clone().map(Layer).zip(deltas.chunks(self.heads).map(<[f32]>::to_vec)).collect())
    }
}

/// How many groups of layers a sweep is best streamed in on the model's device: the first rows show while the rest is
/// still being replayed, and each group is another way up. On a CPU four cost little more than one (`cargo xtask bench`
/// times one to four); on a GPU, where each way up is paid in dispatches, it is two.
#[must_use]
pub fn group_count(model: &Gpt2) -> usize {
    if model.device == peek_model::cpu() { 4 } else { 2 }
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

/// The runs that enter at this layer, `[H, d]`: row `h` is the corrupt run's `resid_mid` at the last position with head
/// `h`'s `z` taken from the clean run.
fn patched_rows(
    model: &Gpt2,
    clean: &Run,
    corrupt: &Run,
    layer: Layer,
    one_each: &Tensor<2>,
) -> Result<Tensor<2>, InterpError> {
    let (from, to) = (clean.z(layer, clean.last())?, corrupt.z(layer, corrupt.last())?);
    let z = to.clone() + one_each.clone() * (from - to);
    Ok(model.block(layer)?.resid_mid(corrupt.last_resid_pre(layer)?, z))
}

/// `[H, d]`: row `h` is 1 where head `h`'s `z` lies, and 0 elsewhere.
pub(crate) fn one_each(model: &Gpt2) -> Tensor<2> {
    let (heads, d) = (model.config.heads, model.config.d_model);
    let d_head = model.config.d_head();
    let own = |at: usize| if at % d / d_head == at / d { 1.0 } else { 0.0 };
    let values = (0..heads * d).map(own).collect::<Vec<f32>>();
    Tensor::from_data(TensorData::new(values, [heads, d]), &model.device)
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
