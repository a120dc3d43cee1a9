use crate::{Frame, Rect, colorbar::COLORBAR_HEIGHT, lens_grid::SIZE, measure::Family};

const TOP: f64 = 3.0;
const ROW: f64 = 22.0;
/// A token of five letters can be read; a wider column says nothing more.
const COLUMN: (f64, f64) = (54.0, 92.0);
/// Token labels below the grid.
const LABELS: f64 = 20.0;
/// Room for a scroll bar, where one is needed.
const BAR: f64 = 14.0;

/// Where the cells of a [`crate::LensGrid`] are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct LensGridLayout {
    rows: usize,
    tokens: usize,
    /// How many positions are seen at once.
    pub seen: usize,
    pub(crate) grid: Rect,
    pub(crate) cell: (f64, f64),
}

impl LensGridLayout {
    /// The layout for these depths and this many positions.
    #[must_use]
    pub fn new(depths: &[String], tokens: usize, frame: &Frame) -> Self {
        let rows = depths.len();
        let longest = depths.iter().map(|d| Family::Mono.width(d, SIZE)).fold(0.0, f64::max);
        let x = longest.ceil() + 6.0;
        let room = (frame.width - x - 2.0).max(0.0);
        let seen = ((room / COLUMN.0) as usize).clamp(1, tokens.max(1));
        let across = frame.floor_to_device((room / seen as f64).min(COLUMN.1));
        let below = LABELS + COLORBAR_HEIGHT + if seen < tokens { BAR } else { 0.0 };
        let down = ((frame.height - TOP - below) / rows.max(1) as f64).clamp(12.0, ROW);
        let down = frame.floor_to_device(down);
        let grid = Rect::new(x, TOP, across * seen as f64, down * rows as f64);
        Self { rows, tokens, seen, grid, cell: (across, down) }
    }

    /// The height in CSS pixels at which the grid looks its best in `width` CSS pixels.
    #[must_use]
    pub fn preferred_height(depths: &[String], tokens: usize, width: f64) -> f64 {
        let longest = depths.iter().map(|d| Family::Mono.width(d, SIZE)).fold(0.0, f64::max);
        let fits = tokens as f64 * COLUMN.0 <= width - longest.ceil() - 8.0;
        TOP + ROW * depths.len() as f64 + LABELS + if fits { 0.0 } else { BAR } + COLORBAR_HEIGHT
    }

    /// Every cell that is seen.
    #[must_use]
    pub fn grid(&self) -> Rect {
        self.grid
    }

    /// The cells, their labels and the room for a scroll bar.
    #[must_use]
    pub fn scroller(&self) -> Rect {
        let below = LABELS + if self.seen < self.tokens { BAR } else { 0.0 };
        Rect::new(self.grid.x, self.grid.y, self.grid.width, self.grid.height + below)
    }

    /// The width of one position.
    #[must_use]
    pub fn column(&self) -> f64 {
        self.cell.0
    }

    /// `first`, or the last position from which on a whole window is filled.
    #[must_use]
    pub fn clamped(&self, first: usize) -> usize {
        first.min(self.tokens.saturating_sub(self.seen))
    }

    /// The cell of a row (0 on top) and a position, when `first` is the first that is seen; `None` out of sight.
    #[must_use]
    pub fn cell_rect(&self, row: usize, position: usize, first: usize) -> Option<Rect> {
        let column = position.checked_sub(first).filter(|&c| c < self.seen)?;
        let (w, h) = self.cell;
        (row < self.rows && position < self.tokens)
            .then(|| Rect::new(self.grid.x + w * column as f64, self.grid.y + h * row as f64, w, h))
    }
}
