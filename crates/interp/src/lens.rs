use burn::tensor::Tensor;
use peek_model::Gpt2;

use crate::{InterpError, LogitRows, Run, read::read};

/// Names of the lens's points: `0_pre` .. and `final` for the last `resid_post`; `L + 1` of them.
#[must_use]
pub fn lens_labels(layers: usize) -> Vec<String> {
    (0..layers).map(|layer| format!("{layer}_pre")).chain(["final".to_owned()]).collect()
}

/// The logit lens at the last position, `[L + 1, V]` raw logits: every `resid_pre`, then the last `resid_post`,
/// through `ln_final` with each residual's own statistics and the unembedding.
///
/// # Errors
/// Where the device does not return the numbers.
pub async fn lens_logits(model: &Gpt2, run: &Run) -> Result<LogitRows, InterpError> {
    let mut rows = model.layers().map(|layer| run.last_resid_pre(layer)).collect::<Result<Vec<_>, _>>()?;
    rows.push(run.final_row());
    let logits = model.unembed(Tensor::cat(rows, 0));
    Ok(LogitRows::new(model.config.vocab, read(logits).await?))
}

/// What the run predicts after each of its tokens, `[T, V]` raw logits.
///
/// # Errors
/// Where the device does not return the numbers.
pub async fn every_logit(model: &Gpt2, run: &Run) -> Result<LogitRows, InterpError> {
    Ok(LogitRows::new(model.config.vocab, read(model.unembed(run.final_rows())).await?))
}

/// The run's own prediction, `[1, V]` raw logits at the last position.
///
/// # Errors
/// Where the device does not return the numbers.
pub async fn final_logits(model: &Gpt2, run: &Run) -> Result<LogitRows, InterpError> {
    Ok(LogitRows::new(model.config.vocab, read(model.unembed(run.final_row())).await?))
}
