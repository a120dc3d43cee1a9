use plotters::{coord::Shift, drawing::DrawingArea, prelude::IntoDrawingArea, prelude::SVGBackend};

use crate::{ChartError, Frame, Theme};

/// A chart as a self-contained SVG document.
///
/// `width` and `height` are CSS pixels, rounded up to whole ones. `draw` is called once, with the area and the frame
/// to pass on: `to_svg(600.0, 400.0, Theme::light(), |area, frame| grid.draw(area, frame))`.
///
/// # Errors
/// What `draw` returns, or a frame without an area.
pub fn to_svg(
    width: f64,
    height: f64,
    theme: Theme,
    draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>, &Frame) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    let frame = Frame::svg(width.ceil(), height.ceil(), theme);
    frame.check()?;
    let mut svg = String::new();
    {
        let area =
            SVGBackend::with_string(&mut svg, (frame.width as u32, frame.height as u32)).into_drawing_area();
        draw(&area, &frame)?;
        area.present().map_err(|error| ChartError::Backend(error.to_string()))?;
    }
    // Digits of one width: inherited by every text, which the backend's own attributes cannot say.
    Ok(svg.replacen("<svg ", "<svg role=\"img\" font-variant=\"tabular-nums\" ", 1))
}
