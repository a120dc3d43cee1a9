use serde::{Deserialize, Serialize};

use crate::RequestId;

/// See [`crate::Request::Benchmark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchmarkRequest {
    /// Carried back by the response.
    pub id: RequestId,
    /// How often each thing is timed, after one time that does not count.
    pub runs: u8,
}

/// How long the loaded model takes where it is, each time to the number on the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// Tokens of the prompt and of the pair.
    pub tokens: usize,
    /// A run with its last logits, in ms, time by time.
    pub forward_ms: Vec<f64>,
    /// Every head's score of a pair whose runs are there, in ms.
    pub sweep_ms: Vec<f64>,
    /// Dispatches of one run on a GPU; `None` on the CPU.
    pub dispatches: Option<u64>,
}

/// The middle one of some times; the mean of the two in the middle where there is none; `None` of no times.
#[must_use]
pub fn median(times: &[f64]) -> Option<f64> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle).copied()?;
    let lower = middle.checked_sub(1).and_then(|at| sorted.get(at).copied());
    Some(match lower {
        Some(lower) if sorted.len().is_multiple_of(2) => f64::midpoint(lower, upper),
        _ => upper,
    })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 100.0, 1.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
    }
}
