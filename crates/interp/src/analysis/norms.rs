use peek_model::{Gpt2, ModelError};
use peek_names::HeadId;

use crate::{InterpError, Run, Site, attention_pattern, read::read, values};

/// One head's attention weighted by the length of what is read: `[T, T]`, weight times the norm of the key position's
/// value (without the values' bias, as TransformerLens has it). A position that is looked at but says nothing, as the first
/// token often is, fades.
///
/// # Errors
/// Where the model has no such head, or the device does not return the numbers.
pub async fn value_weighted_pattern(model: &Gpt2, run: &Run, head: HeadId) -> Result<Vec<f32>, InterpError> {
    let (heads, d_head) = (model.config.heads, model.config.d_head());
    if head.head_index() >= heads {
        return Err(ModelError::NoSuchHead { head, heads }.into());
    }
    let mut pattern = attention_pattern(model, run, head).await?;
    let t = run.tokens().len();
    let positions: Vec<usize> = (0..t).collect();
    let values =
        values::at(model, run, Site::V, head.layer, &positions)? - values::value_bias(model, head.layer)?;
    let own = values.narrow(1, head.head_index() * d_head, d_head);
    let norms = read((own.clone() * own).sum_dim(1).sqrt()).await?;
    for row in pattern.chunks_mut(t) {
        row.iter_mut().zip(&norms).for_each(|(weight, norm)| *weight *= norm);
    }
    Ok(pattern)
}
