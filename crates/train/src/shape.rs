//! The size of the network, and its `config.json`.

use serde::{Deserialize, Serialize};

/// The size of a GPT-2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Number of blocks.
    #[serde(rename = "n_layer")]
    pub layers: usize,
    /// Heads in each block.
    #[serde(rename = "n_head")]
    pub heads: usize,
    /// Width of the residual stream.
    #[serde(rename = "n_embd")]
    pub width: usize,
    /// Most tokens in a prompt.
    #[serde(rename = "n_positions")]
    pub positions: usize,
    /// Size of the vocabulary.
    #[serde(rename = "vocab_size")]
    pub vocab: usize,
    /// Added to the variance in every normalisation.
    #[serde(rename = "layer_norm_epsilon")]
    pub epsilon: f64,
}

impl Shape {
    /// The demo model's: four layers of eight heads, small enough to ship inside the page.
    #[must_use]
    pub fn demo(vocab: usize) -> Self {
        Self { layers: 4, heads: 8, width: 128, positions: 128, vocab, epsilon: 1e-5 }
    }

    /// The `config.json` of Hugging Face's GPT-2.
    #[must_use]
    pub fn config_json(&self) -> serde_json::Value {
        let last = self.vocab - 1;
        serde_json::json!({
            "architectures": ["GPT2LMHeadModel"],
            "model_type": "gpt2",
            "activation_function": "gelu_new",
            "n_layer": self.layers,
            "n_head": self.heads,
            "n_embd": self.width,
            "n_positions": self.positions,
            "n_ctx": self.positions,
            "vocab_size": self.vocab,
            "layer_norm_epsilon": self.epsilon,
            "bos_token_id": last,
            "eos_token_id": last,
            "tie_word_embeddings": true,
            "torch_dtype": "float16",
        })
    }
}
