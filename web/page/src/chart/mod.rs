//! A chart of `peek-charts` on a canvas.

mod canvas;
mod drawing;
mod paint;
mod pictures;
mod positions;
mod tip;

pub(crate) use canvas::{Canvas, Screen};
pub(crate) use drawing::{Drawing, Picture, Spot, head_spot, spot_head};
pub(crate) use pictures::{BarsPicture, GridPicture, HeatPicture, LensPicture, token_label};
pub(crate) use positions::PositionPicture;
pub(crate) use tip::{Tip, TipBox};
