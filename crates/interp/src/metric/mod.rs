//! What is read off a run's last position, and off a changed run's against another.

mod judge;
mod score;

pub use judge::Judge;
pub use score::{Score, UNDEFINED_BELOW, normalised};
