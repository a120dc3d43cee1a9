//! The method: logit lens, interventions, attribution, attention, as functions from (model, run) to plain numbers.
//!
//! Everything here equals TransformerLens's definition of it. Above this crate nobody knows a tensor: what comes
//! out is `Vec<f32>` with its shape in the docstring. Shapes use `T` tokens, `L` layers, `H` heads, `d` = d_model,
//! `V` vocabulary.
//!
//! ```text
//! tokens -> Run::new -> Run --+-> lens_logits -> LogitRows -> Reading, top
//!                             +-> Sweep::replay (clean, corrupt) -> Sweep -> deltas
//!                             +-> Patched::replay (site, units, spots, donor) -> Judge -> Score
//!                             +-> Run::patched (any set of units at once) -> Run
//!                             +-> attention_pattern, value_weighted_pattern
//!                             +-> lens_grid, attribute, direct_effects; head_kinds makes its own runs
//! ```
//!
//! [`Sweep`] is the fast way to all head scores, kept for any answer; [`Patched`] is the general one, any [`Site`] with any
//! [`Donor`] at any [`Positions`] under any [`Metric`]. [`naive`] is the obvious way, a full run for each score, and the
//! oracle that tests hold both to.

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
    Attribution, HeadKind, HeadKinds, KIND_FROM, LensCell, LensDepth, LensGrid, attribute, direct_effects,
    head_kinds, head_kinds_of, lens_grid, repeated_tokens, value_norms, value_weighted_pattern,
};
pub use attention::{attention_pattern, attention_patterns};
pub use error::InterpError;
pub use intervention::{Donor, Intervention, MeanSum, Means, Patched, Positions, Spot, changed_pattern};
pub use lens::{every_logit, final_logits, lens_labels, lens_logits};
pub use metric::{Judge, Score, UNDEFINED_BELOW, normalised};
pub use pace::{FullSpeed, Pace, Stopped};
pub use peek_names::{DirectScale, LensConvention, MeanOver, Metric, Site, Unit};
pub use position_map::{Meeting, PositionMap};
pub use reading::{LogitRows, Reading};
pub use run::Run;
pub use site::check_units;
pub use sweep::{Sweep, group_count, groups_of};
