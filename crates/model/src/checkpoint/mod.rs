//! GPT-2 checkpoints: safetensors in f32, f16 or bf16, tensor by tensor.
//!
//! [`load`] reads strictly forwards, so that a file, a slice and a network stream will all do, and puts each tensor
//! on its device before it reads the next: peak memory is the model plus its largest tensor. The whole header is
//! checked before the first weight is read; a wrong file is refused before half a gigabyte has been fetched.
//!
//! ```text
//! bytes -> header (what lies where) -> plan (is it a GPT-2?) -> values (read, check, upload) -> assemble -> Gpt2
//!                                                          \-> rewrite (read, check, round) -> bytes
//! ```
//!
//! Weights may have Hugging Face's names or TransformerLens's ([`Names`]), blocks may be attention alone, and the output
//! embedding may be one of its own.
//!
//! No input panics, and none makes this module allocate more than a few times what was really read: lengths that a
//! file merely claims are never trusted with memory.

mod assemble;
mod columns;
mod entries;
mod header;
mod hf_config;
mod metadata;
mod names;
mod plan;
mod rewrite;
mod source;
pub mod synth;
mod text;
mod thirds;
mod values;

use std::hash::{DefaultHasher, Hasher};

use burn::tensor::Device;
use futures_util::io::AsyncRead;

pub use hf_config::HfConfig;
pub use metadata::Origin;
pub use names::Names;
pub use rewrite::{Rewrite, logit_error_text};
pub use values::StoredDtype;

use crate::{EmbeddingRows, Gpt2, Gpt2Config, ModelError};
use assemble::Parts;
use names::Place;
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
    /// The SHA-256 of the file's bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// What the file says of where it comes from.
    pub origin: Origin,
}

/// Reads a safetensors checkpoint from its first byte to its last. Pieces of one file are read as one reader after the
/// other.
///
/// Keys may carry the `transformer.` prefix, or be TransformerLens's. Attention masks and tensors that a GPT-2 does not
/// have are read past; an `lm_head.weight` must equal `wte.weight` unless the config has `tie_word_embeddings` false.
///
/// With a `config`, shapes must be the config's, except that a file without any MLP is an attention-only model. Without
/// one they are taken from the tensors, and so is the number of heads in TransformerLens's names. In GPT-2's it leaves no
/// trace: every published GPT-2 has heads of width 64, so that is assumed where `d_model` is a multiple of 64 and at
/// least 128, and everything else needs its `config.json`.
///
/// `progress` hears of bytes read and the file's length, after each tensor and within large ones.
///
/// # Errors
/// Where the bytes are not such a checkpoint: the error names the tensor, what was expected and what was found.
pub async fn load<R: AsyncRead + Unpin>(
    reader: R,
    config: Option<&HfConfig>,
    device: &Device,
    progress: impl FnMut(u64, u64),
) -> Result<LoadedCheckpoint, ModelError> {
    load_in_rows(reader, config, device, |shape| EmbeddingRows::on(device, shape), progress).await
}

/// [`load`] with embeddings in rows of the caller's choice, for a shape that may be known from the file alone.
///
/// # Errors
/// As [`load`].
pub async fn load_in_rows<R: AsyncRead + Unpin>(
    reader: R,
    config: Option<&HfConfig>,
    device: &Device,
    rows: impl FnOnce(&Gpt2Config) -> EmbeddingRows,
    mut progress: impl FnMut(u64, u64),
) -> Result<LoadedCheckpoint, ModelError> {
    let mut source = Source::new(reader);
    let header = header::read(&mut source).await?;
    let plan = Plan::new(&header, config)?;
    let total = header.total;
    progress(source.at(), total);

    let rows = rows(&plan.config);
    let mut parts = Parts::new(plan.config, rows, device);
    let (mut embedding, mut head) = (DefaultHasher::new(), DefaultHasher::new());
    for (entry, usage) in header.entries.iter().zip(&plan.uses) {
        let mut told = |done| progress(done, total);
        match usage {
            Use::Skip => source.skip(entry, &mut told).await?,
            Use::Keep(dtype, Place::SameAsEmbedding) => {
                let each = |values: Vec<f32>| {
                    hash(&values, &mut head);
                    Ok(())
                };
                values::read_blocks(&mut source, entry, *dtype, COMPARED, &mut told, each).await?;
            }
            Use::Keep(dtype, place) => {
                let compared = plan.compares_head && *place == Place::Embedding;
                let block = parts.block(place);
                let each = |values: Vec<f32>| {
                    if compared {
                        hash(&values, &mut embedding);
                    }
                    parts.add(place, values)
                };
                values::read_blocks(&mut source, entry, *dtype, block, &mut told, each).await?;
            }
        }
        progress(source.at(), total);
    }
    source.expect_end(total).await?;
    if plan.compares_head && embedding.finish() != head.finish() {
        return Err(ModelError::Tensor {
            tensor: names::LM_HEAD.into(),
            expected: format!(
                "the values of `{}`: GPT-2's output is tied to its token embedding",
                names::WTE
            ),
            found: "other values".into(),
            advice: "open its config.json too, where `tie_word_embeddings` is false if the output was trained apart",
        });
    }
    let model = parts.assemble(plan.has_norms)?;
    Ok(LoadedCheckpoint {
        model,
        dtype: plan.dtype,
        bytes: total,
        sha256: source.sha256(),
        origin: header.origin,
    })
}

/// How many numbers of an output embedding are held at a time, to be compared and dropped.
const COMPARED: usize = 1 << 20;

/// A tensor's values as they are, so that two large ones can be compared without keeping both.
fn hash(values: &[f32], into: &mut DefaultHasher) {
    for value in values {
        into.write_u32(value.to_bits());
    }
}
