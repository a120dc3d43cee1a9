use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::LogitScale;

/// A number of a run's last position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Metric {
    /// The answer's logit.
    Logit(LogitScale),
    /// The answer's logit minus a foil's: the same on both scales.
    LogitDifference,
    /// The answer's share of the softmax, 0 to 1.
    Probability,
    /// Its natural logarithm, in nats.
    LogProbability,
    /// The answer's rank; 1 is the top, so that a negative delta is a rise.
    Rank,
    /// Kullback-Leibler divergence of the run's distribution from the clean run's, in nats: 0 in the clean run.
    Kl,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 7] = [
        Self::Logit(LogitScale::Centred),
        Self::Logit(LogitScale::Raw),
        Self::LogitDifference,
        Self::Probability,
        Self::LogProbability,
        Self::Rank,
        Self::Kl,
    ];

    /// The name in a terminal and in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Logit(LogitScale::Centred) => "logit",
            Self::Logit(LogitScale::Raw) => "raw_logit",
            Self::LogitDifference => "logit_diff",
            Self::Probability => "probability",
            Self::LogProbability => "log_probability",
            Self::Rank => "rank",
            Self::Kl => "kl",
        }
    }

    /// Whether it needs a foil.
    #[must_use]
    pub fn needs_foil(self) -> bool {
        self == Self::LogitDifference
    }

    /// Whether the answer's column alone does, rather than the whole unembedding of every run.
    #[must_use]
    pub fn is_linear(self) -> bool {
        matches!(self, Self::Logit(_) | Self::LogitDifference)
    }
}

impl Default for Metric {
    fn default() -> Self {
        Self::Logit(LogitScale::Centred)
    }
}

impl From<Metric> for String {
    fn from(metric: Metric) -> Self {
        metric.name().to_owned()
    }
}

impl TryFrom<String> for Metric {
    type Error = ParseMetricError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no metric: choose logit, raw_logit, logit_diff, probability, log_probability, rank or kl")]
pub struct ParseMetricError(String);

impl FromStr for Metric {
    type Err = ParseMetricError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|metric| metric.name() == text);
        found.ok_or_else(|| ParseMetricError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_a_name_that_is_read_back() {
        for metric in Metric::ALL {
            assert_eq!(metric.to_string().parse(), Ok(metric));
        }
        let error = "loss".parse::<Metric>().expect_err("no such metric").to_string();
        assert!(error.contains("`loss`") && error.contains("logit_diff"), "{error}");
    }
}
