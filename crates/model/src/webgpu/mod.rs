//! Kernels of our own for WebGPU: few dispatches, and products of few rows with large matrices.
//!
//! burn's kernels are made for large batches. Here a layer is made of a handful of rows, so that what counts is how often
//! a dispatch is paid and that each weight is read once or twice. A layer takes seven dispatches: two normalisations,
//! four products (bias, GELU and residual sum done on the way), and one for all of attention.
//!
//! Each function has the plain path in burn's own operations as its twin and is used in its place where the tensors lie
//! on WebGPU; the tests in a browser (`tests/e2e`) hold the page on WebGPU to the terminal, which takes the plain path.
//! Buffers are f32, rows contiguous. Kernels keep within WebGPU's minimal limits: 256 units and 16 KiB of shared memory a
//! cube, 8 buffers.

mod attend;
mod embed;
mod linear;
mod logits;
mod norm;

use burn::tensor::{Int, Shape, Tensor};
use burn_cubecl::{
    CubeBackend, kernel::into_contiguous, ops::numeric::empty_device_dtype, tensor::CubeTensor,
};
use cubecl::prelude::BufferArg;

pub(crate) use attend::attend;
pub(crate) use embed::embed;
pub(crate) use linear::linear;
pub(crate) use logits::logits;
pub(crate) use norm::layer_norm;

/// A tensor's buffer, where it lies on WebGPU: a kernel's argument.
struct Buffer(CubeTensor);

impl Buffer {
    /// `None` where the tensor lies on the CPU.
    fn of<const D: usize>(tensor: &Tensor<D>) -> Option<Self> {
        let tensor = tensor.clone().try_into_primitive::<CubeBackend>().ok()?;
        // Weights and results are contiguous already; a view of some columns is copied.
        Some(Self(if tensor.is_contiguous() { tensor } else { into_contiguous(tensor) }))
    }

    /// A tensor of ids likewise.
    fn of_ids(ids: &Tensor<1, Int>) -> Option<Self> {
        ids.clone().try_into_primitive::<CubeBackend>().ok().map(Self)
    }

    /// An empty one of `shape` beside this.
    fn empty<const D: usize>(&self, shape: [usize; D]) -> Self {
        let (client, device) = (self.0.client.clone(), self.0.device.clone());
        Self(empty_device_dtype(client, device, Shape::from(shape), self.0.dtype))
    }

    fn arg(&self) -> BufferArg {
        self.0.clone().into_buffer_arg()
    }

    fn tensor<const D: usize>(self) -> Tensor<D> {
        Tensor::from_primitive::<CubeBackend>(self.0)
    }
}

/// Most cubes along one axis.
const MOST_CUBES: usize = 65_535;

/// Sizes are far below 2^32: WebGPU's buffers are.
fn size(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
