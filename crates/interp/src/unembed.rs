//! What is asked of the output embedding beside a row of logits.

use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::TokenId;

use crate::InterpError;

/// Raw logits `[n, V]` of rows `[n, d]` that are normalised already.
pub(crate) fn logits(model: &Gpt2, normalised: &Tensor<2>) -> Tensor<2> {
    model.unembedding.logits(normalised)
}

/// What a token's logit is measured against.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Against {
    /// Nothing: the raw logit.
    Zero,
    /// The mean logit: the centred one.
    Mean,
    /// Another token's logit.
    Token(TokenId),
}

/// A metric that is a product with a normalised residual, and a constant.
pub(crate) struct Linear {
    /// `[1, d]`.
    pub(crate) direction: Tensor<2>,
    /// `[1, 1]`: the output biases' share, where the model has any.
    pub(crate) constant: Option<Tensor<2>>,
}

impl Linear {
    /// A token's logit, measured so.
    ///
    /// # Errors
    /// Where a token is outside the vocabulary.
    pub(crate) fn of(model: &Gpt2, answer: TokenId, against: Against) -> Result<Self, InterpError> {
        let rows = |token| model.unembedding_rows(&[token]);
        let bias = model.unembedding.bias();
        let of = |bias: &Tensor<2>, token: TokenId| bias.clone().narrow(1, token.index(), 1);
        let (direction, constant) = match against {
            Against::Zero => (rows(answer)?, bias.map(|bias| of(&bias, answer))),
            Against::Mean => {
                let constant = bias.map(|bias| of(&bias, answer) - bias.mean_dim(1));
                (rows(answer)? - model.unembedding.mean(), constant)
            }
            Against::Token(foil) => {
                let constant = bias.map(|bias| of(&bias, answer) - of(&bias, foil));
                (rows(answer)? - rows(foil)?, constant)
            }
        };
        Ok(Self { direction, constant })
    }

    /// `[n, 1]`: the metric of normalised rows `[n, d]`.
    pub(crate) fn values(&self, normalised: Tensor<2>) -> Tensor<2> {
        let products = normalised.matmul(self.direction.clone().transpose());
        match &self.constant {
            Some(constant) => products + constant.clone(),
            None => products,
        }
    }
}
