//! Trains the demo model that ships with the page: a small GPT-2 on a corpus that code generates.
//!
//! `cargo xtask train-demo` runs the program `peek-train` of this crate. [`corpus`] draws sequences, [`vocab`] cuts
//! GPT-2's merges down to what they need, [`net`] is GPT-2 for whole batches, [`trainer`] moves its weights, [`export`]
//! writes them as a Hugging Face checkpoint, which `peek-model` opens like any other, and [`eval`] measures what the
//! shipped file can do.

pub mod batch;
pub mod card;
pub mod corpus;
pub mod error;
pub mod eval;
pub mod export;
pub mod guide;
pub mod net;
pub mod shape;
pub mod stage;
pub mod trainer;
pub mod vocab;
