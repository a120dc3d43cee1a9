use burn::tensor::{Device, Tensor};
use peek_names::{Layer, TokenId};

use crate::{Block, Embedding, Gpt2Config, LayerNorm, ModelError, Unembedding};

/// A GPT-2 on its device. Cloning shares the weights.
#[derive(Clone, Debug)]
pub struct Gpt2 {
    /// The shape.
    pub config: Gpt2Config,
    /// Where the weights are.
    pub device: Device,
    /// Token embedding.
    pub wte: Embedding,
    /// From the last residual to logits: in GPT-2 the token embedding itself.
    pub unembedding: Unembedding,
    /// Position embedding `[context, d]`.
    pub wpe: Tensor<2>,
    /// The blocks, from the input up; `L` of them.
    pub blocks: Vec<Block>,
    /// Before the unembedding.
    pub ln_f: LayerNorm,
}

impl Gpt2 {
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

    /// Token and position embeddings summed, `[T - from, d]`: the first `resid_pre` of the positions from `from` on.
    ///
    /// # Errors
    /// As [`Self::check`], and where `from` leaves no token.
    pub fn embed(&self, tokens: &[TokenId], from: usize) -> Result<Tensor<2>, ModelError> {
        self.check(tokens)?;
        let rest = tokens.get(from..).filter(|rest| !rest.is_empty()).ok_or(ModelError::NoTokens)?;
        Ok(self.wte.at_positions(rest, &self.wpe, from))
    }

    /// Raw logits `[n, V]` of residual rows `[n, d]`, through `ln_f` with each row's own statistics.
    #[must_use]
    pub fn unembed(&self, resid: Tensor<2>) -> Tensor<2> {
        self.unembedding.logits(&self.ln_f.apply(resid))
    }

    /// How many numbers the weights hold, what is tied counted once.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.config.parameters() + self.unembedding.parameters()
    }

    /// Rows of the unembedding for some tokens, `[n, d]`.
    ///
    /// # Errors
    /// Where there is no token or one is outside the vocabulary.
    pub fn unembedding_rows(&self, tokens: &[TokenId]) -> Result<Tensor<2>, ModelError> {
        self.check(tokens)?;
        Ok(self.unembedding.rows(tokens, &self.device))
    }
}
