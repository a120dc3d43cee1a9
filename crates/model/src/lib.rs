//! GPT-2 in burn: config, checkpoint, tokenizer, and a forward pass that keeps the taps its caller asks for.
//!
//! The lowest floor of the house. It knows tensors and devices, and nothing of prompts' meaning, of messages or of
//! browsers. Any burn [`Device`] will do: Flex on the CPU (natively and in wasm), WebGPU in a browser, chosen at
//! run time. Names are TransformerLens's: `resid_pre`, `hook_z`, `pattern`. Shapes use `T` tokens, `L` layers,
//! `H` heads, `d` = d_model, `dh` = d_head, `V` vocabulary.
//!
//! ```text
//! bytes -> checkpoint::load -> Gpt2 -> Forward::new .. step .. finish -> Taps
//! text  -> Tokenizer::encode -> [TokenId] ----^
//! ```

mod attention;
mod block;
pub mod checkpoint;
mod config;
mod device;
mod embedding;
mod error;
mod forward;
mod gpt2;
mod layers;
#[cfg(any(test, target_arch = "wasm32"))]
mod panels;
mod taps;
mod tokenizer;
mod unembedding;
#[cfg(feature = "kernels")]
mod webgpu;

pub use attention::{Groups, Past, pattern};
pub use block::{Block, Mlp};
pub use burn::tensor::Device;
pub use config::Gpt2Config;
pub use device::cpu;
#[cfg(feature = "webgpu")]
pub use device::webgpu;
pub use embedding::{Embedding, EmbeddingRows};
pub use error::ModelError;
pub use forward::{Forward, Prefix, ZEdit};
pub use gpt2::Gpt2;
pub use layers::{Affine, LayerNorm};
pub use taps::{Site, TapSet, Taps};
pub use tokenizer::{Piece, Tokenizer};
pub use unembedding::Unembedding;
