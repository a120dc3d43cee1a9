//! Checkpoints of any shape out of a seed: for tests and for comparisons that must not need a download.
//!
//! The numbers are the same on every machine: integers from a counter-based generator, added up and scaled with one
//! rounding, so that no platform's logarithm or cosine has a say. Scales follow the width, so that attention is
//! neither uniform nor one-hot, every block changes the residual stream, and logits spread as a trained model's do.

use std::io::{self, Write};

use burn::tensor::Device;
use serde_json::{Map, json};

use super::{assemble::Parts, names};
use crate::{EmbeddingRows, Gpt2, Gpt2Config, ModelError};

/// Every weight of a model of this shape: key without prefix, shape, values. One tensor is held at a time.
pub fn generate(
    config: &Gpt2Config,
    seed: u64,
) -> impl Iterator<Item = (String, Vec<usize>, Vec<f32>)> + use<> {
    let config = config.clone();
    names::weights(&config).map(move |(name, shape)| {
        let shape: Vec<usize> = shape.iter().map(|&n| n as usize).collect();
        let values = Values::of(&config, &name, seed).take(shape.iter().product()).collect();
        (name, shape, values)
    })
}

/// A model of this shape on `device`.
///
/// # Errors
/// Where the shape's sizes do not fit into memory's address range.
pub fn random_model(config: &Gpt2Config, seed: u64, device: &Device) -> Result<Gpt2, ModelError> {
    let mut parts = Parts::default();
    let upload = EmbeddingRows::on(device, config).upload.saturating_mul(config.d_model).max(1);
    for (name, shape) in names::weights(config) {
        let count = shape.iter().product::<u64>();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut values = Values::of(config, &name, seed);
        // An endless iterator says nothing of its length: room for just what is taken is made beforehand.
        let mut next = |count: usize| {
            let mut taken = Vec::with_capacity(count);
            taken.extend(values.by_ref().take(count));
            taken
        };
        if name != names::WTE {
            parts.insert(&name, &shape, next(count), device)?;
            continue;
        }
        for first in (0..count).step_by(upload) {
            parts.add_embedding(config.d_model, next(upload.min(count - first)), device)?;
        }
    }
    parts.assemble(config.clone(), device)
}

/// Writes the safetensors file (f32) of such a model, a chunk at a time. Keys and their order are those of the
/// published `model.safetensors` of GPT-2: no prefix, sorted as text, attention masks among them, no `lm_head`.
///
/// # Errors
/// Where `out` fails.
pub fn write(config: &Gpt2Config, seed: u64, out: &mut impl Write) -> io::Result<()> {
    let context = config.context as u64;
    let masks =
        (0..config.layers).map(|layer| (format!("h.{layer}.attn.bias"), vec![1, 1, context, context]));
    let mut tensors: Vec<(String, Vec<u64>)> = names::weights(config).chain(masks).collect();
    tensors.sort();

    let mut header = Map::new();
    header.insert("__metadata__".into(), json!({ "format": "pt" }));
    let mut end = 0;
    for (name, shape) in &tensors {
        let begin = end;
        end += 4 * shape.iter().product::<u64>();
        header.insert(name.clone(), json!({ "dtype": "F32", "shape": shape, "data_offsets": [begin, end] }));
    }
    // Padded, so that the tensors begin at a multiple of 8 as the format's own writer has them.
    let mut header = serde_json::to_vec(&header)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;

    for (name, shape) in &tensors {
        let count = shape.iter().product::<u64>();
        if names::is_mask(name) {
            // Row by row, 1 where a query (row) may see a key (column).
            stream((0..count).map(|i| if i % context <= i / context { 1.0 } else { 0.0 }), out)?;
        } else {
            stream(Values::of(config, name, seed).take(count as usize), out)?;
        }
    }
    Ok(())
}

/// Writes numbers through a buffer of bounded size.
fn stream(values: impl Iterator<Item = f32>, out: &mut impl Write) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(1 << 16);
    for value in values {
        buffer.extend_from_slice(&value.to_le_bytes());
        if buffer.len() == buffer.capacity() {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)
}

/// One tensor's endless values: mean and spread by what the tensor is.
struct Values {
    key: u64,
    count: u64,
    mean: f32,
    /// The spread divided by that of the sum of four 16-bit numbers.
    scale: f32,
}

impl Values {
    fn of(config: &Gpt2Config, name: &str, seed: u64) -> Self {
        // Square roots are rounded the same way everywhere.
        let width = |n: usize| (n as f64).sqrt().recip();
        let part =
            name.strip_prefix("h.").and_then(|rest| rest.split_once('.')).map_or(name, |(_, part)| part);
        let (mean, spread) = match part {
            names::WTE => (0.0, 0.14),
            names::WPE => (0.0, 0.1),
            // Scores of neighbouring keys then differ by about 1.5 before the softmax.
            "attn.c_attn.weight" => (0.0, 1.2 * width(config.d_model)),
            "attn.c_proj.weight" => (0.0, 0.5 * width(config.d_model)),
            "mlp.c_fc.weight" => (0.0, width(config.d_model)),
            "mlp.c_proj.weight" => (0.0, 0.5 * width(config.d_mlp)),
            "ln_1.weight" | "ln_2.weight" | "ln_f.weight" => (1.0, 0.2),
            _ => (0.0, 0.1),
        };
        // Four numbers below 2^16: variance 4 (2^32 - 1) / 12.
        const SPREAD_OF_SUM: f64 = 37_837.227;
        // FNV-1a of the name gives each tensor a stream of its own.
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let key = mix(seed) ^ name.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);
        Self { key, count: 0, mean, scale: (spread / SPREAD_OF_SUM) as f32 }
    }
}

impl Iterator for Values {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let bits = mix(self.key.wrapping_add(self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        self.count += 1;
        let sum: u32 = [0, 16, 32, 48].iter().map(|shift| (bits >> shift) as u32 & 0xffff).sum();
        // The sum is below 2^18 and its mean is 131,070: exact in f32. Then one product and one sum.
        Some(self.mean + (sum as f32 - 131_070.0) * self.scale)
    }
}

/// SplitMix64's finaliser.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
