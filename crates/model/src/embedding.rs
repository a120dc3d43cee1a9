use burn::tensor::{Device, Int, Tensor, TensorData};
use peek_names::TokenId;

use crate::Gpt2Config;

/// A token embedding `[V, d]`: a row a token. GPT-2's is its output embedding too ([`crate::Unembedding`]).
///
/// It lies in blocks of rows, one after the other: a single one on the CPU, several on a GPU, where a block must fit
/// into one binding and is uploaded whole.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// Each `[rows, d]`, but the last, which may be shorter.
    blocks: Vec<Tensor<2>>,
    rows: usize,
}

/// Bytes of one block on a GPU: well below WebGPU's minimal binding of 128 MiB.
const BLOCK_BYTES: usize = 64 << 20;
/// Bytes that are uploaded to a GPU at once: they pass through a browser's memory several times.
const UPLOAD_BYTES: usize = 8 << 20;

/// How a model's embedding comes onto a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddingRows {
    /// Rows that are uploaded at once.
    pub upload: usize,
    /// Rows of a block: a multiple of `upload`, or all of them.
    pub block: usize,
}

impl EmbeddingRows {
    /// All rows at once on the CPU, which takes them as they are; piece by piece elsewhere.
    #[must_use]
    pub fn on(device: &Device, config: &Gpt2Config) -> Self {
        if *device == Device::flex() {
            return Self { upload: config.vocab, block: config.vocab };
        }
        let upload = (UPLOAD_BYTES / (4 * config.d_model.max(1))).max(1);
        Self { upload, block: upload * (BLOCK_BYTES / UPLOAD_BYTES) }
    }
}

impl Embedding {
    /// An embedding of uploads, each `[rows, d]` and in order, put together into blocks on their device.
    #[must_use]
    pub fn of_uploads(uploads: Vec<Tensor<2>>, rows: EmbeddingRows) -> Self {
        let each = (rows.block / rows.upload.max(1)).max(1);
        let mut uploads = uploads.into_iter().peekable();
        let mut blocks = Vec::new();
        while uploads.peek().is_some() {
            blocks.push(join(uploads.by_ref().take(each).collect(), 0));
        }
        Self::new(blocks)
    }

    /// An embedding of blocks that all have as many rows as the first, but for the last.
    #[must_use]
    pub fn new(blocks: Vec<Tensor<2>>) -> Self {
        let rows = blocks.first().map_or(1, |block| block.dims()[0]).max(1);
        Self { blocks, rows }
    }

    /// The blocks, first rows first.
    #[must_use]
    pub fn blocks(&self) -> &[Tensor<2>] {
        &self.blocks
    }

    /// The mean row, `[1, d]`.
    pub(crate) fn mean(&self) -> Tensor<2> {
        let vocab: usize = self.blocks.iter().map(|block| block.dims()[0]).sum();
        let sums: Vec<Tensor<2>> = self.blocks.iter().map(|block| block.clone().sum_dim(0)).collect();
        join(sums, 0).sum_dim(0) / vocab.max(1) as f64
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

    /// The rows of some tokens, each with its position's row of `wpe` `[context, d]` added, `[n, d]`: the first token is
    /// at position `from`. Every token must be in the vocabulary, every position in the context.
    #[must_use]
    pub fn at_positions(&self, tokens: &[TokenId], wpe: &Tensor<2>, from: usize) -> Tensor<2> {
        let device = wpe.device();
        #[cfg(feature = "kernels")]
        {
            let inside = |at: usize| tokens.iter().any(|id| id.index() / self.rows == at);
            let wanted: Vec<bool> = (0..self.blocks.len()).map(inside).collect();
            let ids = indices(tokens.iter().map(|id| id.index()), &device);
            if let Some(rows) = crate::webgpu::embed(&ids, &self.blocks, &wanted, wpe, from) {
                return rows;
            }
        }
        self.rows(tokens, &device) + wpe.clone().narrow(0, from, tokens.len())
    }

    /// Products with every row, `[n, V]`, of normalised residual rows `[n, d]`.
    #[must_use]
    pub fn logits(&self, normalised: &Tensor<2>) -> Tensor<2> {
        #[cfg(feature = "kernels")]
        if let Some(logits) = crate::webgpu::logits(normalised, &self.blocks) {
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
            let parts = Embedding::of_uploads(cut.collect(), EmbeddingRows { upload: rows, block: 2 * rows });
            for tokens in [vec![0], vec![22, 0, 7, 7, 8], vec![1, 2, 3, 20, 21]] {
                let tokens: Vec<TokenId> = tokens.into_iter().map(TokenId).collect();
                assert_eq!(numbers(whole.rows(&tokens, &device)), numbers(parts.rows(&tokens, &device)));
            }
            let near = |a: Tensor<2>, b: Tensor<2>| {
                numbers(a).iter().zip(numbers(b)).all(|(a, b)| (a - b).abs() < 1e-4)
            };
            assert!(near(whole.logits(&x), parts.logits(&x)));
            assert!(near(whole.mean(), parts.mean()));
        }
    }
}
