#[cfg(target_arch = "wasm32")]
use burn::tensor::{Device, TensorData};
use burn::tensor::{Tensor, module};
#[cfg(target_arch = "wasm32")]
use futures_util::FutureExt;

#[cfg(target_arch = "wasm32")]
use crate::panels::Panels;

/// `x W + b`. GPT-2 calls it `Conv1D` and stores `W` as `[in, out]`, which is the way it is used here.
#[derive(Clone, Debug)]
pub struct Affine {
    weight: Weight,
    /// `[out]`.
    pub(crate) bias: Tensor<1>,
}

/// `W`, as its device reads it best.
#[derive(Clone, Debug)]
enum Weight {
    /// `[in, out]`.
    Rows(Box<Tensor<2>>),
    /// The same in panels: the CPU of a browser.
    #[cfg(target_arch = "wasm32")]
    Panels(Panels),
}

/// What happens to a product before it is handed on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finish {
    /// GPT-2's `gelu_new`.
    pub(crate) gelu: bool,
    /// A residual `[n, out]` to which it is added.
    pub(crate) onto: Option<Tensor<2>>,
}

impl Affine {
    /// Of `W` `[in, out]` and `b` `[out]`, laid out for their device.
    #[must_use]
    pub fn new(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        #[cfg(target_arch = "wasm32")]
        if weight.device() == Device::flex() {
            let [inner, width] = weight.dims();
            let weight = Weight::Panels(Panels::new(&numbers(weight), inner, width));
            return Self { weight, bias };
        }
        Self { weight: Weight::Rows(Box::new(weight)), bias }
    }

    /// `W`, `[in, out]`.
    #[must_use]
    pub fn weight(&self) -> Tensor<2> {
        match &self.weight {
            Weight::Rows(weight) => weight.as_ref().clone(),
            #[cfg(target_arch = "wasm32")]
            Weight::Panels(panels) => tensor(panels.rows(), panels.dims(), &self.bias.device()),
        }
    }

    /// `b`, `[out]`.
    #[must_use]
    pub fn bias(&self) -> Tensor<1> {
        self.bias.clone()
    }

    /// `[n, in]` to `[n, out]`.
    #[must_use]
    pub fn apply(&self, x: Tensor<2>) -> Tensor<2> {
        self.finished(x, Finish::default())
    }

    /// `[n, in]` to `[n, out]`, through GPT-2's `gelu_new`.
    #[must_use]
    pub fn gelu(&self, x: Tensor<2>) -> Tensor<2> {
        self.finished(x, Finish { gelu: true, onto: None })
    }

    /// `[n, in]` to `[n, out]`, added to `residual`: `[n, out]`, or `[1, out]` for all rows.
    #[must_use]
    pub fn onto(&self, x: Tensor<2>, residual: Tensor<2>) -> Tensor<2> {
        let [n, _] = x.dims();
        let [rows, width] = residual.dims();
        // Kernels read a residual row for every row.
        let residual = if rows == n { residual } else { residual.expand([n, width]) };
        self.finished(x, Finish { gelu: false, onto: Some(residual) })
    }

    fn finished(&self, x: Tensor<2>, finish: Finish) -> Tensor<2> {
        #[cfg(target_arch = "wasm32")]
        if let Weight::Panels(panels) = &self.weight {
            return self.with_panels(panels, x, finish);
        }
        let weight = self.weight();
        #[cfg(feature = "kernels")]
        if let Some(done) = crate::webgpu::linear(&x, &weight, &self.bias, &finish) {
            return done;
        }
        let product = x.matmul(weight) + self.bias.clone().unsqueeze();
        let product = if finish.gelu { gelu_new(product) } else { product };
        match finish.onto {
            Some(residual) => residual + product,
            None => product,
        }
    }

    #[cfg(target_arch = "wasm32")]
    fn with_panels(&self, panels: &Panels, x: Tensor<2>, finish: Finish) -> Tensor<2> {
        let ([n, _], [_, width], device) = (x.dims(), panels.dims(), x.device());
        let bias = numbers(self.bias.clone());
        let mut out = match finish.onto {
            None => bias.repeat(n),
            Some(residual) => {
                let mut out = numbers(residual);
                for row in out.chunks_exact_mut(width.max(1)) {
                    row.iter_mut().zip(&bias).for_each(|(number, bias)| *number += bias);
                }
                out
            }
        };
        panels.add_product(&numbers(x), &mut out);
        if finish.gelu {
            crate::panels::gelu_new(&mut out);
        }
        tensor(out, [n, width], &device)
    }
}

/// A tensor's numbers, row by row, without a copy where nobody else has them.
///
/// # Panics
/// On a device that has to be waited for, which a browser forbids: this is for the CPU, which has them at once.
#[cfg(target_arch = "wasm32")]
fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let read = tensor.into_data_async().now_or_never().and_then(Result::ok);
    let Some(numbers) = read.and_then(|data| data.try_into_vec().ok()) else {
        panic!("the CPU did not hand over a tensor's numbers at once")
    };
    numbers
}

#[cfg(target_arch = "wasm32")]
fn tensor(numbers: Vec<f32>, dims: [usize; 2], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(numbers, dims), device)
}

/// LayerNorm over the last axis.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    /// `[d]`, GPT-2's `weight`.
    pub gain: Tensor<1>,
    /// `[d]`.
    pub bias: Tensor<1>,
    /// Added to the variance.
    pub epsilon: f64,
}

impl LayerNorm {
    /// `[n, d]` to `[n, d]`, each row with its own mean and (biased) variance.
    #[must_use]
    pub fn apply(&self, x: Tensor<2>) -> Tensor<2> {
        #[cfg(feature = "kernels")]
        if let Some(done) = crate::webgpu::layer_norm(&x, self) {
            return done;
        }
        module::layer_norm(x, self.gain.clone(), Some(self.bias.clone()), self.epsilon)
    }
}

/// GPT-2's `gelu_new`: `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`.
///
/// burn's own tanh form raises to a power of 3.0, which a CPU takes through a logarithm; two products do the same.
fn gelu_new(x: Tensor<2>) -> Tensor<2> {
    const SQRT_2_OVER_PI: f64 = std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2;
    let square = x.clone() * x.clone();
    let inner = x.clone() * (square * (0.044_715 * SQRT_2_OVER_PI) + SQRT_2_OVER_PI);
    x * 0.5 * (inner.tanh() + 1.0)
}
