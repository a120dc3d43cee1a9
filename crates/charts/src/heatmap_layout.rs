use crate::{Frame, Heatmap, Rect, colorbar::COLORBAR_HEIGHT, geometry::cell_index, measure::Family};

pub(crate) const SIZE: f64 = 11.0;
/// Half a label stands above the first of many rows.
const TOP: f64 = 8.0;
/// The longest token label, in pixels: longer ones end in an ellipsis.
const LABEL: f64 = 96.0;
pub(crate) const GAP: f64 = 6.0;
/// Cells larger than this say nothing more.
const MAX_CELL: f64 = 44.0;
const MAX_SIDE: f64 = 560.0;

/// Where a [`Heatmap`]'s cells are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatmapLayout {
    pub(crate) tokens: usize,
    pub(crate) plot: Rect,
    pub(crate) cell: f64,
    /// Key labels stand on end.
    pub(crate) upright: bool,
}

impl HeatmapLayout {
    /// The layout that [`Heatmap::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &Heatmap<'_>, frame: &Frame) -> Self {
        let tokens = spec.tokens.len();
        let count = tokens.max(1) as f64;
        let longest = label_width(spec.tokens, frame.width);
        let x = longest + GAP;
        let side = |below: f64| {
            (frame.width - x - 1.0)
                .min(frame.height - TOP - below - COLORBAR_HEIGHT)
                .clamp(0.0, MAX_CELL * count)
        };
        // Lying labels need less height; they are used where all of them fit their cells.
        let lying = SIZE + 2.0 * GAP;
        let upright = longest + 6.0 > side(lying) / count;
        let side = if upright { side(longest + GAP) } else { side(lying) };
        // Large cells are all of one size on screen; small ones may differ by a device pixel, or T = 200 loses a third.
        let cell = if side / count >= 6.0 { frame.floor_to_device(side / count) } else { side / count };
        Self { tokens, plot: Rect::new(x, TOP, cell * count, cell * count), cell, upright }
    }

    /// All cells together.
    #[must_use]
    pub fn plot(&self) -> Rect {
        self.plot
    }

    /// The `(query, key)` whose cell holds the point; `None` for keys after their query.
    #[must_use]
    pub fn cell_at(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        let key = cell_index(x, self.plot.x, self.cell, self.tokens)?;
        let query = cell_index(y, self.plot.y, self.cell, self.tokens)?;
        (key <= query).then_some((query, key))
    }

    /// The cell of a query and a key.
    #[must_use]
    pub fn cell_rect(&self, query: usize, key: usize) -> Rect {
        self.part(query, key, self.tokens)
    }

    /// The gap between cells that are large enough for one.
    pub(crate) fn gap(&self) -> f64 {
        if self.cell >= 14.0 { 1.0 } else { 0.0 }
    }

    /// A part of the plot when it is cut into `bins` a side.
    pub(crate) fn part(&self, row: usize, column: usize, bins: usize) -> Rect {
        let size = self.plot.width / bins.max(1) as f64;
        Rect::new(self.plot.x + column as f64 * size, self.plot.y + row as f64 * size, size, size)
    }
}

/// The room that token labels get on both axes.
pub(crate) fn label_width(tokens: &[String], width: f64) -> f64 {
    let longest = tokens.iter().map(|t| Family::Mono.width(t, SIZE)).fold(0.0, f64::max);
    longest.min(LABEL).min(width * 0.28).max(SIZE).ceil()
}

pub(crate) fn preferred_height(tokens: &[String], width: f64) -> f64 {
    let count = tokens.len().max(1) as f64;
    let labels = label_width(tokens, width);
    let side = (width - labels - GAP - 1.0).min(MAX_SIDE).min(MAX_CELL * count).max(0.0);
    let below = if labels + 6.0 > side / count { labels + GAP } else { SIZE + 2.0 * GAP };
    (TOP + side + below + COLORBAR_HEIGHT).ceil()
}
