use peek_charts::{ChartError, Frame, Surface, draw_sheet, sheet_size};
use plotters::prelude::IntoDrawingArea;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::{Drawing, Picture};

/// Which part of a picture is drawn.
pub(super) type Draw = fn(&dyn Picture, &dyn Surface, &Frame) -> Result<(), ChartError>;

/// Draws on a canvas whenever picture or frame have changed, and when the browser has lost what was drawn.
#[hook]
pub(super) fn use_paint(canvas: &NodeRef, picture: Option<Drawing>, frame: &Frame, draw: Draw) {
    let canvas = canvas.clone();
    use_effect_with((picture, frame.clone()), move |(picture, frame)| {
        let canvas = canvas.cast::<HtmlCanvasElement>().filter(|_| frame.width > 1.0);
        let restored = canvas.zip(picture.clone()).map(|(canvas, picture)| {
            paint(&canvas, &picture, frame, draw);
            on_restored(canvas, picture, frame.clone(), draw)
        });
        move || {
            if let Some(forget) = restored {
                forget();
            }
        }
    });
}

fn paint(canvas: &HtmlCanvasElement, picture: &Drawing, frame: &Frame, draw: Draw) {
    // Both are far below the 32,768 device pixels that charts accept.
    canvas.set_width((frame.width * frame.scale).round() as u32);
    canvas.set_height((frame.height * frame.scale).round() as u32);
    let style = canvas.style();
    // Lengths in pixels are always valid.
    let _ = style.set_property("width", &format!("{}px", frame.width));
    let _ = style.set_property("height", &format!("{}px", frame.height));
    if let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) {
        let area = backend.into_drawing_area();
        if let Err(error) = draw(&**picture, &area, frame) {
            // Where a test, and a user who reports a fault, can find it.
            let _ = canvas.set_attribute("data-error", &error.to_string());
        } else {
            let _ = canvas.remove_attribute("data-error");
        }
    }
}

/// A picture with a margin on a canvas of its own, which is on no page; `None` where it cannot be drawn.
pub(crate) fn sheet(picture: &Drawing, frame: &Frame) -> Option<HtmlCanvasElement> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    let (width, height) = sheet_size(frame);
    canvas.set_width(width);
    canvas.set_height(height);
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    draw_sheet(&area, frame, |surface, frame| picture.draw(surface, frame)).ok()?;
    Some(canvas)
}

/// Paints once more when the browser's graphics, and with them what was painted, were lost and have come back. Gives what
/// ends it.
fn on_restored(canvas: HtmlCanvasElement, picture: Drawing, frame: Frame, draw: Draw) -> impl FnOnce() {
    let again = {
        let canvas = canvas.clone();
        Closure::<dyn FnMut()>::new(move || paint(&canvas, &picture, &frame, draw))
    };
    let name = "contextrestored";
    // A canvas takes any listener, and gives back the one that it has.
    let _ = canvas.add_event_listener_with_callback(name, again.as_ref().unchecked_ref());
    move || {
        let _ = canvas.remove_event_listener_with_callback(name, again.as_ref().unchecked_ref());
    }
}
