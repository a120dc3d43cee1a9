//! The loaded model's own figure for each check. All of it is in quantities that TransformerLens's processing leaves as
//! they are: centred logits, their differences, shares, losses.

use peek_interp::{LogitRows, Reading, Sweep, every_logit, group_count, groups_of};
use peek_model::{Gpt2, Tokenizer};
use peek_names::{LogitScale, TokenId};

use super::expect::{Followed, Pair, refused};
use crate::{EngineError, Host, cache::RunCache};

/// A model, its tokenizer, and the runs that checks have in common.
pub(super) struct Subject<'a, H> {
    pub(super) model: &'a Gpt2,
    pub(super) tokenizer: &'a Tokenizer,
    pub(super) runs: RunCache,
    pub(super) host: &'a H,
}

/// What patching each head gives.
pub(super) struct Scores {
    /// `[L * H]`.
    pub(super) values: Vec<f64>,
    /// What logits were divided by, 1 where by nothing.
    pub(super) unit: f64,
}

impl<H: Host> Subject<'_, H> {
    pub(super) fn first(&self, text: &str) -> Result<TokenId, EngineError> {
        let pieces = self.tokenizer.encode(text)?;
        let piece = pieces.first().map(|piece| piece.id);
        piece.ok_or_else(|| refused("an answer is empty".into()))
    }

    fn ids(&self, prompt: &str, bos: bool) -> Result<Vec<TokenId>, EngineError> {
        let front = if bos {
            Some(self.tokenizer.bos().ok_or_else(|| refused("this tokenizer has no <|endoftext|>".into()))?)
        } else {
            None
        };
        let text = self.tokenizer.encode(prompt)?;
        let ids: Vec<TokenId> = front.into_iter().chain(text.into_iter().map(|piece| piece.id)).collect();
        if ids.is_empty() { Err(refused("a prompt is empty".into())) } else { Ok(ids) }
    }

    async fn reading(&mut self, at: &Followed, text: &str) -> Result<Reading, EngineError> {
        let (ids, token) = (self.ids(&at.prompt, at.bos)?, self.first(text)?);
        let run = self.runs.run(self.model, &ids, self.host).await?;
        let rows = run.final_logits(self.model).await?;
        self.host.pause().await?;
        read(&rows, 0, token)
    }

    /// The mean of the answer's centred logit, minus the foil's where there is one.
    pub(super) async fn logit(&mut self, at: &[Followed]) -> Result<f64, EngineError> {
        let mut sum = 0.0;
        for at in at {
            sum += f64::from(self.reading(at, &at.answer).await?.logit);
            if let Some(foil) = &at.foil {
                sum -= f64::from(self.reading(at, foil).await?.logit);
            }
        }
        Ok(sum / at.len() as f64)
    }

    /// The answer's share of the softmax.
    pub(super) async fn probability(&mut self, at: &Followed) -> Result<f64, EngineError> {
        Ok(self.reading(at, &at.answer).await?.probability.into())
    }

    /// The answer's centred logit at each point of the lens.
    pub(super) async fn lens(&mut self, at: &Followed) -> Result<Vec<f64>, EngineError> {
        let (ids, token) = (self.ids(&at.prompt, at.bos)?, self.first(&at.answer)?);
        let run = self.runs.run(self.model, &ids, self.host).await?;
        let rows = run.lens_logits(self.model).await?;
        (0..rows.rows()).map(|row| Ok(read(&rows, row, token)?.logit.into())).collect()
    }

    /// The mean of `-ln p` of each token after the first.
    pub(super) async fn loss(&mut self, prompt: &str, bos: bool) -> Result<f64, EngineError> {
        let ids = self.ids(prompt, bos)?;
        let run = self.runs.run(self.model, &ids, self.host).await?;
        let rows = every_logit(self.model, &run.run).await?;
        let mut sum = 0.0;
        for (row, &next) in ids.iter().skip(1).enumerate() {
            sum -= log_probability(&rows, row, next)?;
        }
        Ok(sum / (ids.len() - 1).max(1) as f64)
    }

    /// What each head's clean `z` at the last position does to the mean metric of the corrupt runs.
    pub(super) async fn head_scores(&mut self, pairs: &[Pair], share: bool) -> Result<Scores, EngineError> {
        let config = &self.model.config;
        let (layers, heads) = (config.layers, config.heads);
        let mut sums = vec![0.0; layers * heads];
        let mut range = 0.0;
        for pair in pairs {
            if share {
                range += self.logit(&[pair.side(&pair.clean)]).await?;
                range -= self.logit(&[pair.side(&pair.corrupt)]).await?;
            }
            let (clean, corrupt) = (self.ids(&pair.clean, pair.bos)?, self.ids(&pair.corrupt, pair.bos)?);
            let answer = self.first(&pair.answer)?;
            let foil = pair.foil.as_deref().map(|foil| self.first(foil)).transpose()?;
            let clean = self.runs.run(self.model, &clean, self.host).await?;
            let corrupt = self.runs.run(self.model, &corrupt, self.host).await?;
            for group in groups_of(layers, group_count(self.model)) {
                let sweep = Sweep::replay(self.model, &clean.run, &corrupt.run, group, self.host).await?;
                for (token, sign) in [(Some(answer), 1.0), (foil, -1.0)] {
                    let Some(token) = token else { continue };
                    for (layer, row) in sweep.deltas(self.model, token, LogitScale::Centred).await? {
                        let sums = sums.iter_mut().skip(layer.index() * heads);
                        sums.zip(row).for_each(|(sum, delta)| *sum += sign * f64::from(delta));
                    }
                }
            }
        }
        let pairs = pairs.len() as f64;
        let unit = if share { range / pairs } else { 1.0 };
        Ok(Scores { values: sums.into_iter().map(|sum| sum / pairs / unit).collect(), unit })
    }
}

impl Pair {
    fn side(&self, prompt: &str) -> Followed {
        Followed {
            prompt: prompt.into(),
            answer: self.answer.clone(),
            foil: self.foil.clone(),
            bos: self.bos,
        }
    }
}

fn read(rows: &LogitRows, row: usize, token: TokenId) -> Result<Reading, EngineError> {
    rows.reading(row, token).ok_or_else(|| refused(format!("token {} is none of this model's", token.0)))
}

/// In f64 from the logits: a share that is rounded to f32 first would lose digits.
fn log_probability(rows: &LogitRows, row: usize, token: TokenId) -> Result<f64, EngineError> {
    let reading = read(rows, row, token)?;
    let logits = rows.row(row).unwrap_or_default();
    let max = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let sum: f64 = logits.iter().map(|&x| (f64::from(x) - max).exp()).sum();
    Ok(f64::from(reading.raw_logit) - max - sum.ln())
}
