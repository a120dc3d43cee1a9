//! A chart of `peek-charts` on a canvas.

mod canvas;
mod drawing;
mod lines;
mod paint;
mod pictures;
mod positions;
mod tip;
mod values;

pub(crate) use canvas::{Canvas, Screen};
pub(crate) use drawing::{Drawing, Picture, Spot, head_spot, spot_head};
pub(crate) use lines::{LinesPicture, side_of};
pub(crate) use paint::sheet;
pub(crate) use pictures::{BarsPicture, GridPicture, HeatPicture, LensPicture, token_label};
pub(crate) use positions::PositionPicture;
pub(crate) use tip::{Tip, TipBox};
pub(crate) use values::Values;

/// Whether a finger did it. A finger does not hover: over an element it is only while it touches the screen.
pub(crate) fn by_finger(event: &web_sys::PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

/// Tells what `make` makes of a pointer's event, where it is no finger's.
pub(crate) fn unless_by_finger<T: 'static>(
    told: &yew::Callback<T>,
    make: fn(web_sys::PointerEvent) -> T,
) -> yew::Callback<web_sys::PointerEvent> {
    let told = told.clone();
    yew::Callback::from(move |event: web_sys::PointerEvent| {
        if !by_finger(&event) {
            told.emit(make(event));
        }
    })
}
