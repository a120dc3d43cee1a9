//! What panels are made of.

mod cells;
mod field;
mod notes;
mod placed;
mod segmented;
mod strip;

pub(crate) use cells::{CellLook, Cells};
pub(crate) use field::TextField;
pub(crate) use notes::Notes;
pub(crate) use placed::Placed;
pub(crate) use segmented::{Choice, Segmented};
pub(crate) use strip::{Strip, changed_between};
