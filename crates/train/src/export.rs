//! The network as a Hugging Face GPT-2 checkpoint in f16, and back.

use std::{collections::HashMap, path::Path};

use burn::{
    module::Param,
    nn::{LayerNorm, Linear},
    tensor::{Device, Tensor, TensorData},
};
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::{error::TrainError, net::Net, shape::Shape};

/// File name of the weights.
pub const WEIGHTS: &str = "model.safetensors";

/// Writes `net` to `folder` as `model.safetensors`, its values rounded to f16, and `config.json` beside it.
///
/// # Errors
/// [`TrainError::File`] when the folder cannot be written.
pub fn write(net: &Net, shape: &Shape, folder: &Path) -> Result<(), TrainError> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut add = |name: String, data: TensorData| -> Result<(), TrainError> {
        let dims: Vec<usize> = data.shape().iter().copied().collect();
        let values =
            data.try_to_vec::<f32>().map_err(|error| TrainError::Checkpoint(format!("{name}: {error:?}")))?;
        tensors.push((
            name,
            dims,
            values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect(),
        ));
        Ok(())
    };
    add("wte.weight".into(), net.wte.val().into_data())?;
    add("wpe.weight".into(), net.wpe.val().into_data())?;
    let mut linear = |name: String, part: &Linear| -> Result<(), TrainError> {
        add(format!("{name}.weight"), part.weight.val().into_data())?;
        part.bias.as_ref().map_or(Ok(()), |bias| add(format!("{name}.bias"), bias.val().into_data()))
    };
    for (layer, block) in net.h.iter().enumerate() {
        linear(format!("h.{layer}.attn.c_attn"), &block.attn.c_attn)?;
        linear(format!("h.{layer}.attn.c_proj"), &block.attn.c_proj)?;
        linear(format!("h.{layer}.mlp.c_fc"), &block.mlp.c_fc)?;
        linear(format!("h.{layer}.mlp.c_proj"), &block.mlp.c_proj)?;
    }
    let mut norm = |name: String, part: &LayerNorm| -> Result<(), TrainError> {
        add(format!("{name}.weight"), part.gamma.val().into_data())?;
        part.beta.as_ref().map_or(Ok(()), |beta| add(format!("{name}.bias"), beta.val().into_data()))
    };
    for (layer, block) in net.h.iter().enumerate() {
        norm(format!("h.{layer}.ln_1"), &block.ln_1)?;
        norm(format!("h.{layer}.ln_2"), &block.ln_2)?;
    }
    norm("ln_f".into(), &net.ln_f)?;
    let views = tensors
        .iter()
        .map(|(name, dims, bytes)| Ok((name.as_str(), TensorView::new(Dtype::F16, dims.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|error| TrainError::Checkpoint(error.to_string()))?;
    let made_by = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let bytes = safetensors::serialize(views, Some(made_by))
        .map_err(|error| TrainError::Checkpoint(error.to_string()))?;
    write_file(&folder.join(WEIGHTS), &bytes)?;
    let config = serde_json::to_string_pretty(&shape.config_json())?;
    write_file(&folder.join("config.json"), format!("{config}\n").as_bytes())
}

/// Writes a file beside its place first, so that a stopped run leaves the last whole one.
///
/// # Errors
/// [`TrainError::File`] with the path.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), TrainError> {
    let part = path.with_extension("part");
    std::fs::write(&part, bytes).map_err(TrainError::file(&part))?;
    std::fs::rename(&part, path).map_err(TrainError::file(path))
}

/// Reads back what [`write()`] wrote.
///
/// # Errors
/// [`TrainError::File`] or [`TrainError::Checkpoint`].
pub fn read(folder: &Path, device: &Device) -> Result<(Net, Shape), TrainError> {
    let config = folder.join("config.json");
    let text = std::fs::read_to_string(&config).map_err(TrainError::file(&config))?;
    let shape: Shape = serde_json::from_str(&text)?;
    let weights = folder.join(WEIGHTS);
    let bytes = std::fs::read(&weights).map_err(TrainError::file(&weights))?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| TrainError::Checkpoint(error.to_string()))?;
    let data = |name: &str| -> Result<TensorData, TrainError> {
        let view = file.tensor(name).map_err(|error| TrainError::Checkpoint(error.to_string()))?;
        let values: Vec<f32> =
            view.data().chunks_exact(2).map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32()).collect();
        Ok(TensorData::new(values, view.shape().to_vec()))
    };
    let matrix =
        |name: &str| Ok::<_, TrainError>(Param::from_tensor(Tensor::<2>::from_data(data(name)?, device)));
    let vector =
        |name: &str| Ok::<_, TrainError>(Param::from_tensor(Tensor::<1>::from_data(data(name)?, device)));
    let linear = |part: &mut Linear, name: &str| -> Result<(), TrainError> {
        part.weight = matrix(&format!("{name}.weight"))?;
        part.bias = Some(vector(&format!("{name}.bias"))?);
        Ok(())
    };
    let norm = |part: &mut LayerNorm, name: &str| -> Result<(), TrainError> {
        part.gamma = vector(&format!("{name}.weight"))?;
        part.beta = Some(vector(&format!("{name}.bias"))?);
        Ok(())
    };
    let mut net = Net::init(&shape, 0, device);
    net.wte = matrix("wte.weight")?;
    net.wpe = matrix("wpe.weight")?;
    for (layer, block) in net.h.iter_mut().enumerate() {
        norm(&mut block.ln_1, &format!("h.{layer}.ln_1"))?;
        linear(&mut block.attn.c_attn, &format!("h.{layer}.attn.c_attn"))?;
        linear(&mut block.attn.c_proj, &format!("h.{layer}.attn.c_proj"))?;
        norm(&mut block.ln_2, &format!("h.{layer}.ln_2"))?;
        linear(&mut block.mlp.c_fc, &format!("h.{layer}.mlp.c_fc"))?;
        linear(&mut block.mlp.c_proj, &format!("h.{layer}.mlp.c_proj"))?;
    }
    norm(&mut net.ln_f, "ln_f")?;
    Ok((net, shape))
}
