//! Looking at runs without changing them: what the residual stream says at every depth and position, what every part
//! writes towards a token, what heads read and how strongly.

mod attribution;
mod direct;
mod head_kinds;
mod lens_grid;
mod norms;

pub use attribution::{Attribution, attribute};
pub use direct::direct_effects;
pub use head_kinds::{HeadKind, HeadKinds, KIND_FROM, head_kinds, head_kinds_of, repeated_tokens};
pub use lens_grid::{LensCell, LensDepth, LensGrid, lens_grid};
pub use norms::{value_norms, value_weighted_pattern};
