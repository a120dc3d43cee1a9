use plotters::{
    coord::Shift,
    prelude::{DrawingArea, DrawingBackend, RGBColor},
};

use crate::{ChartError, Frame, Surface};

/// White space around a chart that is a file, in CSS pixels: charts themselves are drawn to their edges, as a page wants
/// them.
const MARGIN: f64 = 12.0;

/// Device pixels of a sheet with a chart and its margin: width, height.
#[must_use]
pub fn sheet_size(frame: &Frame) -> (u32, u32) {
    // Charts accept frames far below what an `u32` holds.
    let pixels = |length: f64| ((length + 2.0 * MARGIN) * frame.scale).round() as u32;
    (pixels(frame.width), pixels(frame.height))
}

/// Draws a chart with a margin on a sheet of [`sheet_size`], filled with the theme's surface.
///
/// # Errors
/// What `draw` returns, or the backend does.
pub fn draw_sheet<DB: DrawingBackend>(
    sheet: &DrawingArea<DB, Shift>,
    frame: &Frame,
    draw: impl FnOnce(&dyn Surface, &Frame) -> Result<(), ChartError>,
) -> Result<(), ChartError> {
    sheet
        .fill(&RGBColor::from(frame.theme.surface))
        .map_err(|error| ChartError::Backend(error.to_string()))?;
    let margin = (MARGIN * frame.scale).round() as u32;
    draw(&sheet.margin(margin, margin, margin, margin), frame)
}
