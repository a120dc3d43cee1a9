use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};

use super::{
    columns::Columns,
    names::{self, Place},
    text::clip,
    thirds::{self, Thirds},
};
use crate::{
    Affine, Block, Embedding, EmbeddingRows, Gpt2, Gpt2Config, LayerNorm, Mlp, ModelError, Unembedding,
};

/// Weights on their device, by GPT-2's key, until all of them are there.
pub(crate) struct Parts {
    config: Gpt2Config,
    rows: EmbeddingRows,
    device: Device,
    vectors: BTreeMap<String, Tensor<1>>,
    matrices: BTreeMap<String, Tensor<2>>,
    /// The token embedding's rows, an upload after the other.
    embedding: Vec<Tensor<2>>,
    /// Those of an output embedding of its own.
    unembedding: Vec<Tensor<2>>,
    columns: Columns,
    /// Of each layer's `c_attn`: its weight's and its bias's.
    thirds: BTreeMap<(u64, bool), Thirds>,
}

/// The key of a bias that only models with an output embedding of their own have.
const UNEMBEDDING_BIAS: &str = "unembedding.bias";

impl Parts {
    /// Of a model of this shape, whose embedding comes onto its device in these rows.
    pub(crate) fn new(config: Gpt2Config, rows: EmbeddingRows, device: &Device) -> Self {
        Self {
            config,
            rows,
            device: device.clone(),
            vectors: BTreeMap::new(),
            matrices: BTreeMap::new(),
            embedding: Vec::new(),
            unembedding: Vec::new(),
            columns: Columns::default(),
            thirds: BTreeMap::new(),
        }
    }

    /// How many numbers of a tensor in this place are taken at once.
    pub(crate) fn block(&self, place: &Place) -> usize {
        let Gpt2Config { vocab, d_model, .. } = self.config;
        match place {
            Place::Embedding | Place::Unembedding => self.rows.upload.saturating_mul(d_model),
            Place::UnembeddingColumns => Columns::strip(self.rows, vocab, d_model),
            _ => usize::MAX,
        }
    }

    /// Uploads the next values of a tensor whose shape was checked before, [`Self::block`] of them or the rest.
    pub(crate) fn add(&mut self, place: &Place, values: Vec<f32>) -> Result<(), ModelError> {
        let Gpt2Config { vocab, d_model, heads, .. } = self.config;
        match place {
            Place::Weight(name, shape) => return self.insert(name, shape, values),
            Place::UnembeddingBias => return self.insert(UNEMBEDDING_BIAS, &[vocab as u64], values),
            Place::Embedding => self.embedding.push(rows_of(values, d_model, &self.device)?),
            Place::Unembedding => self.unembedding.push(rows_of(values, d_model, &self.device)?),
            Place::UnembeddingColumns => {
                self.columns.add(&values, [vocab, d_model], self.rows, &self.device);
            }
            Place::AttentionWeight(..) | Place::AttentionBias(..) => {
                let (layer, is_weight, which) = thirds::of(place)?;
                let rows = if is_weight { d_model } else { 1 };
                let thirds = self.thirds.entry((layer, is_weight)).or_default();
                let Some(whole) = thirds.add(which, values, heads, rows) else { return Ok(()) };
                let width = 3 * d_model as u64;
                return if is_weight {
                    self.insert(&format!("h.{layer}.attn.c_attn.weight"), &[rows as u64, width], whole)
                } else {
                    self.insert(&format!("h.{layer}.attn.c_attn.bias"), &[width], whole)
                };
            }
            Place::SameAsEmbedding => {}
        }
        hand_over(&self.device)
    }

    /// Uploads values under a key.
    fn insert(&mut self, name: &str, shape: &[u64], values: Vec<f32>) -> Result<(), ModelError> {
        let dims = shape.iter().map(|&n| usize::try_from(n).ok()).collect::<Option<Vec<_>>>();
        match dims.as_deref() {
            Some(&[n]) if n == values.len() => {
                let tensor = Tensor::from_data(TensorData::new(values, [n]), &self.device);
                self.vectors.insert(name.to_owned(), tensor);
            }
            Some(&[rows, columns]) if rows.checked_mul(columns) == Some(values.len()) => {
                let tensor = Tensor::from_data(TensorData::new(values, [rows, columns]), &self.device);
                self.matrices.insert(name.to_owned(), tensor);
            }
            _ => return Err(missing(name, &format!("{} values for shape {shape:?}", values.len()))),
        }
        hand_over(&self.device)
    }

