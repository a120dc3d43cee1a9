//! What the benchmark times: the same pieces of work natively (under Criterion, `benches/native.rs`) and in the browser
//! (`web/bench`), on generated weights of GPT-2 small's shape.
//!
//! A [`Subject`] is a model with a pair of prompts of `T` tokens each, whose runs are kept; a [`Work`] is one piece. What
//! is timed is the public interface of `interp` and `model`, not copies of it. `cargo xtask bench` starts both halves
//! and divides one figure by another.

mod grid;
mod subject;
mod work;

pub use grid::SPOTS;
pub use subject::{Differs, Subject, gpt2_small};
pub use work::{BenchError, EVERY_HEAD, Work};
