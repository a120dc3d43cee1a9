use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::{LogitScale, TokenId};

use super::attribution::{Direction, linear};
use crate::{InterpError, Run, Site, read::read, values};

/// What a direct effect is measured with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DirectScale {
    /// `z_clean - z_corrupt` under the corrupt run's last LayerNorm scale: what a patch of the head would do if no later
    /// layer heard of it.
    #[default]
    Difference,
    /// `z_clean` under the clean run's own scale: the clean run's attribution.
    Clean,
}

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
