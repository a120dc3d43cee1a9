use crate::{Frame, PositionGrid, Rect, colorbar::COLORBAR_HEIGHT, geometry::cell_index, measure::Family};

pub(crate) const SIZE: f64 = 11.0;
pub(crate) const GAP: f64 = 6.0;
/// Room for the ring around a cell at the edge.
const EDGE: f64 = 2.0;
/// The longest token label: longer ones end in an ellipsis.
const LABEL: f64 = 84.0;
/// A cell wider than this says nothing more.
const MAX_WIDTH: f64 = 96.0;
/// What a finger can hit.
const ROW: f64 = 24.0;

/// Where a [`PositionGrid`]'s cells are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionGridLayout {
    rows: usize,
    columns: usize,
    pub(crate) grid: Rect,
    pub(crate) cell: (f64, f64),
    /// Column labels stand on end.
    pub(crate) upright: bool,
    /// Room that column labels get, along the text.
    pub(crate) label: f64,
}

impl PositionGridLayout {
    /// The layout that [`PositionGrid::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &PositionGrid<'_>, frame: &Frame) -> Self {
        let (rows, columns) = (spec.rows.len(), spec.columns.len());
        let x = gutter(spec);
        let across = cell_width(spec, frame.width);
        // Large cells are all of one size on screen; small ones may differ by a device pixel, or a long prompt loses a third.
        let across = if across >= 6.0 { frame.floor_to_device(across) } else { across };
        let (upright, label) = labels(spec, across);
        let room = frame.height - EDGE - below(upright, label) - legend(spec);
        let down = frame.floor_to_device((room / rows.max(1) as f64).clamp(4.0, 64.0));
        let grid = Rect::new(x, EDGE, across * columns as f64, down * rows as f64);
        Self { rows, columns, grid, cell: (across, down), upright, label }
    }

    /// All cells together.
    #[must_use]
    pub fn grid(&self) -> Rect {
        self.grid
    }

    /// The `(row, column)` whose cell holds the point.
    #[must_use]
    pub fn cell_at(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        let column = cell_index(x, self.grid.x, self.cell.0, self.columns)?;
        let row = cell_index(y, self.grid.y, self.cell.1, self.rows)?;
        Some((row, column))
    }

    /// The cell at a row and a column, the hairline to its right and below included.
    #[must_use]
    pub fn cell_rect(&self, row: usize, column: usize) -> Rect {
        let (w, h) = self.cell;
        Rect::new(self.grid.x + w * column as f64, self.grid.y + h * row as f64, w, h)
    }

    /// What column labels take below the cells.
    pub(crate) fn below(&self) -> f64 {
        below(self.upright, self.label)
    }
}

pub(crate) fn preferred_height(spec: &PositionGrid<'_>, width: f64) -> f64 {
    let rows = spec.rows.len().max(1) as f64;
    let across = cell_width(spec, width);
    let row = (across * 0.6).clamp(ROW, 32.0).min((480.0 / rows).max(ROW)).floor();
    let (upright, label) = labels(spec, across);
    (EDGE + row * rows + below(upright, label) + legend(spec)).ceil()
}

fn cell_width(spec: &PositionGrid<'_>, width: f64) -> f64 {
    ((width - gutter(spec) - EDGE) / spec.columns.len().max(1) as f64).clamp(0.0, MAX_WIDTH)
}

fn gutter(spec: &PositionGrid<'_>) -> f64 {
    let widest = spec.rows.iter().map(|row| Family::Text.width(row, SIZE)).fold(0.0, f64::max);
    widest.ceil() + GAP
}

/// Whether column labels stand on end in cells of this width, and the room of the longest of them.
fn labels(spec: &PositionGrid<'_>, across: f64) -> (bool, f64) {
    let longest = spec.columns.iter().map(|t| Family::Mono.width(t, SIZE)).fold(0.0, f64::max);
    let longest = longest.clamp(SIZE, LABEL).ceil();
    (longest + 6.0 > across, longest)
}

fn below(upright: bool, label: f64) -> f64 {
    if upright { label + GAP } else { SIZE + 2.0 * GAP }
}

fn legend(spec: &PositionGrid<'_>) -> f64 {
    if spec.legend { COLORBAR_HEIGHT } else { 0.0 }
}
