//! A chart of `peek-charts` on a canvas.

mod canvas;
mod pictures;
mod positions;
mod tip;

pub(crate) use canvas::{Canvas, Screen};
pub(crate) use pictures::{BarsPicture, GridPicture, HeatPicture, LensPicture, Picture, token_label};
pub(crate) use positions::PositionPicture;
pub(crate) use tip::{Tip, TipBox};
