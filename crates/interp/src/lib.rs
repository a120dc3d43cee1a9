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

mod analysis;
mod attention;
mod error;
mod intervention;
mod lens;
mod metric;
pub mod naive;
mod pace;
mod position_map;
mod read;
mod reading;
mod replay;
mod run;
mod site;
mod sweep;
mod unembed;
mod values;

pub use analysis::{
    Attribution, DirectScale, HeadKind, HeadKinds, KIND_FROM, LensCell, LensConvention, LensDepth, LensGrid,
    attribute, direct_effects, head_kinds, lens_grid, repeated_tokens, value_weighted_pattern,
};
pub use attention::{attention_pattern, attention_patterns};
pub use error::InterpError;
pub use intervention::{Donor, Intervention, MeanOver, Means, Patched, Positions, Spot};
pub use lens::{every_logit, final_logits, lens_labels, lens_logits};
pub use metric::{Judge, Metric, ParseMetricError, Score, UNDEFINED_BELOW, normalised};
pub use pace::{FullSpeed, Pace, Stopped};
pub use position_map::{Meeting, PositionMap};
pub use reading::{LogitRows, Reading};
pub use run::Run;
pub use site::{ParseSiteError, Site, Unit};
pub use sweep::{Sweep, group_count, groups_of};
