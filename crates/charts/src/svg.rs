use plotters::prelude::{IntoDrawingArea, SVGBackend};

use crate::{
    ChartError, Frame, Surface, Theme,
    sheet::{draw_sheet, sheet_size},
};

/// A chart as a self-contained SVG document.
///
/// `width` and `height` are the chart's CSS pixels, rounded up to whole ones; the document adds a margin of 12 on every
/// side, since charts themselves are drawn to their edges, as a page wants them. `draw` is called once, with the surface and the frame
/// to pass on: `to_svg(600.0, 400.0, Theme::light(), |surface, frame| grid.draw(surface, frame))`.
///
/// # Errors
/// What `draw` returns, or a frame without an area.
pub fn to_svg(
    width: f64,
    height: f64,
    theme: Theme,
    draw: impl FnOnce(&dyn Surface, &Frame) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    let frame = Frame::svg(width.ceil(), height.ceil(), theme);
    frame.check()?;
    let refused = |error: &dyn std::fmt::Display| ChartError::Backend(error.to_string());
    let mut svg = String::new();
    {
        let page = SVGBackend::with_string(&mut svg, sheet_size(&frame)).into_drawing_area();
        draw_sheet(&page, &frame, draw)?;
        page.present().map_err(|error| refused(&error))?;
    }
    // Digits of one width: inherited by every text, which the backend's own attributes cannot say.
    Ok(svg.replacen("<svg ", "<svg role=\"img\" font-variant=\"tabular-nums\" ", 1))
}
