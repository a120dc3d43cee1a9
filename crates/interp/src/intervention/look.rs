use peek_model::{Gpt2, ModelError};
use peek_names::HeadId;

use super::{Donor, Spot};
use crate::{InterpError, Run, attention_pattern, read::read};

/// The attention pattern of a head whose pattern was changed at `spot` ([`Run::patched`] of [`crate::Site::Pattern`]):
/// `[T, T]`, the rows that were put there in their place.
///
/// # Errors
/// Where the model has no such head, the donor has no such rows, or the device does not return the numbers.
pub async fn changed_pattern(
    model: &Gpt2,
    (base, changed): (&Run, &Run),
    head: HeadId,
    spot: &Spot,
    donor: Donor<'_>,
) -> Result<Vec<f32>, InterpError> {
    donor.check(base, crate::Site::Pattern)?;
    let (heads, t) = (model.config.heads, base.tokens().len());
    if head.head_index() >= heads {
        return Err(ModelError::NoSuchHead { head, heads }.into());
    }
    if let Some(&position) = spot.0.iter().find(|&&position| position >= t) {
        return Err(InterpError::NoSuchPosition { position, tokens: t });
    }
    let mut weights = attention_pattern(model, changed, head).await?;
    if spot.0.is_empty() {
        return Ok(weights);
    }
    let rows = donor.pattern_rows(model, base, head.layer, &spot.0)?.narrow(0, head.head_index(), 1);
    let rows = read(rows).await?;
    for (&position, row) in spot.0.iter().zip(rows.chunks(t)) {
        weights[position * t..(position + 1) * t].copy_from_slice(row);
    }
    Ok(weights)
}
