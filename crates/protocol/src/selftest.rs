use serde::{Deserialize, Serialize};

use crate::RequestId;

/// See [`crate::Request::SelfTest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestRequest {
    /// Carried back by every response.
    pub id: RequestId,
    /// The text of a file of expected numbers, such as `assets/selftest/demo.json`.
    pub expectations: String,
}

/// One number of a self-test: the loaded model's beside the published one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelfTestRow {
    /// What was measured, such as `L9H9: share of the logit difference`.
    pub name: String,
    /// What the loaded model gives here.
    pub ours: f64,
    /// What is published.
    pub published: f64,
    /// The distance between the two.
    pub difference: f64,
    /// The largest distance that counts as the same number.
    pub tolerance: f64,
    /// Whether it is the same number; never where `ours` is none.
    pub passed: bool,
}

impl SelfTestRow {
    /// Compares two numbers.
    #[must_use]
    pub fn new(name: String, ours: f64, published: f64, tolerance: f64) -> Self {
        let difference = (ours - published).abs();
        // False for a NaN, which is no number at all.
        let passed = difference <= tolerance;
        Self { name, ours, published, difference, tolerance, passed }
    }
}
