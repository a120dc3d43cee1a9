//! A weight matrix laid out for a single core of a browser: products of few rows, in 128-bit SIMD.
//!
//! In wasm a prompt's few rows meet each weight once, so that a forward pass is half the reading of weights from memory.
//! A general matrix product reads a row-major matrix a few columns at a time, each piece on another page, or copies it
//! first. Here the matrix is cut into panels of [`COLUMNS`] columns when it is loaded, and read from front to back ever
//! after. Natively burn's own product, on all cores, is the better one and the twin that this is held to.

use std::sync::Arc;

use wide::f32x4;

/// Vectors of a panel's line, and columns of a panel. With [`ROWS`] rows, the sums of a tile are twelve registers.
const VECTORS: usize = 3;
const COLUMNS: usize = 4 * VECTORS;
/// Rows of a tile.
const ROWS: usize = 4;

type Line = [f32x4; VECTORS];

/// A matrix `[inner, width]` in panels. Cloning shares it.
#[derive(Clone, Debug)]
pub(crate) struct Panels {
    /// Panel by panel, each with `inner` lines; the last one is filled up with zeros.
    lines: Arc<Vec<Line>>,
    inner: usize,
    width: usize,
}

impl Panels {
    /// Lays out `weight`, `[inner, width]` row by row.
    pub(crate) fn new(weight: &[f32], inner: usize, width: usize) -> Self {
        let line = |panel: usize, k: usize| -> Line {
            let value = |column: usize| if column < width { weight[k * width + column] } else { 0.0 };
            std::array::from_fn(|vector| {
                let first = panel * COLUMNS + 4 * vector;
                f32x4::new(std::array::from_fn(|at| value(first + at)))
            })
        };
        let panels = width.div_ceil(COLUMNS);
        let mut lines = Vec::with_capacity(panels * inner);
        lines.extend(
            (0..panels).flat_map(|panel| (0..inner).map(move |k| (panel, k))).map(|(p, k)| line(p, k)),
        );
        Self { lines: Arc::new(lines), inner, width }
    }

    /// The matrix as it was given, `[inner, width]` row by row.
    pub(crate) fn rows(&self) -> Vec<f32> {
        let mut rows = vec![0.0; self.inner * self.width];
        for (at, line) in self.lines.iter().enumerate() {
            let (panel, k) = (at / self.inner, at % self.inner);
            for (column, value) in values(line).enumerate() {
                if let Some(place) = self.column(panel, column) {
                    rows[k * self.width + place] = value;
                }
            }
        }
        rows
    }

    /// `[inner, width]`.
    pub(crate) fn dims(&self) -> [usize; 2] {
        [self.inner, self.width]
    }

    /// Adds `x W` to `out`: `x` is `[n, inner]`, `out` `[n, width]`, both row by row.
    pub(crate) fn add_product(&self, x: &[f32], out: &mut [f32]) {
        let n = x.len().checked_div(self.inner).unwrap_or(0);
        let whole = n / ROWS * ROWS;
        let (x, rest_x) = x.split_at(whole * self.inner);
        let (out, rest_out) = out.split_at_mut(whole * self.width);
        self.add_rows::<ROWS>(x, out);
        match n - whole {
            1 => self.add_rows::<1>(rest_x, rest_out),
            2 => self.add_rows::<2>(rest_x, rest_out),
            3 => self.add_rows::<3>(rest_x, rest_out),
            _ => {}
        }
    }

    /// The same for a multiple of `R` rows, `R` at a time. Panel by panel, so that the matrix comes from memory once.
    fn add_rows<const R: usize>(&self, x: &[f32], out: &mut [f32]) {
        if x.is_empty() || self.width == 0 {
            return;
        }
        // Number by number the tile's rows side by side: one stream to read instead of `R`.
        let columns: Vec<[f32; R]> = x
            .chunks_exact(R * self.inner)
            .flat_map(|rows| (0..self.inner).map(|k| std::array::from_fn(|row| rows[row * self.inner + k])))
            .collect();
        for (panel, lines) in self.lines.chunks_exact(self.inner).enumerate() {
            let tiles = columns.chunks_exact(self.inner).zip(out.chunks_exact_mut(R * self.width));
            for (columns, out) in tiles {
                for (row, sums) in out.chunks_exact_mut(self.width).zip(tile(columns, lines)) {
                    let row = &mut row[panel * COLUMNS..];
                    for (number, sum) in row.iter_mut().zip(values(&sums)) {
                        *number += sum;
                    }
                }
            }
        }
    }

