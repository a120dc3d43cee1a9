//! Hostile input for everything that Peek reads from strangers: addresses, experiments, sets of prompts, lists of models,
//! lessons, configs, checkpoints, tokenizers.
//!
//! A [`Target`] is one reader with valid inputs to begin from. A [`Campaign`] bends those inputs, by a seeded generator, and
//! keeps what gave an outcome that none gave before, so that it comes further in than chance would. Every input must end
//! within [`LONGEST`] and within its target's memory, without a panic; what is accepted is checked beyond that: written and
//! read again it is the same, and a model has the shape that its file claims.
//!
//! ```text
//! seeds + corpus -> mutate -> try_input -> an outcome (kept where new) | a Failure (saved to the corpus)
//! ```
//!
//! Tests run the saved corpus and a short campaign; `cargo xtask test --long` runs the program, which shares long campaigns
//! among processes, so that an input that ends its process is known too. A further reader is a file in `targets/` and a
//! line in [`TARGETS`].

mod attempt;
mod campaign;
pub mod corpus;
mod mutate;
mod target;
mod targets;

pub use attempt::{Failure, LONGEST, try_input};
pub use campaign::{Campaign, Found};
pub use target::{Form, Outcome, Target};
pub use targets::TARGETS;

/// Counts what is allocated, by the whole process.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
