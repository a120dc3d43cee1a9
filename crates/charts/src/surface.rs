use plotters::{
    coord::Shift,
    drawing::DrawingArea,
    element::{Circle, PathElement, Polygon, Rectangle},
    prelude::{DrawingAreaErrorKind, DrawingBackend},
    style::TextStyle,
};

use crate::ChartError;

/// What charts are drawn on: any `plotters` drawing area, in device pixels from its upper left corner.
///
/// Charts are compiled once for all backends through it. Each would be there once for the canvas and once for SVG
/// otherwise, which the page would have to load.
///
/// # Errors
/// Each of these fails where the backend does.
pub trait Surface {
    /// A filled rectangle.
    fn rectangle(&self, rectangle: &Rectangle<(i32, i32)>) -> Result<(), ChartError>;
    /// A line through points.
    fn path(&self, path: &PathElement<(i32, i32)>) -> Result<(), ChartError>;
    /// A filled area.
    fn polygon(&self, polygon: &Polygon<(i32, i32)>) -> Result<(), ChartError>;
    /// A filled disc.
    fn circle(&self, circle: &Circle<(i32, i32), u32>) -> Result<(), ChartError>;
    /// A line of text, anchored as its style says.
    fn text(&self, text: &str, style: &TextStyle<'_>, at: (i32, i32)) -> Result<(), ChartError>;
}

impl<DB: DrawingBackend> Surface for DrawingArea<DB, Shift> {
    fn rectangle(&self, rectangle: &Rectangle<(i32, i32)>) -> Result<(), ChartError> {
        self.draw(rectangle).map_err(refused)
    }

    fn path(&self, path: &PathElement<(i32, i32)>) -> Result<(), ChartError> {
        self.draw(path).map_err(refused)
    }

    fn polygon(&self, polygon: &Polygon<(i32, i32)>) -> Result<(), ChartError> {
        self.draw(polygon).map_err(refused)
    }

    fn circle(&self, circle: &Circle<(i32, i32), u32>) -> Result<(), ChartError> {
        self.draw(circle).map_err(refused)
    }

    fn text(&self, text: &str, style: &TextStyle<'_>, at: (i32, i32)) -> Result<(), ChartError> {
        self.draw_text(text, style, at).map_err(refused)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn refused<E: std::error::Error + Send + Sync>(error: DrawingAreaErrorKind<E>) -> ChartError {
    ChartError::Backend(error.to_string())
}
