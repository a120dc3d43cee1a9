//! The two things that are asked of the output embedding beside a row of logits.

use burn::tensor::Tensor;
use peek_model::Gpt2;

/// `[1, d]`: whose product with a normalised residual is the mean logit.
pub(crate) fn mean(model: &Gpt2) -> Tensor<2> {
    model.wte.mean()
}

/// Raw logits `[n, V]` of rows `[n, d]` that are normalised already.
pub(crate) fn logits(model: &Gpt2, normalised: &Tensor<2>) -> Tensor<2> {
    model.wte.logits(normalised)
}
