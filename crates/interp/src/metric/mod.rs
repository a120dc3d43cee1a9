//! What is read off a run's last position, and off a changed run's against another.

mod judge;
mod kind;
mod score;

pub use judge::Judge;
pub use kind::{Metric, ParseMetricError};
pub use score::{Score, UNDEFINED_BELOW, normalised};
