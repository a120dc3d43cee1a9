use peek_names::{LogitScale, TokenId};

use crate::Metric;

/// A metric as its definition says it, of a run's raw logits `[V]`; `clean` are those of the clean run.
#[must_use]
pub fn metric(metric: Metric, logits: &[f32], clean: &[f32], answer: TokenId, foil: TokenId) -> f64 {
    let of = |token: TokenId| f64::from(logits[token.index()]);
    let probabilities = |logits: &[f32]| -> Vec<f64> {
        let exps: Vec<f64> = logits.iter().map(|&logit| f64::from(logit).exp()).collect();
        let sum: f64 = exps.iter().sum();
        exps.into_iter().map(|exp| exp / sum).collect()
    };
    let mean = || logits.iter().copied().map(f64::from).sum::<f64>() / logits.len() as f64;
    match metric {
        Metric::Logit(LogitScale::Raw) => of(answer),
        Metric::Logit(LogitScale::Centred) => of(answer) - mean(),
        Metric::LogitDifference => of(answer) - of(foil),
        Metric::Probability => probabilities(logits)[answer.index()],
        Metric::LogProbability => probabilities(logits)[answer.index()].ln(),
        Metric::Rank => {
            let mut sorted: Vec<f64> = logits.iter().copied().map(f64::from).collect();
            sorted.sort_by(|a, b| b.total_cmp(a));
            sorted.iter().take_while(|&&logit| logit > of(answer)).count() as f64 + 1.0
        }
        Metric::Kl => {
            let pairs = probabilities(clean).into_iter().zip(probabilities(logits));
            pairs.map(|(clean, own)| clean * (clean / own).ln()).sum()
        }
    }
}
