use crate::{
    AttentionLines, AttentionSide, Frame, Rect,
    colorbar::COLORBAR_HEIGHT,
    geometry::cell_index,
    heatmap_layout::{GAP, SIZE, label_width},
    measure::Family,
};

/// What stands above the two columns; the second is the longer.
pub(crate) const HEADINGS: (&str, &str) = ("reads", "is read");
/// Their room.
pub(crate) const TOP: f64 = 22.0;
/// Rows higher than this only lengthen the chart.
const ROW: f64 = 20.0;
/// A longer prompt's rows come closer together, and fewer of them are labelled.
const MAX_HEIGHT: f64 = 780.0;
/// Wider, lines become so flat that the eye loses them.
const MAX_PLOT: f64 = 360.0;

/// Where the tokens of [`AttentionLines`] are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct AttentionLinesLayout {
    pub(crate) tokens: usize,
    pub(crate) row: f64,
    pub(crate) label: f64,
    /// Between the two columns: lines go from its left edge to its right one.
    pub(crate) plot: Rect,
}

impl AttentionLinesLayout {
    /// The layout that [`AttentionLines::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &AttentionLines<'_>, frame: &Frame) -> Self {
        let tokens = spec.tokens.len();
        let label = label_width(spec.tokens, frame.width).max(Family::Text.width(HEADINGS.1, SIZE).ceil());
        let width = (frame.width - 2.0 * (label + GAP)).clamp(0.0, MAX_PLOT);
        let room = (frame.height - TOP - COLORBAR_HEIGHT).max(0.0);
        let row = (room / tokens.max(1) as f64).min(ROW);
        let row = if row >= 6.0 { frame.floor_to_device(row) } else { row };
        Self { tokens, row, label, plot: Rect::new(label + GAP, TOP, width, row * tokens as f64) }
    }

    /// Between the two columns of tokens.
    #[must_use]
    pub fn plot(&self) -> Rect {
        self.plot
    }

    /// The token whose row holds the point, and on which side of the middle.
    #[must_use]
    pub fn token_at(&self, x: f64, y: f64) -> Option<(usize, AttentionSide)> {
        let token = cell_index(y, self.plot.y, self.row, self.tokens)?;
        let (left, right) = (self.place(token, AttentionSide::Query), self.place(token, AttentionSide::Key));
        if x < left.x || x >= right.right() {
            return None;
        }
        let side = if x < self.plot.center().0 { AttentionSide::Query } else { AttentionSide::Key };
        Some((token, side))
    }

    /// The room of a token's name in its column.
    #[must_use]
    pub fn place(&self, token: usize, side: AttentionSide) -> Rect {
        let x = match side {
            AttentionSide::Query => 0.0,
            AttentionSide::Key => self.plot.right() + GAP,
        };
        Rect::new(x, self.plot.y + token as f64 * self.row, self.label, self.row)
    }

    /// Where a token's lines begin, or end.
    pub(crate) fn end(&self, token: usize, side: AttentionSide) -> (f64, f64) {
        let x = match side {
            AttentionSide::Query => self.plot.x,
            AttentionSide::Key => self.plot.right(),
        };
        (x, self.plot.y + (token as f64 + 0.5) * self.row)
    }
}

pub(crate) fn preferred_height(tokens: usize) -> f64 {
    TOP + (ROW * tokens.max(1) as f64).min(MAX_HEIGHT) + COLORBAR_HEIGHT
}
