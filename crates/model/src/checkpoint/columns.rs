use burn::tensor::{Device, Tensor, TensorData};

use crate::{Embedding, EmbeddingRows};

/// An output embedding `[V, d]` out of its transpose `[d, V]`, which arrives a few rows at a time.
///
/// Each strip is turned on the host and goes into the blocks on the device, so that nothing but a strip is held twice.
/// On the CPU, which takes all rows at once, the one strip is the whole.
#[derive(Default)]
pub(crate) struct Columns {
    blocks: Vec<Tensor<2>>,
    /// Columns of the blocks that are filled.
    filled: usize,
}

impl Columns {
    /// How many numbers a strip has: as many of `d` rows as come to one upload.
    pub(crate) fn strip(rows: EmbeddingRows, vocab: usize, d: usize) -> usize {
        let strip = rows.upload.saturating_mul(d) / vocab.max(1);
        strip.clamp(1, d.max(1)).saturating_mul(vocab)
    }

    /// Takes the next rows of `[d, V]`.
    pub(crate) fn add(
        &mut self,
        strip: &[f32],
        [vocab, d]: [usize; 2],
        rows: EmbeddingRows,
        device: &Device,
    ) {
        let width = strip.len() / vocab.max(1);
        let first = self.filled;
        self.filled += width;
        // The whole of `d` at once needs no place to be made for it.
        if width < d && self.blocks.is_empty() {
            let sizes = cuts(vocab, rows.block).map(|(from, to)| [to - from, d]);
            self.blocks = sizes.map(|size| Tensor::zeros(size, device)).collect();
        }
        for (at, (from, to)) in cuts(vocab, rows.block).enumerate() {
            let values = turned(strip, vocab, from..to);
            let piece = Tensor::from_data(TensorData::new(values, [to - from, width]), device);
            match self.blocks.get_mut(at) {
                None => self.blocks.push(piece),
                Some(block) => {
                    // Taken out, so that the block is this function's alone and is written where it lies.
                    let whole = std::mem::replace(block, Tensor::empty([0, 0], device));
                    *block = whole.slice_assign([0..to - from, first..first + width], piece);
                }
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The embedding, once every strip was taken.
    pub(crate) fn finish(self) -> Embedding {
        Embedding::new(self.blocks)
    }
}

/// The blocks of so many rows, by their first row and the one after their last.
fn cuts(vocab: usize, block: usize) -> impl Iterator<Item = (usize, usize)> {
    let block = block.max(1);
    (0..vocab).step_by(block).map(move |from| (from, (from + block).min(vocab)))
}

/// Some columns of rows `[n, V]` as rows `[columns, n]`.
fn turned(strip: &[f32], vocab: usize, columns: std::ops::Range<usize>) -> Vec<f32> {
    let width = strip.len() / vocab.max(1);
    let mut values = Vec::with_capacity(columns.len() * width);
    for column in columns {
        values.extend((0..width).map(|row| strip[row * vocab + column]));
    }
    values
}
