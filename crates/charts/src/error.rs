/// Why a chart could not be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ChartError {
    /// The frame has no area, or is not a number.
    #[error(
        "a chart needs an area, this frame is {width} x {height} px at scale {scale}: size the canvas before drawing"
    )]
    Frame {
        /// CSS pixels.
        width: f64,
        /// CSS pixels.
        height: f64,
        /// Device pixels per CSS pixel.
        scale: f64,
    },
    /// The numbers do not fit the shape that the chart was told.
    #[error("{chart}: {found} values where {expected} belong: pass one value for each place, in row order")]
    Shape {
        /// Which chart.
        chart: &'static str,
        /// How many values its labels or dimensions ask for.
        expected: usize,
        /// How many came.
        found: usize,
    },
    /// The drawing surface refused.
    #[error("the drawing surface refused: {0}; draw again, and reload the page if that does not help")]
    Backend(String),
}
