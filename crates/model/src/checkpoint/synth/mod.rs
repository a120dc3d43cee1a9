//! Checkpoints of any shape out of a seed: for tests and for comparisons that must not need a download.
//!
//! The numbers are the same on every machine: integers from a counter-based generator, added up and scaled with one
//! rounding, so that no platform's logarithm or cosine has a say. Scales follow the width, so that attention is
//! neither uniform nor one-hot, every block changes the residual stream, and logits spread as a trained model's do.

mod numbers;

use std::io::{self, Write};

use burn::tensor::Device;
use serde_json::{Map, json};

use super::{
    assemble::Parts,
    names::{self, Names, Place},
    thirds::third,
};
use crate::{EmbeddingRows, Gpt2, Gpt2Config, ModelError};
use numbers::Values;

/// How a synthetic file stores its model. The numbers are the same in every form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What tensors are called.
    pub names: Names,
    /// Whether the output embedding is one of its own, in TransformerLens's names with a bias.
    pub untied: bool,
}

/// Every weight of a model of this shape: GPT-2's key without prefix, shape, values. One tensor is held at a time.
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
    let mut parts = Parts::new(config.clone(), EmbeddingRows::on(device, config), device);
    for wanted in Names::Gpt2.wanted(config, true) {
        let count = usize::try_from(wanted.shape.iter().product::<u64>()).unwrap_or(usize::MAX);
        let block = parts.block(&wanted.place).clamp(1, count.max(1));
        let mut values = Values::of(config, &wanted.name, seed);
        for first in (0..count).step_by(block) {
            // An endless iterator says nothing of its length: room for just what is taken is made beforehand.
            let count = block.min(count - first);
            let mut taken = Vec::with_capacity(count);
            taken.extend(values.by_ref().take(count));
            parts.add(&wanted.place, taken)?;
        }
    }
    parts.assemble(true)
}

/// Writes the safetensors file (f32) of such a model, a chunk at a time. Keys and their order are those of the
/// published `model.safetensors` of GPT-2: no prefix, sorted as text, attention masks among them, no `lm_head`.
///
/// # Errors
/// Where `out` fails.
pub fn write(config: &Gpt2Config, seed: u64, out: &mut impl Write) -> io::Result<()> {
    write_as(config, Form::default(), seed, out)
}

/// [`write()`] in any form. Keys are sorted as text and masks are among them, as each of the two families has them.
///
/// # Errors
/// Where `out` fails.
pub fn write_as(config: &Gpt2Config, form: Form, seed: u64, out: &mut impl Write) -> io::Result<()> {
    let mut tensors: Vec<Stored> = form
        .names
        .wanted(config, true)
        .map(|wanted| Stored::weight(wanted.name, wanted.shape, wanted.place))
        .collect();
    let [context, vocab, d] = [config.context, config.vocab, config.d_model].map(|n| n as u64);
    tensors.extend((0..config.layers).map(|layer| match form.names {
        Names::Gpt2 => Stored {
            name: format!("h.{layer}.attn.bias"),
            dtype: "F32",
            shape: vec![1, 1, context, context],
            place: None,
        },
        Names::TransformerLens => Stored {
            name: format!("blocks.{layer}.attn.mask"),
            dtype: "BOOL",
            shape: vec![context, context],
            place: None,
        },
    }));
    match form.names {
        Names::Gpt2 if form.untied => {
            tensors.push(Stored::weight(names::LM_HEAD.into(), vec![vocab, d], Place::Unembedding));
        }
        Names::TransformerLens => {
            tensors.push(Stored::weight("unembed.b_U".into(), vec![vocab], Place::UnembeddingBias));
        }
        Names::Gpt2 => {}
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));

    let mut header = Map::new();
    header.insert("__metadata__".into(), json!({ "format": "pt" }));
    let mut end = 0;
    for tensor in &tensors {
        let begin = end;
        end += tensor.bytes();
        let entry = json!({ "dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [begin, end] });
        header.insert(tensor.name.clone(), entry);
    }
    // Padded, so that the tensors begin at a multiple of 8 as the format's own writer has them.
    let mut header = serde_json::to_vec(&header)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;

    for tensor in &tensors {
        match &tensor.place {
            Some(place) => write_weight(config, form, seed, place, tensor.count(), out)?,
            // Row by row, 1 where a query (row) may see a key (column).
            None => {
                let sees = (0..tensor.count()).map(|i| i % context <= i / context);
                if tensor.dtype == "BOOL" {
                    out.write_all(&sees.map(u8::from).collect::<Vec<u8>>())?;
                } else {
                    stream(sees.map(|sees| if sees { 1.0 } else { 0.0 }), out)?;
                }
            }
        }
    }
    Ok(())
}

/// A tensor of the file to be; without a place it is a mask.
struct Stored {
    name: String,
    dtype: &'static str,
    shape: Vec<u64>,
    place: Option<Place>,
}

impl Stored {
    fn weight(name: String, shape: Vec<u64>, place: Place) -> Self {
        Self { name, dtype: "F32", shape, place: Some(place) }
    }

    fn count(&self) -> u64 {
        self.shape.iter().product()
    }

    fn bytes(&self) -> u64 {
        self.count() * if self.dtype == "BOOL" { 1 } else { 4 }
    }
}

/// A tensor's numbers, which are those of GPT-2's tensors or parts of them, in the order in which this place has them.
fn write_weight(
    config: &Gpt2Config,
    form: Form,
    seed: u64,
    place: &Place,
    count: u64,
    out: &mut impl Write,
) -> io::Result<()> {
    let values = |name: &str| Values::of(config, name, seed);
    // Streams of bounded length; a whole tensor is held only where its numbers have to change places.
    let whole = |name: &str, count: usize| values(name).take(count).collect::<Vec<f32>>();
    let Gpt2Config { vocab, d_model: d, heads, .. } = *config;
    let output = if form.untied { names::LM_HEAD } else { names::WTE };
    match place {
        Place::Weight(name, _) => stream(values(name).take(count as usize), out),
        Place::Embedding => stream(values(names::WTE).take(count as usize), out),
        Place::SameAsEmbedding | Place::Unembedding => stream(values(output).take(count as usize), out),
        Place::UnembeddingColumns => {
            let rows = whole(output, vocab * d);
            stream((0..d * vocab).map(|at| rows[at % vocab * d + at / vocab]), out)
        }
        Place::UnembeddingBias if form.untied => stream(values("unembedding.bias").take(vocab), out),
        Place::UnembeddingBias => stream((0..vocab).map(|_| 0.0), out),
        Place::AttentionWeight(layer, which) => {
            let c_attn = whole(&format!("h.{layer}.attn.c_attn.weight"), 3 * d * d);
            stream(third(&c_attn, *which, heads, d).into_iter(), out)
        }
        Place::AttentionBias(layer, which) => {
            let bias = whole(&format!("h.{layer}.attn.c_attn.bias"), 3 * d);
            stream(third(&bias, *which, heads, 1).into_iter(), out)
        }
    }
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
