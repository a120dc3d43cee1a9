use burn::tensor::{Device, Int, Tensor, TensorData};
use peek_names::{Layer, TokenId};

use crate::{Block, Gpt2Config, LayerNorm, ModelError};

/// A GPT-2 on its device. Cloning shares the weights.
#[derive(Clone, Debug)]
pub struct Gpt2 {
    /// The shape.
    pub config: Gpt2Config,
    /// Where the weights are.
    pub device: Device,
    /// Token embedding `[V, d]`, and transposed the unembedding: GPT-2 ties the two.
    pub wte: Tensor<2>,
    /// Position embedding `[context, d]`.
    pub wpe: Tensor<2>,
    /// The blocks, from the input up; `L` of them.
    pub blocks: Vec<Block>,
    /// Before the unembedding.
    pub ln_f: LayerNorm,
    /// The vocabulary's mean row of `wte`, `[1, d]`: its product with a normalised residual is the mean logit,
    /// which turns raw logits into centred ones.
    pub mean_wte: Tensor<2>,
}

impl Gpt2 {
    /// A model of weights that are on `device` already; computes [`Self::mean_wte`].
    #[must_use]
    pub fn new(
        config: Gpt2Config,
        device: Device,
        wte: Tensor<2>,
        wpe: Tensor<2>,
        blocks: Vec<Block>,
        ln_f: LayerNorm,
    ) -> Self {
        let mean_wte = wte.clone().mean_dim(0);
        Self { config, device, wte, wpe, blocks, ln_f, mean_wte }
    }

    /// A block.
    ///
    /// # Errors
    /// Where the model has no such layer.
    pub fn block(&self, layer: Layer) -> Result<&Block, ModelError> {
        self.blocks.get(layer.index()).ok_or(ModelError::NoSuchLayer { layer, layers: self.config.layers })
    }

    /// Every layer, from the input up.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = Layer> + ExactSizeIterator + use<> {
        Layer::all(self.config.layers)
    }

    /// Checks that a run of these tokens is possible.
    ///
    /// # Errors
    /// Where there is no token, there are more than the context holds, or one is outside the vocabulary.
    pub fn check(&self, tokens: &[TokenId]) -> Result<(), ModelError> {
        let Gpt2Config { context, vocab, .. } = self.config;
        if tokens.is_empty() {
            return Err(ModelError::NoTokens);
        }
        if tokens.len() > context {
            return Err(ModelError::TooLong { tokens: tokens.len(), context });
        }
        match tokens.iter().find(|id| id.index() >= vocab) {
            Some(&token) => Err(ModelError::NoSuchToken { token, vocab }),
            None => Ok(()),
        }
    }

    /// Token and position embeddings summed, `[T, d]`: the first `resid_pre`.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn embed(&self, tokens: &[TokenId]) -> Result<Tensor<2>, ModelError> {
        self.check(tokens)?;
        let rows = self.wte.clone().select(0, self.ids(tokens));
        Ok(rows + self.wpe.clone().narrow(0, 0, tokens.len()))
    }

    /// Raw logits `[n, V]` of residual rows `[n, d]`, through `ln_f` with each row's own statistics.
    #[must_use]
    pub fn unembed(&self, resid: Tensor<2>) -> Tensor<2> {
        // The transpose is a view: both matrix products read `wte` where it lies.
        self.ln_f.apply(resid).matmul(self.wte.clone().transpose())
    }

    /// Rows of the unembedding for some tokens, `[n, d]`.
    ///
    /// # Errors
    /// Where a token is outside the vocabulary.
    pub fn unembedding_rows(&self, tokens: &[TokenId]) -> Result<Tensor<2>, ModelError> {
        self.check(tokens)?;
        Ok(self.wte.clone().select(0, self.ids(tokens)))
    }

    fn ids(&self, tokens: &[TokenId]) -> Tensor<1, Int> {
        // Ids are below 2^31: `check` holds them to a vocabulary that fits in memory.
        let ids: Vec<i32> = tokens.iter().map(|id| id.0.cast_signed()).collect();
        Tensor::from_data(TensorData::from(ids.as_slice()), &self.device)
    }
}
