//! The obvious way to every head score: one full run of the corrupt prompt a head, with a hook on `hook_z`.
//!
//! Slow, and kept for that: it shares nothing with [`crate::Sweep`] but the forward pass, so that tests can hold the
//! fast way to it.

use peek_model::{Forward, Gpt2, Site, TapSet, ZEdit};
use peek_names::{HeadId, LogitScale, TokenId};

use crate::{InterpError, LogitRows, read::read};

/// `[L][H]`: metric of the corrupt run with that head's last-position `z` taken from the clean run, minus the
/// metric of the corrupt run, in logits of `answer`.
///
/// # Errors
/// Where the tokens cannot be run, or the device does not return the numbers.
pub async fn head_scores(
    model: &Gpt2,
    clean: &[TokenId],
    corrupt: &[TokenId],
    answer: TokenId,
    scale: LogitScale,
) -> Result<Vec<Vec<f32>>, InterpError> {
    let kept = Forward::new(model, clean, TapSet::none().and(Site::Z, model.layers()))?.finish();
    let base = metric(model, corrupt, Vec::new(), answer, scale).await?;
    let d_head = model.config.d_head();
    let mut scores = Vec::new();
    for layer in model.layers() {
        let z = kept
            .get(Site::Z, layer)
            .ok_or(peek_model::ModelError::NoSuchLayer { layer, layers: model.config.layers })?;
        let mut row = Vec::new();
        for head in 0..model.config.heads {
            let edit = ZEdit {
                head: HeadId { layer, head: u16::try_from(head).unwrap_or(u16::MAX) },
                position: corrupt.len() - 1,
                z: z.clone().narrow(0, clean.len() - 1, 1).narrow(1, head * d_head, d_head).flatten(0, 1),
            };
            row.push((metric(model, corrupt, vec![edit], answer, scale).await? - base) as f32);
        }
        scores.push(row);
    }
    Ok(scores)
}

async fn metric(
    model: &Gpt2,
    tokens: &[TokenId],
    edits: Vec<ZEdit>,
    answer: TokenId,
    scale: LogitScale,
) -> Result<f64, InterpError> {
    let resid = Forward::new(model, tokens, TapSet::none())?.with_edits(edits).finish().resid_final;
    let last = resid.narrow(0, tokens.len() - 1, 1);
    let rows = LogitRows::new(model.config.vocab, read(model.unembed(last)).await?);
    let reading = rows
        .reading(0, answer)
        .ok_or(peek_model::ModelError::NoSuchToken { token: answer, vocab: model.config.vocab })?;
    Ok(f64::from(reading.on(scale)))
}
