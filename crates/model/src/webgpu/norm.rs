use burn::tensor::Tensor;
use cubecl::prelude::*;

use super::{Buffer, MOST_CUBES, size};
use crate::LayerNorm;

/// Units that share a row.
const UNITS: u32 = 64;

/// LayerNorm of each row `[n, d]`; `None` where the rows are not on WebGPU, or more than one
/// dispatch takes.
pub(crate) fn layer_norm(x: &Tensor<2>, norm: &LayerNorm) -> Option<Tensor<2>> {
    let [n, d] = x.dims();
    if n > MOST_CUBES {
        return None;
    }
    let x = Buffer::of(x)?;
    let (gain, bias) = (Buffer::of(&norm.gain)?, Buffer::of(&norm.bias)?);
    let out = x.empty([n, d]);
    layer_norm_kernel::launch(
        &x.0.client,
        CubeCount::Static(size(n), 1, 1),
        CubeDim::new_1d(UNITS),
        x.arg(),
        gain.arg(),
        bias.arg(),
        out.arg(),
        size(d),
        norm.epsilon as f32,
        UNITS as usize,
    );
    Some(out.tensor())
}

/// A cube a row. The mean is taken first and then the variance about it, as the definition has it: one pass over squares
/// would lose digits where the mean is large.
#[cube(launch)]
fn layer_norm_kernel(
    x: &[f32],
    gain: &[f32],
    bias: &[f32],
    out: &mut [f32],
    width: u32,
    epsilon: f32,
    #[comptime] units: usize,
) {
    let width = width as usize;
    let start = CUBE_POS_X as usize * width;
    let unit = UNIT_POS as usize;
    let mut parts = Shared::new_slice(units);

    let mut sum = f32::new(0.0);
    let mut at = unit;
    while at < width {
        sum += x[start + at];
        at += units;
    }
    parts[unit] = sum;
    sync_cube();
    let mut mean = f32::new(0.0);
    for other in 0..units {
        mean += parts[other];
    }
    mean /= f32::cast_from(width as u32);
    sync_cube();

    let mut squares = f32::new(0.0);
    let mut at = unit;
    while at < width {
        let off = x[start + at] - mean;
        squares += off * off;
        at += units;
    }
    parts[unit] = squares;
    sync_cube();
    let mut variance = f32::new(0.0);
    for other in 0..units {
        variance += parts[other];
    }
    let scale = f32::new(1.0) / f32::sqrt(variance / f32::cast_from(width as u32) + epsilon);

    let mut at = unit;
    while at < width {
        out[start + at] = (x[start + at] - mean) * scale * gain[at] + bias[at];
        at += units;
    }
}
