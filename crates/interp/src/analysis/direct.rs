use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::{LogitScale, TokenId};

use super::attribution::{Direction, linear};
use crate::{DirectScale, InterpError, Run, Site, read::read, values};

/// `[L][H]`: each head's direct effect on the answer's logit (or its difference to the foil's) at the last position: the
/// companion of the patching effect of `z`, which also counts what later layers make of the change.
///
/// # Errors
/// Where a token is outside the vocabulary, answer and foil are the same, or the device does not return the numbers.
pub async fn direct_effects(
    model: &Gpt2,
    (clean, corrupt): (&Run, &Run),
    answer: (TokenId, Option<TokenId>),
    scale: LogitScale,
    by: DirectScale,
) -> Result<Vec<Vec<f32>>, InterpError> {
    let linear = linear(model, answer, scale)?;
    let last = match by {
        DirectScale::Difference => corrupt.final_row(),
        DirectScale::Clean => clean.final_row(),
    };
    let direction = Direction::new(model, &last, &linear.direction);
    let mut rows = Vec::new();
    for layer in model.layers() {
        let z = |run: &Run| values::at(model, run, Site::Z, layer, &[run.last()]);
        let from = match by {
            DirectScale::Difference => z(corrupt)?,
            DirectScale::Clean => values::value_bias(model, layer)?,
        };
        rows.push(direction.of_z(model, layer, z(clean)? - from)?);
    }
    let numbers = read(Tensor::cat(rows, 0)).await?;
    Ok(numbers.chunks(model.config.heads).map(<[f32]>::to_vec).collect())
}
