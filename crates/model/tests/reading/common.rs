//! Small checkpoints in memory, whole or bent in one place.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use burn::tensor::Tensor;
use futures_util::io::AsyncRead;
use peek_model::{
    Device, Gpt2, Gpt2Config, LayerNorm, ModelError,
    checkpoint::{self, HfConfig, LoadedCheckpoint, StoredDtype, synth},
};
use serde_json::{Map, Value, json};

/// Heads of width 4: too narrow to be inferred.
pub(crate) fn tiny() -> Gpt2Config {
    Gpt2Config { layers: 2, heads: 2, d_model: 8, d_mlp: 12, vocab: 11, context: 5, layer_norm_epsilon: 1e-5 }
}

/// Heads of width 64, and so a shape that weights alone tell.
pub(crate) fn inferable() -> Gpt2Config {
    Gpt2Config { layers: 11, d_model: 128, d_mlp: 16, ..tiny() }
}

/// One tensor of a file to be.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) dtype: String,
    pub(crate) shape: Vec<u64>,
    pub(crate) bytes: Vec<u8>,
}

/// A checkpoint as its header's entries and its data, written out by the format's description alone.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) tensors: Vec<Stored>,
}

impl File {
    /// The weights of [`synth::generate`], in the order in which it has them.
    pub(crate) fn synth(config: &Gpt2Config, dtype: StoredDtype) -> Self {
        let tensors = synth::generate(config, 7).map(|(name, shape, values)| Stored {
            name,
            dtype: dtype.to_string().to_uppercase(),
            shape: shape.iter().map(|&n| n as u64).collect(),
            bytes: values.iter().flat_map(|&value| stored(value, dtype)).collect(),
        });
        Self { tensors: tensors.collect() }
    }

    /// A file taken apart by the format's own reader.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let read = safetensors::SafeTensors::deserialize(bytes).expect("a safetensors file");
        let tensors = read.iter().map(|(name, view)| Stored {
            name: name.into(),
            dtype: view.dtype().to_string(),
            shape: view.shape().iter().map(|&n| n as u64).collect(),
            bytes: view.data().into(),
        });
        Self { tensors: tensors.collect() }
    }

    /// The file of a synthetic model in some form.
    pub(crate) fn in_form(config: &Gpt2Config, form: synth::Form) -> Self {
        let mut bytes = Vec::new();
        synth::write_as(config, form, 7, &mut bytes).expect("memory takes everything");
        Self::parse(&bytes)
    }

    pub(crate) fn tensor(&mut self, name: &str) -> &mut Stored {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).expect("the file has that tensor")
    }

    pub(crate) fn push(&mut self, name: &str, dtype: &str, shape: &[u64], bytes: Vec<u8>) {
        self.tensors.push(Stored { name: name.into(), dtype: dtype.into(), shape: shape.into(), bytes });
    }

    pub(crate) fn header(&self) -> Map<String, Value> {
        let mut end = 0;
        let entries = self.tensors.iter().map(|tensor| {
            let begin = end;
            end += tensor.bytes.len();
            let entry = json!({ "dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [begin, end] });
            (tensor.name.clone(), entry)
        });
        entries.collect()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.with_header(&Value::Object(self.header()).to_string())
    }

    /// The file with this text for its header.
    pub(crate) fn with_header(&self, header: &str) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend(self.tensors.iter().flat_map(|tensor| &tensor.bytes));
        bytes
    }

    /// The file with one field of one tensor's header entry replaced.
    pub(crate) fn bent(&self, name: &str, field: &str, value: Value) -> Vec<u8> {
        let mut header = self.header();
        header[name][field] = value;
        self.with_header(&Value::Object(header).to_string())
    }
}

/// A number's bytes in a dtype.
pub(crate) fn stored(value: f32, dtype: StoredDtype) -> Vec<u8> {
    match dtype {
        StoredDtype::F32 => value.to_le_bytes().to_vec(),
        StoredDtype::F16 => half::f16::from_f32(value).to_le_bytes().to_vec(),
        StoredDtype::BF16 => half::bf16::from_f32(value).to_le_bytes().to_vec(),
    }
}

pub(crate) fn load(bytes: &[u8], config: Option<&Gpt2Config>) -> Result<LoadedCheckpoint, ModelError> {
    let config = config.cloned().map(HfConfig::from);
    pollster::block_on(checkpoint::load(bytes, config.as_ref(), &Device::flex(), |_, _| {}))
}

/// The sentence with which a file is refused.
pub(crate) fn refusal(bytes: &[u8], config: Option<&Gpt2Config>) -> String {
    load(bytes, config).expect_err("a malformed checkpoint").to_string()
}

/// A tensor's numbers.
pub(crate) fn flat<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec().expect("weights are f32")
}

/// An output embedding, row by row.
pub(crate) fn unembedding(model: &Gpt2) -> Vec<f32> {
    model.unembedding.embedding().blocks().iter().flat_map(flat).collect()
}

/// All of a model's weights but the output embedding, in the order of [`synth::generate`].
pub(crate) fn weights(model: &Gpt2) -> Vec<Vec<f32>> {
    let norm = |norm: &LayerNorm| [flat(&norm.gain), flat(&norm.bias)];
    let wte = model.wte.blocks().iter().flat_map(flat).collect();
    let mut all = vec![wte, flat(&model.wpe)];
    for block in &model.blocks {
        all.extend(norm(&block.ln_1));
        all.extend([flat(&block.c_attn.weight()), flat(&block.c_attn.bias())]);
        all.extend([flat(&block.attn_c_proj.weight()), flat(&block.attn_c_proj.bias())]);
        let Some(mlp) = &block.mlp else { continue };
        all.extend(norm(&mlp.ln_2));
        all.extend([flat(&mlp.c_fc.weight()), flat(&mlp.c_fc.bias())]);
        all.extend([flat(&mlp.c_proj.weight()), flat(&mlp.c_proj.bias())]);
    }
    all.extend(norm(&model.ln_f));
    all
}

/// What [`synth::generate`] has, after rounding to a dtype.
pub(crate) fn rounded(config: &Gpt2Config, dtype: StoredDtype) -> Vec<Vec<f32>> {
    let round = |value: f32| match dtype {
        StoredDtype::F32 => value,
        StoredDtype::F16 => half::f16::from_f32(value).to_f32(),
        StoredDtype::BF16 => half::bf16::from_f32(value).to_f32(),
    };
    synth::generate(config, 7).map(|(_, _, values)| values.into_iter().map(round).collect()).collect()
}

/// A network's habits: a few bytes at a time, and now and then nothing yet.
pub(crate) struct Stutter<'b> {
    pub(crate) bytes: &'b [u8],
    pub(crate) turn: usize,
}

impl AsyncRead for Stutter<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.turn.is_multiple_of(7) {
            return Poll::Ready(Err(io::ErrorKind::Interrupted.into()));
        }
        let n = (self.turn % 1013).min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(n);
        buffer[..n].copy_from_slice(now);
        self.bytes = later;
        Poll::Ready(Ok(n))
    }
}

/// SHA-256 of bytes in one go.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
