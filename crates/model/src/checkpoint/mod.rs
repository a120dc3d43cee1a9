//! Hugging Face GPT-2 checkpoints: safetensors in f32, f16 or bf16, tensor by tensor.
//!
//! [`load`] reads strictly forwards, so that a file, a slice and a network stream will all do, and puts each tensor
//! on its device before it reads the next: peak memory is the model plus its largest tensor. The whole header is
//! checked before the first weight is read; a wrong file is refused before half a gigabyte has been fetched.
//!
//! ```text
//! bytes -> header (what lies where) -> plan (is it a GPT-2?) -> values (read, check, upload) -> assemble -> Gpt2
//! ```
//!
//! No input panics, and none makes this module allocate more than a few times what was really read: lengths that a
//! file merely claims are never trusted with memory.

mod assemble;
mod header;
mod hf_config;
mod names;
mod plan;
mod source;
pub mod synth;
mod text;
mod values;

use std::hash::{DefaultHasher, Hasher};

use burn::tensor::Device;
use futures_util::io::AsyncRead;

pub use hf_config::HfConfig;
pub use values::StoredDtype;

use crate::{EmbeddingRows, Gpt2, ModelError};
use assemble::Parts;
use plan::{Plan, Use};
use source::Source;
pub(crate) use text::clip;

/// A checkpoint that was read to its end.
#[derive(Clone, Debug)]
pub struct LoadedCheckpoint {
    /// The model, on the device that [`load`] was given; its weights are f32 there.
    pub model: Gpt2,
    /// How the file stores the token embedding, and in practice everything else.
    pub dtype: StoredDtype,
    /// The file's length.
    pub bytes: u64,
}

/// Reads a safetensors checkpoint from its first byte to its last.
///
/// Keys may carry the `transformer.` prefix. Attention masks (`h.N.attn.bias`, `h.N.attn.masked_bias`) and tensors
/// that a GPT-2 does not have are read past; an `lm_head.weight` must equal `wte.weight`, since the output is tied.
///
/// With a `config`, shapes must be the config's. Without one they are taken from the tensors, except for the number
/// of heads, which leaves no trace in them: every published GPT-2 has heads of width 64, so that is assumed where
/// `d_model` is a multiple of 64 and at least 128, and everything else needs its `config.json`.
///
/// `progress` hears of bytes read and the file's length, after each tensor and within large ones.
///
/// # Errors
/// Where the bytes are not such a checkpoint: the error names the tensor, what was expected and what was found.
pub async fn load<R: AsyncRead + Unpin>(
    reader: R,
    config: Option<&HfConfig>,
    device: &Device,
    mut progress: impl FnMut(u64, u64),
) -> Result<LoadedCheckpoint, ModelError> {
    let mut source = Source::new(reader);
    let header = header::read(&mut source).await?;
    let plan = Plan::new(&header, config.map(HfConfig::shape))?;
    let total = header.total;
    progress(source.at(), total);

    let mut parts = Parts::default();
    let (mut embedding, mut head) = (DefaultHasher::new(), DefaultHasher::new());
    for (entry, usage) in header.entries.iter().zip(&plan.uses) {
        let mut told = |done| progress(done, total);
        match *usage {
            Use::Skip => source.skip(entry, &mut told).await?,
            Use::Keep(dtype) if entry.name == names::WTE => {
                let width = plan.config.d_model;
                let upload = EmbeddingRows::on(device, &plan.config).upload.saturating_mul(width);
                let each = |values: Vec<f32>| {
                    if plan.has_head {
                        hash(&values, &mut embedding);
                    }
                    parts.add_embedding(width, values, device)
                };
                values::read_blocks(&mut source, entry, dtype, upload, &mut told, each).await?;
            }
            Use::Keep(dtype) => {
                let values = values::read(&mut source, entry, dtype, &mut told).await?;
                parts.add(entry, values, device)?;
            }
            Use::Tied(dtype) => {
                let each = |values: Vec<f32>| {
                    hash(&values, &mut head);
                    Ok(())
                };
                values::read_blocks(&mut source, entry, dtype, TIED_BLOCK, &mut told, each).await?;
            }
        }
        progress(source.at(), total);
    }
    source.expect_end(total).await?;
    if plan.has_head && embedding.finish() != head.finish() {
        return Err(ModelError::Tensor {
            tensor: names::LM_HEAD.into(),
            expected: format!(
                "the values of `{}`: GPT-2's output is tied to its token embedding",
                names::WTE
            ),
            found: "other values".into(),
            advice: "choose a checkpoint whose output embedding was not trained apart",
        });
    }
    let model = parts.assemble(plan.config, device)?;
    Ok(LoadedCheckpoint { model, dtype: plan.dtype, bytes: total })
}

/// How many numbers of an output embedding are held at a time, to be compared and dropped.
const TIED_BLOCK: usize = 1 << 20;

/// A tensor's values as they are, so that two large ones can be compared without keeping both.
fn hash(values: &[f32], into: &mut DefaultHasher) {
    for value in values {
        into.write_u32(value.to_bits());
    }
}
