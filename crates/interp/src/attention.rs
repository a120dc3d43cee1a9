use burn::tensor::Tensor;
use peek_model::{Gpt2, Groups, ModelError, pattern};
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
    let (t, d_head) = (run.tokens().len(), model.config.d_head());
    let block = model.block(layer)?;
    let qkv = run.qkv(layer)?;
    let Some(head) = head else { return Ok(attention_of(&qkv, block.heads, t)) };
    // One head alone: of a long prompt, all heads' patterns are too much to hold.
    let part = |third: usize| qkv.clone().narrow(1, third * model.config.d_model + head * d_head, d_head);
    Ok(attention_of(&Tensor::cat(vec![part(0), part(1), part(2)], 1), 1, t))
}

fn attention_of(qkv: &Tensor<2>, heads: usize, t: usize) -> Tensor<3> {
    pattern(qkv, None, Groups { heads, size: t })
}
