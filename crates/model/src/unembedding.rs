use burn::tensor::{Device, Tensor};
use peek_names::TokenId;

use crate::Embedding;

/// What turns normalised residuals into logits: a row `[d]` and perhaps a bias for each token.
///
/// GPT-2 ties it to the token embedding, which is shared then, and has no bias. Models with an output embedding of their
/// own (TransformerLens's `W_U` and `b_U`) have both.
#[derive(Clone, Debug)]
pub struct Unembedding {
    rows: Embedding,
    mean: Tensor<2>,
    /// `[1, V]`.
    bias: Option<Tensor<2>>,
    is_tied: bool,
}

impl Unembedding {
    /// The token embedding over again, without a bias.
    #[must_use]
    pub fn tied(wte: &Embedding) -> Self {
        Self { rows: wte.clone(), mean: wte.mean(), bias: None, is_tied: true }
    }

    /// An output embedding `[V, d]` of its own, with a bias `[V]` where there is one.
    #[must_use]
    pub fn own(rows: Embedding, bias: Option<Tensor<1>>) -> Self {
        Self { mean: rows.mean(), rows, bias: bias.map(Tensor::unsqueeze), is_tied: false }
    }

    /// Whether it is the token embedding.
    #[must_use]
    pub fn is_tied(&self) -> bool {
        self.is_tied
    }

    /// The output embedding `[V, d]`.
    #[must_use]
    pub fn embedding(&self) -> &Embedding {
        &self.rows
    }

    /// The bias `[1, V]`, where there is one.
    #[must_use]
    pub fn bias(&self) -> Option<Tensor<2>> {
        self.bias.clone()
    }

    /// The rows of some tokens, `[n, d]`, in their order. Every token must be in the vocabulary.
    #[must_use]
    pub fn rows(&self, tokens: &[TokenId], device: &Device) -> Tensor<2> {
        self.rows.rows(tokens, device)
    }

    /// The mean row, `[1, d]`: its product with a normalised residual is the mean logit but for the bias's own mean, and
    /// with a difference of two residuals it is the difference of their mean logits.
    #[must_use]
    pub fn mean(&self) -> Tensor<2> {
        self.mean.clone()
    }

    /// Raw logits `[n, V]` of normalised residual rows `[n, d]`.
    #[must_use]
    pub fn logits(&self, normalised: &Tensor<2>) -> Tensor<2> {
        let products = self.rows.logits(normalised);
        match &self.bias {
            Some(bias) => products + bias.clone(),
            None => products,
        }
    }

    /// How many numbers it holds beside the token embedding.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let size = |tensor: &Tensor<2>| tensor.dims().iter().map(|&n| n as u64).product::<u64>();
        let rows: u64 = if self.is_tied { 0 } else { self.rows.blocks().iter().map(size).sum() };
        rows + self.bias.as_ref().map_or(0, size)
    }
}
