use burn::tensor::{Tensor, module};

/// `x W + b`. GPT-2 calls it `Conv1D` and stores `W` as `[in, out]`, which is the way it is used here.
#[derive(Clone, Debug)]
pub struct Affine {
    /// `[in, out]`.
    pub weight: Tensor<2>,
    /// `[out]`.
    pub bias: Tensor<1>,
}

/// What happens to a product before it is handed on.
#[derive(Clone, Debug)]
pub(crate) enum Finish {
    /// Nothing.
    Plain,
    /// GPT-2's `gelu_new`.
    Gelu,
    /// A residual `[n, out]` is added.
    Onto(Tensor<2>),
}

impl Affine {
    /// `[n, in]` to `[n, out]`.
    #[must_use]
    pub fn apply(&self, x: Tensor<2>) -> Tensor<2> {
        self.finished(x, Finish::Plain)
    }

    /// `[n, in]` to `[n, out]`, through GPT-2's `gelu_new`.
    #[must_use]
    pub fn gelu(&self, x: Tensor<2>) -> Tensor<2> {
        self.finished(x, Finish::Gelu)
    }

    /// `[n, in]` to `[n, out]`, added to `residual`.
    #[must_use]
    pub fn onto(&self, x: Tensor<2>, residual: Tensor<2>) -> Tensor<2> {
        self.finished(x, Finish::Onto(residual))
    }

    fn finished(&self, x: Tensor<2>, finish: Finish) -> Tensor<2> {
        #[cfg(feature = "webgpu")]
        if let Some(done) = crate::webgpu::linear(&x, self, &finish) {
            return done;
        }
        let product = x.matmul(self.weight.clone()) + self.bias.clone().unsqueeze();
        match finish {
            Finish::Plain => product,
            Finish::Gelu => gelu_new(product),
            Finish::Onto(residual) => residual + product,
        }
    }
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
        #[cfg(feature = "webgpu")]
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
