/// A GPT-2's shape: all that the forward pass needs to know beside the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Gpt2Config {
    /// `L`: blocks.
    pub layers: usize,
    /// `H`: attention heads in each block.
    pub heads: usize,
    /// `d`: width of the residual stream; a multiple of `heads`.
    pub d_model: usize,
    /// Width of the MLP's hidden layer; GPT-2 has `4 d`. 0 where blocks have no MLP: an attention-only model.
    pub d_mlp: usize,
    /// `V`: rows of the token embedding.
    pub vocab: usize,
    /// Rows of the position embedding: the longest run in tokens.
    pub context: usize,
    /// Added to the variance in every LayerNorm; GPT-2 has 1e-5.
    pub layer_norm_epsilon: f64,
}

impl Gpt2Config {
    /// `dh`: width of one head.
    #[must_use]
    pub fn d_head(&self) -> usize {
        self.d_model / self.heads
    }

    /// GPT-2 small: 12 layers of 12 heads, 124,439,808 parameters.
    #[must_use]
    pub fn gpt2_small() -> Self {
        Self {
            layers: 12,
            heads: 12,
            d_model: 768,
            d_mlp: 3072,
            vocab: 50257,
            context: 1024,
            layer_norm_epsilon: 1e-5,
        }
    }

    /// Whether blocks are attention alone.
    #[must_use]
    pub fn is_attention_only(&self) -> bool {
        self.d_mlp == 0
    }

    /// How many numbers the weights hold, an output embedding of its own not counted: see
    /// [`crate::Unembedding::parameters`].
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let d = self.d_model;
        let attention = 4 * d * d + 6 * d;
        let mlp = if self.is_attention_only() { 0 } else { 2 * d * self.d_mlp + 3 * d + self.d_mlp };
        let block = attention + mlp;
        ((self.vocab + self.context + 2) * d + self.layers * block) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpt2_small_has_its_published_size() {
        assert_eq!(Gpt2Config::gpt2_small().parameters(), 124_439_808);
        assert_eq!(Gpt2Config::gpt2_small().d_head(), 64);
    }

    #[test]
    fn attention_alone_counts_no_mlp() {
        let config = Gpt2Config {
            layers: 2,
            heads: 2,
            d_model: 4,
            d_mlp: 0,
            vocab: 7,
            context: 3,
            ..Gpt2Config::gpt2_small()
        };
        // A block: its norm, four matrices of 4 x 4, and their four biases.
        assert_eq!(config.parameters(), (7 + 3) * 4 + 8 + 2 * (8 + 64 + 16));
    }
}
