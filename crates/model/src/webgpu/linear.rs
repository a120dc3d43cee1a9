use burn::tensor::Tensor;
use cubecl::prelude::*;

use super::{Buffer, size};
use crate::layers::Finish;

/// Units side by side, each with [`COLUMNS`] columns.
const LANES: usize = 16;
/// Columns of a unit, [`LANES`] apart, so that neighbours read neighbouring weights.
const COLUMNS: usize = 4;
/// Parts that the inner axis is cut into, summed at the end.
const PARTS: usize = 8;
/// Most rows of a cube: what is left of shared memory's 16 KiB.
const ROWS: usize = 8;

/// `x W + b` of `x` `[n, in]`, finished: `[n, out]`; `None` where the rows are not on WebGPU.
pub(crate) fn linear(
    x: &Tensor<2>,
    weight: &Tensor<2>,
    bias: &Tensor<1>,
    finish: &Finish,
) -> Option<Tensor<2>> {
    let [n, inner] = x.dims();
    let [_, width] = weight.dims();
    let x = Buffer::of(x)?;
    let (weight, bias) = (Buffer::of(weight)?, Buffer::of(bias)?);
    let residual = match &finish.onto {
        Some(residual) => Some(Buffer::of(residual)?),
        None => None,
    };
    let rows = n.next_power_of_two().min(ROWS);
    let out = x.empty([n, width]);
    linear_kernel::launch(
        &x.0.client,
        CubeCount::Static(size(width.div_ceil(LANES * COLUMNS)), size(n.div_ceil(rows)), 1),
        CubeDim::new_2d(size(LANES), size(PARTS)),
        x.arg(),
        weight.arg(),
        bias.arg(),
        residual.as_ref().unwrap_or(&bias).arg(),
        out.arg(),
        size(n),
        size(inner),
        size(width),
        rows,
        finish.gelu,
        residual.is_some(),
    );
    Some(out.tensor())
}

/// A cube makes `rows` rows of `LANES * COLUMNS` columns. Each unit sums one part of the inner axis for all rows and its
/// own columns, in registers: a weight that is read once serves all rows, a row's number all columns. Then the parts are
/// added up through shared memory.
#[cube(launch)]
fn linear_kernel(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    residual: &[f32],
    out: &mut [f32],
    n: u32,
    inner: u32,
    width: u32,
    #[comptime] rows: usize,
    #[comptime] gelu: bool,
    #[comptime] onto: bool,
) {
    let (n, inner, width) = (n as usize, inner as usize, width as usize);
    let lane = UNIT_POS_X as usize;
    let part = UNIT_POS_Y as usize;
    let first_row = CUBE_POS_Y as usize * rows;
    let first_column = CUBE_POS_X as usize * comptime!(LANES * COLUMNS) + lane;

    let mut sums = Array::<f32>::new(comptime!(rows * COLUMNS));
    #[unroll]
    for at in 0..comptime!(rows * COLUMNS) {
        sums[at] = f32::new(0.0);
    }
    // Rows and columns past the end read the last ones; what comes of them is not written.
    let mut places = Array::<usize>::new(rows);
    #[unroll]
    for row in 0..rows {
        places[row] = usize::min(first_row + row, n - 1) * inner;
    }
    let mut columns = Array::<usize>::new(COLUMNS);
    #[unroll]
    for column in 0..COLUMNS {
        columns[column] = usize::min(first_column + column * LANES, width - 1);
    }
    let length = inner.div_ceil(PARTS);
    let end = usize::min(part * length + length, inner);
    let mut k = part * length;
    while k < end {
        let line = k * width;
        let mut weights = Array::<f32>::new(COLUMNS);
        #[unroll]
        for column in 0..COLUMNS {
            weights[column] = weight[line + columns[column]];
        }
        #[unroll]
        for row in 0..rows {
            let value = x[places[row] + k];
            #[unroll]
            for column in 0..COLUMNS {
                sums[row * COLUMNS + column] += value * weights[column];
            }
        }
        k += 1;
    }

    let mut parts = Shared::new_slice(comptime!(rows * COLUMNS * LANES * PARTS));
    #[unroll]
    for at in 0..comptime!(rows * COLUMNS) {
        parts[(part * comptime!(rows * COLUMNS) + at) * LANES + lane] = sums[at];
    }
    sync_cube();
    // The units share out the cube's results: each takes every `PARTS`-th of its lane's.
    let mut at = part;
    while at < comptime!(rows * COLUMNS) {
        let row = first_row + at / COLUMNS;
        let column = first_column + at % COLUMNS * LANES;
        if row < n && column < width {
            let mut sum = bias[column];
            #[unroll]
            for other in 0..PARTS {
                sum += parts[(other * comptime!(rows * COLUMNS) + at) * LANES + lane];
            }
            let place = row * width + column;
            if comptime!(gelu) {
                sum = gelu_new(sum);
            }
            if comptime!(onto) {
                sum += residual[place];
            }
            out[place] = sum;
        }
        at += PARTS;
    }
}

/// `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, through the exponential of a number that is never positive: WGSL's
/// own `tanh` overflows on some adapters.
#[cube]
fn gelu_new(x: f32) -> f32 {
    let inner = f32::new(0.797_884_6) * (x + f32::new(0.044_715) * x * x * x);
    let size = f32::abs(inner);
    let small = f32::exp(f32::new(-2.0) * size);
    let mut tanh = (f32::new(1.0) - small) / (f32::new(1.0) + small);
    if inner < f32::new(0.0) {
        tanh = f32::new(0.0) - tanh;
    }
    f32::new(0.5) * x * (f32::new(1.0) + tanh)
}
