/// A GPT-2's shape: all that the forward pass needs to know beside the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Gpt2Config {
    /// `L`: blocks.
    pub layers: usize,
    /// `H`: attention heads in each block.
    pub heads: usize,
    /// `d`: width of the residual stream; a multiple of `heads`.
    pub d_model: usize,
    /// Width of the MLP's hidden layer; GPT-2 has `4 d`.
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

    /// How many numbers the weights hold, the output embedding counted once since it is `wte`.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let d = self.d_model;
        let block = (4 * d + 2 * self.d_mlp) * d + 9 * d + self.d_mlp;
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
}
