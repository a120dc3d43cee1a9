use burn::tensor::{Int, Tensor};
use cubecl::prelude::*;

use super::{Buffer, size};

/// Units that share a row.
const UNITS: u32 = 64;

/// Token and position embeddings summed, `[n, d]`, of ids `[n]` at the positions from `from` on, the token embedding in
/// blocks of rows; `None` where they are not on WebGPU. `wanted` says which blocks hold one of the tokens.
pub(crate) fn embed(
    ids: &Tensor<1, Int>,
    blocks: &[Tensor<2>],
    wanted: &[bool],
    wpe: &Tensor<2>,
    from: usize,
) -> Option<Tensor<2>> {
    let [n] = ids.dims();
    let [_, d] = wpe.dims();
    let wpe = Buffer::of(wpe)?;
    let ids = Buffer::of_ids(ids)?;
    let out = wpe.empty([n, d]);
    let mut first = 0;
    for (block, &wanted) in blocks.iter().zip(wanted) {
        let tokens = block.dims()[0];
        if wanted {
            let block = Buffer::of(block)?;
            embed_kernel::launch(
                &wpe.0.client,
                CubeCount::Static(size(n), 1, 1),
                CubeDim::new_1d(UNITS),
                ids.arg(),
                block.arg(),
                wpe.arg(),
                out.arg(),
                size(d),
                size(first),
                size(tokens),
                size(from),
            );
        }
        first += tokens;
    }
    Some(out.tensor())
}

/// A cube a token. Only tokens of the block are written: each is in just one.
#[cube(launch)]
fn embed_kernel(
    ids: &[i32],
    block: &[f32],
    wpe: &[f32],
    out: &mut [f32],
    width: u32,
    first: u32,
    tokens: u32,
    from: u32,
) {
    let row = CUBE_POS_X;
    let id = u32::cast_from(ids[row as usize]);
    if id >= first && id < first + tokens {
        let source = ((id - first) * width) as usize;
        let place = ((from + row) * width) as usize;
        let start = (row * width) as usize;
        let mut at = UNIT_POS as usize;
        while at < width as usize {
            out[start + at] = block[source + at] + wpe[place + at];
            at += UNITS as usize;
        }
    }
}