    /// Where a panel's column stands in the matrix; `None` past its end.
    fn column(&self, panel: usize, column: usize) -> Option<usize> {
        Some(panel * COLUMNS + column).filter(|&place| place < self.width)
    }
}

/// The sums of `R` rows with a panel. All of them stay in registers; two lines at a time cost one loop's overhead.
#[inline(always)]
fn tile<const R: usize>(columns: &[[f32; R]], lines: &[Line]) -> [Line; R] {
    let mut sums = [[f32x4::ZERO; VECTORS]; R];
    let (columns, last_column) = columns.as_chunks::<2>();
    let (lines, last_line) = lines.as_chunks::<2>();
    for (columns, lines) in columns.iter().zip(lines) {
        for (column, line) in columns.iter().zip(lines) {
            step(&mut sums, column, line);
        }
    }
    for (column, line) in last_column.iter().zip(last_line) {
        step(&mut sums, column, line);
    }
    sums
}

#[inline(always)]
fn step<const R: usize>(sums: &mut [Line; R], column: &[f32; R], line: &Line) {
    for (sums, value) in sums.iter_mut().zip(column) {
        let value = f32x4::splat(*value);
        for (sum, weights) in sums.iter_mut().zip(line) {
            *sum += value * *weights;
        }
    }
}

fn values(line: &Line) -> impl Iterator<Item = f32> {
    line.map(f32x4::to_array).into_iter().flatten()
}

/// GPT-2's `gelu_new` of every number, in place. `x/2 (1 + tanh u)` is `x / (1 + exp(-2 u))`.
pub(crate) fn gelu_new(numbers: &mut [f32]) {
    const TWICE: f32 = 2.0 * 0.797_884_6;
    let gelu = |x: f32x4| {
        let twice = x * (x * x * f32x4::splat(0.044_715 * TWICE) + f32x4::splat(TWICE));
        // Beyond this the sum is 1, or so large that the result is 0 to the last digit, and the exponential would leave
        // f32's range. What is no number stays none, through the quotient.
        let power = (-twice).max(f32x4::splat(-80.0)).min(f32x4::splat(80.0));
        x / (f32x4::ONE + power.exp())
    };
    let (vectors, rest) = numbers.as_chunks_mut::<4>();
    for vector in vectors {
        *vector = gelu(f32x4::new(*vector)).to_array();
    }
    for number in rest {
        *number = gelu(f32x4::splat(*number)).to_array()[0];
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor, TensorData};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_product_with_panels_is_the_plain_product(
            (n, inner, width) in (1..12usize, 1..40usize, 1..50usize),
            seed in any::<u32>(),
        ) {
            let numbers = |count: usize, step: u32| -> Vec<f32> {
                (0..count as u32).map(|at| ((at.wrapping_mul(step) ^ seed) % 2001) as f32 / 1000.0 - 1.0).collect()
            };
            let (x, weight, before) = (numbers(n * inner, 40503), numbers(inner * width, 2654435761), numbers(n * width, 7919));
            let panels = Panels::new(&weight, inner, width);
            prop_assert_eq!(panels.dims(), [inner, width]);
            prop_assert_eq!(&panels.rows(), &weight);
            let mut fast = before.clone();
            panels.add_product(&x, &mut fast);

            let matrix = |values: Vec<f32>, rows: usize, columns: usize| {
                Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), &Device::flex())
            };
            let slow = matrix(before, n, width) + matrix(x, n, inner).matmul(matrix(weight, inner, width));
            let slow: Vec<f32> = slow.into_data().try_to_vec().expect("f32");
            for (fast, slow) in fast.iter().zip(&slow) {
                prop_assert!((fast - slow).abs() < 1e-4, "{} against {}", fast, slow);
            }
        }
    }

    #[test]
    fn gelu_is_its_definition_over_the_whole_range() {
        let mut numbers: Vec<f32> = (-4000..4003).map(|at| at as f32 / 200.0).collect();
        numbers.extend([0.0, -0.0, 1e-30, 1e4, -1e4, 3e38]);
        let expected: Vec<f64> = numbers
            .iter()
            .map(|&x| {
                let x = f64::from(x);
                let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
                0.5 * x * (1.0 + inner.tanh())
            })
            .collect();
        let given = numbers.clone();
        gelu_new(&mut numbers);
        for ((x, fast), slow) in given.iter().zip(&numbers).zip(expected) {
            assert!(
                (f64::from(*fast) - slow).abs() <= 1e-6 * slow.abs().max(1.0),
                "{x}: {fast} against {slow}"
            );
        }
        let mut none = [f32::NAN; 5];
        gelu_new(&mut none);
        assert!(none.iter().all(|number| number.is_nan()), "{none:?}");
    }
}
