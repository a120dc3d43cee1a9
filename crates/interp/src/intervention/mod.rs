//! Changing a run at one of its sites, and seeing what becomes of its last position.
//!
//! ```text
//! PositionMap::align (base, donor) -> Donor --+
//! Site::units, Positions::spots --------------+-> Patched::replay -> Patched -> Judge::scores
//!                                             +-> Run::patched (any set of units at once)
//! ```
//!
//! The *base* run is changed, the *donor* says with what. Denoising is a corrupt base and a clean donor, noising the
//! reverse, so that noising (clean, corrupt) is denoising (corrupt, clean) by construction; ablations have a base alone.

mod donor;
mod entry;
mod look;
mod means;
mod patched;
mod positions;
mod together;

pub use donor::Donor;
pub use look::changed_pattern;
pub use means::{MeanSum, Means};
pub(crate) use patched::Outcome;
pub use patched::{Intervention, Patched};
pub use positions::{Positions, Spot};
