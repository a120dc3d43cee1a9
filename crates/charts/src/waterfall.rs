use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Surface,
    color::diverging,
    geometry::cell_index,
    measure::Family,
    pen::{Label, Pen},
    text::{format_delta, format_value},
};

const SIZE: f64 = 12.0;
const PAD: f64 = 4.0;
const ROW: f64 = 20.0;

/// Parts that add up, each bar beginning where the one above it ended, and their sum below.
#[derive(Clone, Debug)]
pub struct Waterfall<'a> {
    /// Name and value of each part, in order.
    pub parts: &'a [(String, f32)],
    /// What the sum is called.
    pub total: &'a str,
    /// The part under the pointer.
    pub hovered: Option<usize>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

/// Where the rows of a [`Waterfall`] are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallLayout {
    rows: usize,
    row: f64,
    width: f64,
    left: f64,
    /// CSS pixels of one unit.
    unit: f64,
    /// The value at the left edge of the plot.
    low: f64,
}

impl WaterfallLayout {
    /// The layout that [`Waterfall::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &Waterfall<'_>, frame: &Frame) -> Self {
        let names = spec.parts.iter().map(|(name, _)| name.as_str()).chain([spec.total]);
        let left =
            names.map(|name| Family::Text.width(name, SIZE)).fold(0.0, f64::max).min(150.0).ceil() + 8.0;
        let sums = spec.sums();
        let low = sums.iter().copied().fold(0.0, f64::min);
        let high = sums.iter().copied().fold(0.0, f64::max);
        let values = Family::Text.width("−00.00", SIZE) * 1.1 + 8.0;
        let room = (frame.width - left - values).max(0.0);
        let unit = if high > low { room / (high - low) } else { 0.0 };
        let rows = spec.parts.len() + 1;
        let row = frame.floor_to_device(((frame.height - 2.0 * PAD) / rows as f64).clamp(4.0, ROW + 6.0));
        Self { rows, row, width: frame.width, left, unit, low }
    }

    /// The row that holds the point; the sum's is the last.
    #[must_use]
    pub fn row_at(&self, x: f64, y: f64) -> Option<usize> {
        cell_index(y, PAD, self.row, self.rows).filter(|_| x >= 0.0 && x < self.width)
    }

    /// A row, name and value included.
    #[must_use]
    pub fn row_rect(&self, row: usize) -> Rect {
        Rect::new(0.0, PAD + self.row * row as f64, self.width, self.row)
    }

    fn x(&self, value: f64) -> f64 {
        self.left + (value - self.low) * self.unit
    }
}

impl Waterfall<'_> {
    /// The height in CSS pixels at which the bars look their best, at any width.
    #[must_use]
    pub fn preferred_height(&self) -> f64 {
        ROW * (self.parts.len() + 1) as f64 + 2.0 * PAD
    }

    /// Where each bar begins, and where the last one ends. What is no number moves nothing.
    fn sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0];
        for (_, value) in self.parts {
            let last = sums.last().copied().unwrap_or_default();
            sums.push(last + if value.is_finite() { f64::from(*value) } else { 0.0 });
        }
        sums
    }

    /// Draws the bars over the whole frame.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let pen = Pen::on(surface, frame)?;
        let layout = WaterfallLayout::new(self, frame);
        let theme = &frame.theme;
        let sums = self.sums();
        let end = sums.last().copied().unwrap_or_default();
        let largest = self.parts.iter().map(|(_, v)| v.abs()).filter(|v| v.is_finite()).fold(0.0, f32::max);
        if let Some(row) = self.hovered.filter(|&row| row < layout.rows) {
            pen.fill(layout.row_rect(row), theme.quiet)?;
        }
        pen.vline(layout.x(0.0), PAD, layout.row_rect(layout.rows - 1).bottom(), theme.line)?;
        let pale = |color: crate::Rgb| if self.stale { color.mix(theme.surface, 0.6) } else { color };
        let totals = [(self.total.to_owned(), end as f32)];
        for (row, (name, value)) in self.parts.iter().chain(&totals).enumerate() {
            let is_total = row == self.parts.len();
            let (from, to) = if is_total { (0.0, end) } else { (sums[row], sums[row + 1]) };
            let place = layout.row_rect(row);
            let middle = place.center().1;
            let ink = if self.stale || !is_total { theme.muted } else { theme.ink };
            let label = Label::new(Family::Text, SIZE, ink).bold(is_total);
            let text = Family::Text.fit(name, SIZE, layout.left - 8.0);
            pen.text(&text, layout.left - 8.0, middle, label.at(HPos::Right))?;
            let (a, b) = (layout.x(from.min(to)), layout.x(from.max(to)));
            let thick = (layout.row * 0.6).round().max(2.0);
            let bar = Rect::new(a, place.y + ((layout.row - thick) / 2.0).floor(), (b - a).max(1.0), thick);
            let t = if largest > 0.0 { value / largest } else { 0.0 };
            let color = if is_total { theme.muted } else { diverging(t.signum() * t.abs().max(0.5), theme) };
            pen.fill(bar, pale(color))?;
            if row + 1 < layout.rows {
                // A hairline to the next row: it begins where this one ended.
                pen.vline(layout.x(to) - 0.5, bar.y, bar.y + layout.row, pale(theme.muted))?;
            }
            let said = if is_total { format_value(*value) } else { format_delta(*value) };
            let ink = if self.stale { theme.muted } else { theme.ink };
            pen.text(&said, layout.width - 2.0, middle, label.color(ink).at(HPos::Right))?;
        }
        Ok(())
    }
}
