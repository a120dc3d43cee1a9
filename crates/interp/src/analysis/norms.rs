use peek_model::{Gpt2, ModelError};
use peek_names::{HeadId, Layer};

use crate::{InterpError, Run, Site, attention_pattern, read::read, values};

/// How long every head's value is at every position of a run, `[H][T]`, without the values' bias, as TransformerLens has it.
///
/// # Errors
/// Where the model has no such layer, or the device does not return the numbers.
pub async fn value_norms(model: &Gpt2, run: &Run, layer: Layer) -> Result<Vec<Vec<f32>>, InterpError> {
    let (heads, d_head, t) = (model.config.heads, model.config.d_head(), run.tokens().len());
    let positions: Vec<usize> = (0..t).collect();
    let values = values::at(model, run, Site::V, layer, &positions)? - values::value_bias(model, layer)?;
    let by_heads = values.reshape([t, heads, d_head]).swap_dims(0, 1);
    let norms = read((by_heads.clone() * by_heads).sum_dim(2).sqrt()).await?;
    Ok(norms.chunks(t.max(1)).map(<[f32]>::to_vec).collect())
}

/// One head's attention weighted by the length of what is read: `[T, T]`, weight times [`value_norms`] of the key position.
/// A position that is looked at but says nothing, as the first token often is, fades.
///
/// # Errors
/// Where the model has no such head, or the device does not return the numbers.
pub async fn value_weighted_pattern(model: &Gpt2, run: &Run, head: HeadId) -> Result<Vec<f32>, InterpError> {
    let heads = model.config.heads;
    let mut pattern = attention_pattern(model, run, head).await?;
    let norms = value_norms(model, run, head.layer).await?;
    let norms = norms.get(head.head_index()).ok_or(ModelError::NoSuchHead { head, heads })?;
    for row in pattern.chunks_mut(run.tokens().len()) {
        row.iter_mut().zip(norms).for_each(|(weight, norm)| *weight *= norm);
    }
    Ok(pattern)
}
