use burn::tensor::Tensor;
use peek_model::{Gpt2, ModelError};
use peek_names::{LogitScale, TokenId};

use super::Score;
use crate::{
    FullSpeed, InterpError, LogitRows, Metric, Pace, Patched, Run,
    intervention::Outcome,
    read::read,
    unembed::{Against, Linear},
};

/// Rows whose logits over the whole vocabulary are on the host at once.
const ROWS_AT_ONCE: usize = 64;

/// A metric of an answer, ready to be read off any run.
#[derive(Clone, Debug)]
pub struct Judge {
    metric: Metric,
    answer: TokenId,
    foil: Option<TokenId>,
    /// Log-probabilities of the clean run, `[V]`; only the divergence needs them.
    clean: Vec<f64>,
}

impl Judge {
    /// A judge of `answer`; the clean run is what [`Metric::Kl`] is measured from, and the foil what
    /// [`Metric::LogitDifference`] is.
    ///
    /// # Errors
    /// Where a token is outside the vocabulary, the foil is missing or the answer itself, or the device does not return the
    /// numbers.
    pub async fn new(
        model: &Gpt2,
        metric: Metric,
        answer: TokenId,
        foil: Option<TokenId>,
        clean: &Run,
    ) -> Result<Self, InterpError> {
        let vocab = model.config.vocab;
        for token in [Some(answer), foil].into_iter().flatten() {
            if token.index() >= vocab {
                return Err(ModelError::NoSuchToken { token, vocab }.into());
            }
        }
        if metric.needs_foil() && foil.is_none() {
            return Err(InterpError::NoFoil);
        }
        if metric.needs_foil() && foil == Some(answer) {
            return Err(InterpError::SameFoil(answer));
        }
        let clean = match metric {
            Metric::Kl => log_probabilities(&read(model.unembed(clean.final_row())).await?),
            _ => Vec::new(),
        };
        Ok(Self { metric, answer, foil, clean })
    }

    /// The metric of a run; `None` where it is no finite number.
    ///
    /// # Errors
    /// Where the device does not return the numbers.
    pub async fn of_run(&self, model: &Gpt2, run: &Run) -> Result<Option<f32>, InterpError> {
        Ok(self.of_rows(model, &run.final_row(), &FullSpeed).await?.pop().flatten())
    }

    /// The metric of every changed run, spot by spot, and within a spot unit by unit in the order in which they were asked
    /// for. Pauses where a metric needs the whole unembedding of many runs.
    ///
    /// # Errors
    /// Where the device does not return the numbers, or `pace` says stop.
    pub async fn scores(
        &self,
        model: &Gpt2,
        patched: &Patched,
        pace: &impl Pace,
    ) -> Result<Vec<Vec<Score>>, InterpError> {
        let base = self.of_rows(model, patched.base(), &FullSpeed).await?.pop().flatten();
        let (mut values, mut deltas) = (Vec::new(), Vec::new());
        if let (Some(rows), Some(shift)) = (patched.rows(), patched.shift()) {
            if self.metric.is_linear() {
                let direction = self.linear(model)?.direction;
                deltas = finite(read(shift.clone().matmul(direction.transpose())).await?);
                values = deltas.iter().map(|delta| Some(base? + (*delta)?)).collect();
            } else {
                values = self.of_rows(model, rows, pace).await?;
                deltas = values.iter().map(|value| Some((*value)? - base?)).collect();
            }
        }
        let score = |outcome: &Outcome| match *outcome {
            Outcome::Undefined => Score::default(),
            Outcome::Same => Score { value: base, delta: base.map(|_| 0.0) },
            Outcome::Row(row) => {
                Score { value: values.get(row).copied().flatten(), delta: deltas.get(row).copied().flatten() }
            }
        };
        let (_, units) = patched.shape();
        Ok(patched.cells().chunks(units.max(1)).map(|spot| spot.iter().map(score).collect()).collect())
    }

    /// The metric of last residuals `[n, d]`.
    async fn of_rows(
        &self,
        model: &Gpt2,
        rows: &Tensor<2>,
        pace: &impl Pace,
    ) -> Result<Vec<Option<f32>>, InterpError> {
        let [n, _] = rows.dims();
        if self.metric.is_linear() {
            let normalised = model.ln_f.apply(rows.clone());
            return Ok(finite(read(self.linear(model)?.values(normalised)).await?));
        }
        let mut values = Vec::with_capacity(n);
        for first in (0..n).step_by(ROWS_AT_ONCE) {
            let some = rows.clone().narrow(0, first, ROWS_AT_ONCE.min(n - first));
            let logits = LogitRows::new(model.config.vocab, read(model.unembed(some)).await?);
            values.extend((0..logits.rows()).map(|row| self.of_logits(logits.row(row)?)));
            pace.pause().await?;
        }
        Ok(values)
    }

    /// A metric that is a logit or a difference of two.
    fn linear(&self, model: &Gpt2) -> Result<Linear, InterpError> {
        let against = match (self.metric, self.foil) {
            (Metric::LogitDifference, Some(foil)) => Against::Token(foil),
            (Metric::Logit(LogitScale::Centred), _) => Against::Mean,
            _ => Against::Zero,
        };
        Linear::of(model, self.answer, against)
    }

    /// A metric that is no logit, of one run's raw logits `[V]`.
    fn of_logits(&self, logits: &[f32]) -> Option<f32> {
        let answer = *logits.get(self.answer.index())?;
        if logits.iter().any(|logit| !logit.is_finite()) {
            return None;
        }
        let value = match self.metric {
            Metric::Rank => (logits.iter().filter(|&&logit| logit > answer).count() + 1) as f64,
            Metric::Kl => {
                let own = log_probabilities(logits);
                // Rounding can leave a divergence of nothing a hair below zero.
                let sum: f64 =
                    self.clean.iter().zip(&own).map(|(clean, own)| clean.exp() * (clean - own)).sum();
                sum.max(0.0)
            }
            Metric::Probability => (f64::from(answer) - log_sum_exp(logits)).exp(),
            _ => f64::from(answer) - log_sum_exp(logits),
        };
        Some(value as f32).filter(|value| value.is_finite())
    }
}

/// Summed in f64, so that 50,257 terms cost no digits.
fn log_sum_exp(logits: &[f32]) -> f64 {
    let max = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    max + logits.iter().map(|&logit| (f64::from(logit) - max).exp()).sum::<f64>().ln()
}

fn log_probabilities(logits: &[f32]) -> Vec<f64> {
    let sum = log_sum_exp(logits);
    logits.iter().map(|&logit| f64::from(logit) - sum).collect()
}

fn finite(values: Vec<f32>) -> Vec<Option<f32>> {
    values.into_iter().map(|value| Some(value).filter(|value| value.is_finite())).collect()
}
