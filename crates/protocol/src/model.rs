use serde::{Deserialize, Serialize};

use crate::RemoteModel;

/// Which weights to load. The bytes travel beside the message: the worker knows how to get at them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ModelChoice {
    /// The model that ships with the page.
    Demo,
    /// Files that the user picked: a `.safetensors`, and where there are any `config.json` and `tokenizer.json`.
    Local {
        /// Name and size in bytes of each, in the order in which the files travel beside the message.
        files: Vec<(String, u64)>,
    },
    /// Files at addresses: taken from the browser's storage where they lie there, fetched and kept where not.
    Remote(RemoteModel),
}

/// Where a model runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BackendKind {
    /// burn on WebGPU.
    WebGpu,
    /// burn's Flex on the CPU.
    Cpu,
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// What the page calls it, such as `Demo` or the file's name.
    pub label: String,
    /// Blocks.
    pub layers: usize,
    /// Heads in each block.
    pub heads: usize,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Rows of the vocabulary.
    pub vocab: usize,
    /// Longest run in tokens, BOS included.
    pub context: usize,
    /// Numbers in the model.
    pub parameters: u64,
    /// How the file stored them: `F32`, `F16` or `BF16`.
    pub dtype: String,
    /// Size of the weights' file in bytes.
    pub bytes: u64,
    /// SHA-256 of the weights' bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The SHA-256 of the checkpoint that this one says to be converted from.
    pub derived_from: Option<String>,
    /// The largest difference of a logit that the conversion brought, as measured when it was made.
    pub logit_error: Option<f32>,
}
