use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};

use super::{header::Entry, names, text::clip};
use crate::{Affine, Block, Embedding, EmbeddingRows, Gpt2, Gpt2Config, LayerNorm, ModelError};

/// Weights on their device, by key, until all of them are there.
#[derive(Default)]
pub(crate) struct Parts {
    vectors: BTreeMap<String, Tensor<1>>,
    matrices: BTreeMap<String, Tensor<2>>,
    /// The token embedding's rows, an upload after the other.
    embedding: Vec<Tensor<2>>,
}

impl Parts {
    /// Uploads the values of `entry`, whose shape was checked before.
    pub(crate) fn add(&mut self, entry: &Entry, values: Vec<f32>, device: &Device) -> Result<(), ModelError> {
        self.insert(&entry.name, &entry.shape, values, device)
    }

    /// Uploads the next rows of the token embedding.
    pub(crate) fn add_embedding(
        &mut self,
        width: usize,
        values: Vec<f32>,
        device: &Device,
    ) -> Result<(), ModelError> {
        let rows = values.len() / width.max(1);
        if rows * width != values.len() {
            return Err(missing(names::WTE, &format!("{} values in rows of {width}", values.len())));
        }
        self.embedding.push(Tensor::from_data(TensorData::new(values, [rows, width]), device));
        hand_over(device)
    }

    /// Uploads values under a key.
    pub(crate) fn insert(
        &mut self,
        name: &str,
        shape: &[u64],
        values: Vec<f32>,
        device: &Device,
    ) -> Result<(), ModelError> {
        let dims = shape.iter().map(|&n| usize::try_from(n).ok()).collect::<Option<Vec<_>>>();
        match dims.as_deref() {
            Some(&[n]) if n == values.len() => {
                let tensor = Tensor::from_data(TensorData::new(values, [n]), device);
                self.vectors.insert(name.to_owned(), tensor);
            }
            Some(&[rows, columns]) if rows.checked_mul(columns) == Some(values.len()) => {
                let tensor = Tensor::from_data(TensorData::new(values, [rows, columns]), device);
                self.matrices.insert(name.to_owned(), tensor);
            }
            _ => return Err(missing(name, &format!("{} values for shape {shape:?}", values.len()))),
        }
        hand_over(device)
    }

    /// The model of these weights; every one of them is used.
    pub(crate) fn assemble(mut self, config: Gpt2Config, device: &Device) -> Result<Gpt2, ModelError> {
        let blocks = (0..config.layers).map(|layer| self.block(layer, &config)).collect::<Result<_, _>>()?;
        let ln_f = self.layer_norm("ln_f", &config)?;
        if self.embedding.is_empty() {
            return Err(missing(names::WTE, "none"));
        }
        let rows = EmbeddingRows::on(device, &config);
        let wte = Embedding::of_uploads(std::mem::take(&mut self.embedding), rows);
        let wpe = self.matrix(names::WPE)?;
        Ok(Gpt2 { config, device: device.clone(), wte, wpe, blocks, ln_f })
    }

    fn block(&mut self, layer: usize, config: &Gpt2Config) -> Result<Block, ModelError> {
        let name = |part: &str| format!("h.{layer}.{part}");
        Ok(Block {
            ln_1: self.layer_norm(&name("ln_1"), config)?,
            c_attn: self.affine(&name("attn.c_attn"))?,
            attn_c_proj: self.affine(&name("attn.c_proj"))?,
            ln_2: self.layer_norm(&name("ln_2"), config)?,
            c_fc: self.affine(&name("mlp.c_fc"))?,
            mlp_c_proj: self.affine(&name("mlp.c_proj"))?,
            heads: config.heads,
        })
    }

    fn layer_norm(&mut self, name: &str, config: &Gpt2Config) -> Result<LayerNorm, ModelError> {
        let gain = self.vector(&format!("{name}.weight"))?;
        let bias = self.vector(&format!("{name}.bias"))?;
        Ok(LayerNorm { gain, bias, epsilon: config.layer_norm_epsilon })
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

/// Has the device take what was uploaded now: a GPU's queue would otherwise hold many tensors in a browser's memory.
fn hand_over(device: &Device) -> Result<(), ModelError> {
    device.flush().map_err(|error| ModelError::Upload(error.to_string()))
}

fn missing(name: &str, found: &str) -> ModelError {
    ModelError::Tensor {
        tensor: clip(name),
        expected: "a vector or a matrix of that name".into(),
        found: found.to_owned(),
        advice: "choose a GPT-2 checkpoint",
    }
}
