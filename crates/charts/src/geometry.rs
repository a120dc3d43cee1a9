/// A rectangle in CSS pixels, origin top left, `y` downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width, never negative.
    pub width: f64,
    /// Height, never negative.
    pub height: f64,
}

impl Rect {
    /// A rectangle from its top left corner and size; a negative size becomes zero.
    #[must_use]
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width: width.max(0.0), height: height.max(0.0) }
    }

    /// The x of the right edge.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The y of the bottom edge.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The middle, `(x, y)`.
    #[must_use]
    pub fn center(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Whether a point lies inside; left and top edges belong to it, right and bottom ones do not.
    #[must_use]
    pub fn contains(&self, x: f64, y: f64) -> bool {
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }

    /// Whether the two have a point in common that is on no edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The rectangle grown on every side by `by`, or shrunk where `by` is negative.
    #[must_use]
    pub fn grow(&self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.width + 2.0 * by, self.height + 2.0 * by)
    }
}

/// The cell, of `count` cells of size `pitch` from `origin` on, that holds `at`.
pub(crate) fn cell_index(at: f64, origin: f64, pitch: f64, count: usize) -> Option<usize> {
    let offset = at - origin;
    // A NaN pointer position fails both comparisons' positive form, so it finds nothing.
    let inside = offset >= 0.0 && pitch > 0.0 && offset < pitch * count as f64;
    inside.then(|| ((offset / pitch) as usize).min(count.saturating_sub(1)))
}
