use burn::tensor::Tensor;
use cubecl::prelude::*;

use super::{Buffer, size};

/// Units along the inner axis, so that neighbours read neighbouring numbers of a row of the embedding.
const LANES: usize = 16;
/// Lines of units.
const LINES: usize = 8;
/// Rows of the embedding that one unit takes, [`LINES`] apart: a number of `x` that is read once serves all of them.
const TOKENS: usize = 4;
/// Most rows of `x` in a cube.
const ROWS: usize = 8;

/// `x wte^T`, `[n, V]`, of `x` `[n, d]` and an embedding in blocks of rows; `None` where `x` is not on WebGPU.
pub(crate) fn logits(x: &Tensor<2>, blocks: &[Tensor<2>]) -> Option<Tensor<2>> {
    let [n, d] = x.dims();
    let x = Buffer::of(x)?;
    let vocab = blocks.iter().map(|block| block.dims()[0]).sum();
    let out = x.empty([n, vocab]);
    let rows = n.next_power_of_two().min(ROWS);
    let mut first = 0;
    for block in blocks {
        let tokens = block.dims()[0];
        let block = Buffer::of(block)?;
        logits_kernel::launch(
            &x.0.client,
            CubeCount::Static(size(tokens.div_ceil(LINES * TOKENS)), size(n.div_ceil(rows)), 1),
            CubeDim::new_2d(size(LANES), size(LINES)),
            x.arg(),
            block.arg(),
            out.arg(),
            size(n),
            size(d),
            size(tokens),
            size(first),
            size(vocab),
            rows,
        );
        first += tokens;
    }
    Some(out.tensor())
}

/// A cube makes `rows` rows of `LINES * TOKENS` logits. Each unit sums every `LANES`-th product of its tokens' dot
/// products; the lanes are added up through shared memory. `first` is the block's first column in `out`.
#[cube(launch)]
fn logits_kernel(
    x: &[f32],
    block: &[f32],
    out: &mut [f32],
    n: u32,
    width: u32,
    tokens: u32,
    first: u32,
    vocab: u32,
    #[comptime] rows: usize,
) {
    let (n, width, tokens) = (n as usize, width as usize, tokens as usize);
    let lane = UNIT_POS_X as usize;
    let line = UNIT_POS_Y as usize;
    let first_row = CUBE_POS_Y as usize * rows;
    let first_token = CUBE_POS_X as usize * comptime!(LINES * TOKENS) + line;

    let mut sums = Array::<f32>::new(comptime!(rows * TOKENS));
    #[unroll]
    for at in 0..comptime!(rows * TOKENS) {
        sums[at] = f32::new(0.0);
    }
    let mut places = Array::<usize>::new(rows);
    #[unroll]
    for row in 0..rows {
        places[row] = usize::min(first_row + row, n - 1) * width;
    }
    let mut starts = Array::<usize>::new(TOKENS);
    #[unroll]
    for token in 0..TOKENS {
        starts[token] = usize::min(first_token + token * LINES, tokens - 1) * width;
    }
    let mut k = lane;
    while k < width {
        let mut weights = Array::<f32>::new(TOKENS);
        #[unroll]
        for token in 0..TOKENS {
            weights[token] = block[starts[token] + k];
        }
        #[unroll]
        for row in 0..rows {
            let value = x[places[row] + k];
            #[unroll]
            for token in 0..TOKENS {
                sums[row * TOKENS + token] += value * weights[token];
            }
        }
        k += LANES;
    }

    let mut parts = Shared::new_slice(comptime!(rows * TOKENS * LANES * LINES));
    #[unroll]
    for at in 0..comptime!(rows * TOKENS) {
        parts[(line * comptime!(rows * TOKENS) + at) * LANES + lane] = sums[at];
    }
    sync_cube();
    let mut at = lane;
    while at < comptime!(rows * TOKENS) {
        let row = first_row + at / TOKENS;
        let token = first_token + at % TOKENS * LINES;
        if row < n && token < tokens {
            let mut sum = f32::new(0.0);
            #[unroll]
            for other in 0..LANES {
                sum += parts[(line * comptime!(rows * TOKENS) + at) * LANES + other];
            }
            out[row * vocab as usize + first as usize + token] = sum;
        }
        at += LANES;
    }
}
