use burn::tensor::{Device, Int, Tensor, TensorData};
use peek_names::TokenId;

use crate::Gpt2Config;

/// GPT-2's token embedding `[V, d]`, which transposed is its output embedding too.
///
/// It lies in blocks of rows, one after the other: a single one on the CPU, several on a GPU, where a block must fit
/// into one binding and is uploaded whole.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// Each `[rows, d]`, but the last, which may be shorter.
    blocks: Vec<Tensor<2>>,
    rows: usize,
    mean: Tensor<2>,
}

/// Bytes of one block on a GPU: small enough that its passage through memory is no peak, and far below WebGPU's minimal
/// binding of 128 MiB.
const BLOCK_BYTES: usize = 32 << 20;

impl Embedding {
    /// How many rows of a model's embedding a block is to have on `device`: all of them on the CPU.
    #[must_use]
    pub fn rows_per_block(config: &Gpt2Config, device: &Device) -> usize {
        if *device == Device::flex() {
            return config.vocab;
        }
        (BLOCK_BYTES / (4 * config.d_model.max(1))).max(1)
    }

    /// An embedding of blocks that all have as many rows as the first, but for the last.
    #[must_use]
    pub fn new(blocks: Vec<Tensor<2>>) -> Self {
        let rows = blocks.first().map_or(1, |block| block.dims()[0]).max(1);
        let vocab: usize = blocks.iter().map(|block| block.dims()[0]).sum();
        let sums: Vec<Tensor<2>> = blocks.iter().map(|block| block.clone().sum_dim(0)).collect();
        let mean = join(sums, 0).sum_dim(0) / vocab.max(1) as f64;
        Self { blocks, rows, mean }
    }

    /// The blocks, first rows first.
    #[must_use]
    pub fn blocks(&self) -> &[Tensor<2>] {
        &self.blocks
    }

    /// The mean row, `[1, d]`: its product with a normalised residual is the mean logit, which turns raw logits into
    /// centred ones.
    #[must_use]
    pub fn mean(&self) -> Tensor<2> {
        self.mean.clone()
    }

    /// The rows of some tokens, `[n, d]`, in their order. Every token must be in the vocabulary.
    #[must_use]
    pub fn rows(&self, tokens: &[TokenId], device: &Device) -> Tensor<2> {
        if let [all] = self.blocks.as_slice() {
            return all.clone().select(0, indices(tokens.iter().map(|id| id.index()), device));
        }
        // Block by block, then back into the tokens' order.
        let mut places = vec![0; tokens.len()];
        let mut parts = Vec::new();
        let mut found = 0;
        for (at, block) in self.blocks.iter().enumerate() {
            let wanted = tokens.iter().enumerate().filter(|(_, id)| id.index() / self.rows == at);
            let mut inside = Vec::new();
            for (token, id) in wanted {
                places[token] = found;
                found += 1;
                inside.push(id.index() % self.rows);
            }
            if !inside.is_empty() {
                parts.push(block.clone().select(0, indices(inside.into_iter(), device)));
            }
        }
        let sorted = places.windows(2).all(|pair| pair[0] < pair[1]);
        let rows = join(parts, 0);
        if sorted { rows } else { rows.select(0, indices(places.into_iter(), device)) }
    }

    /// Raw logits `[n, V]` of normalised residual rows `[n, d]`.
    #[must_use]
    pub fn logits(&self, normalised: Tensor<2>) -> Tensor<2> {
        #[cfg(feature = "webgpu")]
        if let Some(logits) = crate::webgpu::logits(&normalised, &self.blocks) {
            return logits;
        }
        // The transpose is a view: the matrix product reads each block where it lies.
        let parts = self.blocks.iter().map(|block| normalised.clone().matmul(block.clone().transpose()));
        join(parts.collect(), 1)
    }
}

/// One tensor of one or more along an axis.
fn join(mut parts: Vec<Tensor<2>>, axis: usize) -> Tensor<2> {
    if parts.len() == 1 { parts.remove(0) } else { Tensor::cat(parts, axis) }
}

fn indices(indices: impl Iterator<Item = usize>, device: &Device) -> Tensor<1, Int> {
    // Below 2^31: a vocabulary is held to what fits in memory.
    let indices: Vec<i32> = indices.map(|index| i32::try_from(index).unwrap_or(i32::MAX)).collect();
    Tensor::from_data(TensorData::from(indices.as_slice()), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One block and several give the same rows and logits, whatever the order of the tokens.
    #[test]
    fn blocks_change_nothing() {
        let device = Device::flex();
        let (vocab, d) = (23, 5);
        let values: Vec<f32> = (0..vocab * d).map(|at| ((at * 31 % 97) as f32 - 48.0) / 10.0).collect();
        let block = |from: usize, to: usize| {
            Tensor::<2>::from_data(
                TensorData::new(values[from * d..to * d].to_vec(), [to - from, d]),
                &device,
            )
        };
        let whole = Embedding::new(vec![block(0, vocab)]);
        let x = block(3, 7);
        let numbers = |tensor: Tensor<2>| tensor.into_data().try_to_vec::<f32>().expect("f32");
        for rows in [1, 4, 8, 22] {
            let cut = (0..vocab).step_by(rows).map(|from| block(from, (from + rows).min(vocab)));
            let parts = Embedding::new(cut.collect());
            for tokens in [vec![0], vec![22, 0, 7, 7, 8], vec![1, 2, 3, 20, 21]] {
                let tokens: Vec<TokenId> = tokens.into_iter().map(TokenId).collect();
                assert_eq!(numbers(whole.rows(&tokens, &device)), numbers(parts.rows(&tokens, &device)));
            }
            let near = |a: Tensor<2>, b: Tensor<2>| {
                numbers(a).iter().zip(numbers(b)).all(|(a, b)| (a - b).abs() < 1e-4)
            };
            assert!(near(whole.logits(x.clone()), parts.logits(x.clone())));
            assert!(near(whole.mean(), parts.mean()));
        }
    }
}
