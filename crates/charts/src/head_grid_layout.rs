use peek_names::HeadId;

use crate::{Frame, HeadGrid, Rect, colorbar::COLORBAR_HEIGHT, geometry::cell_index, measure::Family};

pub(crate) const SIZE: f64 = 11.0;
/// Room for the column labels.
pub(crate) const TOP: f64 = 22.0;
/// Room for the ring around a pinned cell at the right edge.
const EDGE: f64 = 2.0;
/// What a finger can hit.
const MIN_CELL: f64 = 24.0;

/// Where a [`HeadGrid`]'s cells are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadGridLayout {
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) grid: Rect,
    pub(crate) cell: (f64, f64),
}

impl HeadGridLayout {
    /// The layout that [`HeadGrid::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &HeadGrid<'_>, frame: &Frame) -> Self {
        let (layers, heads) = (spec.layers, spec.heads);
        let across = frame.floor_to_device(cell_width(layers, heads, frame.width));
        let room = (frame.height - TOP - COLORBAR_HEIGHT) / layers.max(1) as f64;
        let down = frame.floor_to_device(room.clamp(4.0, 64.0));
        let width = across * heads as f64;
        // Cells are whole device pixels; what is left over goes to the row labels, so that right edges line up.
        let x = frame.floor_to_device(frame.width - EDGE - width);
        Self { layers, heads, grid: Rect::new(x, TOP, width, down * layers as f64), cell: (across, down) }
    }

    /// All cells together.
    #[must_use]
    pub fn grid(&self) -> Rect {
        self.grid
    }

    /// The head whose cell holds the point.
    #[must_use]
    pub fn cell_at(&self, x: f64, y: f64) -> Option<HeadId> {
        let head = cell_index(x, self.grid.x, self.cell.0, self.heads)?;
        let layer = cell_index(y, self.grid.y, self.cell.1, self.layers)?;
        Some(HeadId::new(u16::try_from(layer).ok()?, u16::try_from(head).ok()?))
    }

    /// The cell of a head, the hairline to its right and below included.
    #[must_use]
    pub fn cell_rect(&self, head: HeadId) -> Rect {
        let (w, h) = self.cell;
        Rect::new(
            self.grid.x + w * head.head_index() as f64,
            self.grid.y + h * head.layer.index() as f64,
            w,
            h,
        )
    }
}

/// The width at which cells, which are whole device pixels, are still large enough for a finger.
pub(crate) fn least_width(layers: usize, heads: usize, scale: f64) -> f64 {
    gutter(layers) + (MIN_CELL * scale).ceil() / scale * heads as f64 + EDGE
}

pub(crate) fn preferred_height(layers: usize, heads: usize, width: f64) -> f64 {
    let rows = layers.max(1) as f64;
    let row = cell_width(layers, heads, width).min(40.0).min(480.0 / rows).max(MIN_CELL).floor();
    TOP + row * rows + COLORBAR_HEIGHT
}

fn cell_width(layers: usize, heads: usize, width: f64) -> f64 {
    ((width - gutter(layers) - EDGE) / heads.max(1) as f64).max(0.0)
}

/// The room for the row labels.
fn gutter(layers: usize) -> f64 {
    Family::Text.width(&format!("L{}", layers.saturating_sub(1)), SIZE).ceil() + 6.0
}