    /// The model of these weights; every one of them is used. Without `has_norms`, LayerNorm only normalises.
    pub(crate) fn assemble(mut self, has_norms: bool) -> Result<Gpt2, ModelError> {
        let blocks = (0..self.config.layers)
            .map(|layer| self.transformer_block(layer, has_norms))
            .collect::<Result<_, _>>()?;
        let ln_f = self.layer_norm("ln_f", has_norms)?;
        if self.embedding.is_empty() {
            return Err(missing(names::WTE, "none"));
        }
        let wte = Embedding::of_uploads(std::mem::take(&mut self.embedding), self.rows);
        let wpe = self.matrix(names::WPE)?;
        let bias = self.vectors.remove(UNEMBEDDING_BIAS);
        let unembedding = if !self.columns.is_empty() {
            Unembedding::own(std::mem::take(&mut self.columns).finish(), bias)
        } else if !self.unembedding.is_empty() {
            let uploads = std::mem::take(&mut self.unembedding);
            Unembedding::own(Embedding::of_uploads(uploads, self.rows), bias)
        } else {
            Unembedding::tied(&wte)
        };
        Ok(Gpt2 { config: self.config, device: self.device, wte, unembedding, wpe, blocks, ln_f })
    }

    fn transformer_block(&mut self, layer: usize, has_norms: bool) -> Result<Block, ModelError> {
        let name = |part: &str| format!("h.{layer}.{part}");
        Ok(Block {
            ln_1: self.layer_norm(&name("ln_1"), has_norms)?,
            c_attn: self.affine(&name("attn.c_attn"))?,
            attn_c_proj: self.affine(&name("attn.c_proj"))?,
            mlp: if self.config.is_attention_only() {
                None
            } else {
                Some(Mlp {
                    ln_2: self.layer_norm(&name("ln_2"), has_norms)?,
                    c_fc: self.affine(&name("mlp.c_fc"))?,
                    c_proj: self.affine(&name("mlp.c_proj"))?,
                })
            },
            heads: self.config.heads,
        })
    }

    fn layer_norm(&mut self, name: &str, has_norms: bool) -> Result<LayerNorm, ModelError> {
        let epsilon = self.config.layer_norm_epsilon;
        if !has_norms {
            let size = [self.config.d_model];
            let (gain, bias) = (Tensor::ones(size, &self.device), Tensor::zeros(size, &self.device));
            return Ok(LayerNorm { gain, bias, epsilon });
        }
        let gain = self.vector(&format!("{name}.weight"))?;
        let bias = self.vector(&format!("{name}.bias"))?;
        Ok(LayerNorm { gain, bias, epsilon })
    }

    fn affine(&mut self, name: &str) -> Result<Affine, ModelError> {
        let weight = self.matrix(&format!("{name}.weight"))?;
        Ok(Affine::new(weight, self.vector(&format!("{name}.bias"))?))
    }

    fn vector(&mut self, name: &str) -> Result<Tensor<1>, ModelError> {
        self.vectors.remove(name).ok_or_else(|| missing(name, "none"))
    }

    fn matrix(&mut self, name: &str) -> Result<Tensor<2>, ModelError> {
        self.matrices.remove(name).ok_or_else(|| missing(name, "none"))
    }
}

/// Values as rows of an embedding.
fn rows_of(values: Vec<f32>, width: usize, device: &Device) -> Result<Tensor<2>, ModelError> {
    let rows = values.len() / width.max(1);
    if rows * width != values.len() {
        return Err(missing(names::WTE, &format!("{} values in rows of {width}", values.len())));
    }
    Ok(Tensor::from_data(TensorData::new(values, [rows, width]), device))
}

/// Has the device take what was uploaded now: a GPU's queue would otherwise hold many tensors in a browser's memory.
fn hand_over(device: &Device) -> Result<(), ModelError> {
    device.flush().map_err(|error| ModelError::Upload(error.to_string()))
}

pub(crate) fn missing(name: &str, found: &str) -> ModelError {
    ModelError::Tensor {
        tensor: clip(name),
        expected: "a vector or a matrix of that name".into(),
        found: found.to_owned(),
        advice: "choose a GPT-2 checkpoint",
    }
}
