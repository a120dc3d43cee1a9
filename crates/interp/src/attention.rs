use burn::tensor::{Bool, Tensor};
use peek_model::{Block, Gpt2, ModelError};
use peek_names::{HeadId, Layer};

use crate::{InterpError, Run, read::read};

/// One head's attention pattern, `[T, T]` row by row: query down, key across, rows sum to 1.
///
/// # Errors
/// Where the model has no such head, or the device does not return the numbers.
pub async fn attention_pattern(model: &Gpt2, run: &Run, head: HeadId) -> Result<Vec<f32>, InterpError> {
    let heads = model.config.heads;
    if head.head_index() >= heads {
        return Err(ModelError::NoSuchHead { head, heads }.into());
    }
    read(patterns(model, run, head.layer, Some(head.head_index()))?).await
}

/// The attention patterns of all heads of a layer, `[H, T, T]`.
///
/// # Errors
/// Where the model has no such layer, or the device does not return the numbers.
pub async fn attention_patterns(model: &Gpt2, run: &Run, layer: Layer) -> Result<Vec<f32>, InterpError> {
    read(patterns(model, run, layer, None)?).await
}

fn patterns(model: &Gpt2, run: &Run, layer: Layer, head: Option<usize>) -> Result<Tensor<3>, InterpError> {
    let t = run.tokens().len();
    let qkv = model.block(layer)?.qkv(run.resid_pre(layer)?);
    let pick = |x: Tensor<3>| match head {
        Some(head) => x.narrow(0, head, 1),
        None => x,
    };
    let hidden = Tensor::<2, Bool>::tril_mask([t, t], 0, &model.device).unsqueeze();
    Ok(Block::pattern(pick(qkv.q), pick(qkv.k), Some(hidden)))
}
