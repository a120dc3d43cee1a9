//! The method: logit lens, causal head scores, attention, as functions from (model, run) to plain numbers.
//!
//! Everything here equals TransformerLens's definition of it. Above this crate nobody knows a tensor: what comes
//! out is `Vec<f32>` with its shape in the docstring. Shapes use `T` tokens, `L` layers, `H` heads, `d` = d_model,
//! `V` vocabulary.
//!
//! ```text
//! tokens -> Run::new -> Run --+-> lens_logits -> LogitRows -> Reading, top
//!                             +-> Sweep::replay (clean, corrupt) -> Sweep -> deltas
//!                             +-> attention_pattern
//! ```
//!
//! [`Sweep`] is the fast way to all head scores; [`naive`] is the obvious one, a full run a head, and the oracle
//! that tests hold the fast way to.

mod attention;
mod error;
mod lens;
pub mod naive;
mod pace;
mod read;
mod reading;
mod replay;
mod run;
mod sweep;

pub use attention::{attention_pattern, attention_patterns};
pub use error::InterpError;
pub use lens::{every_logit, final_logits, lens_labels, lens_logits};
pub use pace::{FullSpeed, Pace, Stopped};
pub use reading::{LogitRows, Reading};
pub use run::Run;
pub use sweep::{Sweep, group_count, groups_of};
