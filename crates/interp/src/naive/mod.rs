//! The obvious way to every score: one full run of the base prompt for each, with a hook where it is changed.
//!
//! Slow, and kept for that: it shares nothing with [`crate::Sweep`] and [`crate::Patched`] but a block's arithmetic, so that
//! tests can hold the fast way to it. [`hooked_run`] works out every site apart, with values and `z` as TransformerLens has
//! them.

mod hooked;
mod metrics;

pub use hooked::{Hook, Values, hooked_run, value_at};
pub use metrics::metric;

use peek_model::{Forward, Gpt2, ModelError, Site as Tap, TapSet, Taps, ZEdit};
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
    let patcher = Patcher::new(model, clean, corrupt)?;
    let base = patcher.metric(None, answer, scale).await?;
    let mut scores = Vec::new();
    for layer in model.layers() {
        let mut row = Vec::new();
        for head in 0..model.config.heads {
            let head = HeadId { layer, head: u16::try_from(head).unwrap_or(u16::MAX) };
            row.push((patcher.metric(Some(head), answer, scale).await? - base) as f32);
        }
        scores.push(row);
    }
    Ok(scores)
}

/// A full run without taps: raw logits `[1, V]` at its last position.
///
/// # Errors
/// Where the tokens cannot be run, or the device does not return the numbers.
pub async fn last_logits(model: &Gpt2, tokens: &[TokenId]) -> Result<LogitRows, InterpError> {
    edited_logits(model, tokens, Vec::new()).await
}

/// A pair of prompts, of which the clean one has been run.
pub struct Patcher {
    model: Gpt2,
    clean: Taps,
    clean_len: usize,
    corrupt: Vec<TokenId>,
}

impl Patcher {
    /// Runs the clean prompt.
    ///
    /// # Errors
    /// Where the tokens cannot be run.
    pub fn new(model: &Gpt2, clean: &[TokenId], corrupt: &[TokenId]) -> Result<Self, InterpError> {
        model.check(corrupt)?;
        let keep = TapSet::none().and(Tap::Z, model.layers());
        let taps = Forward::new(model, clean, keep)?.finish();
        Ok(Self { model: model.clone(), clean: taps, clean_len: clean.len(), corrupt: corrupt.to_vec() })
    }

    /// Logit of `answer` in a full run of the corrupt prompt, with the head's last-position `z` taken from the clean run
    /// if there is one.
    ///
    /// # Errors
    /// Where there is no such head or token, or the device does not return the numbers.
    pub async fn metric(
        &self,
        head: Option<HeadId>,
        answer: TokenId,
        scale: LogitScale,
    ) -> Result<f64, InterpError> {
        let edits = head.map(|head| self.edit(head)).transpose()?.into_iter().collect();
        let rows = edited_logits(&self.model, &self.corrupt, edits).await?;
        let vocab = self.model.config.vocab;
        let reading = rows.reading(0, answer).ok_or(ModelError::NoSuchToken { token: answer, vocab })?;
        Ok(f64::from(reading.on(scale)))
    }

    fn edit(&self, head: HeadId) -> Result<ZEdit, InterpError> {
        let (layer, layers, heads) = (head.layer, self.model.config.layers, self.model.config.heads);
        if head.head_index() >= heads {
            return Err(ModelError::NoSuchHead { head, heads }.into());
        }
        let z = self.clean.get(Tap::Z, layer).ok_or(ModelError::NoSuchLayer { layer, layers })?;
        let d_head = self.model.config.d_head();
        let last = z.clone().narrow(0, self.clean_len - 1, 1);
        let z = last.narrow(1, head.head_index() * d_head, d_head).flatten(0, 1);
        Ok(ZEdit { head, position: self.corrupt.len() - 1, z })
    }
}

async fn edited_logits(
    model: &Gpt2,
    tokens: &[TokenId],
    edits: Vec<ZEdit>,
) -> Result<LogitRows, InterpError> {
    let resid = Forward::new(model, tokens, TapSet::none())?.with_edits(edits).finish().resid_final;
    let last = resid.narrow(0, tokens.len() - 1, 1);
    Ok(LogitRows::new(model.config.vocab, read(model.unembed(last)).await?))
}
