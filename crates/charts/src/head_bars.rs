use peek_names::HeadId;
use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Surface, Theme,
    color::diverging,
    geometry::cell_index,
    head_grid::{on_scale, sense, shared_range},
    measure::Family,
    pen::{Label, Pen},
    text::format_delta_to,
};

const SIZE: f64 = 12.0;
const PAD: f64 = 4.0;
const ROW: f64 = 24.0;
const MOST: usize = 10;

/// One head and its delta.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadBar {
    /// The head.
    pub head: HeadId,
    /// Its delta, in units of the metric.
    pub delta: f32,
}

/// The heads that matter most, one horizontal bar each, in the order given.
#[derive(Clone, Debug)]
pub struct HeadBars<'a> {
    /// Best first; the first ten are drawn.
    pub bars: &'a [HeadBar],
    /// The delta that gets the strongest colour: pass the grid's, so that colours agree.
    pub range: Option<f32>,
    /// Negative values are those towards the answer, and so blue: of a rank, for one.
    pub turned: bool,
    /// The values are whole numbers, as ranks are, and stand without decimals.
    pub whole: bool,
    /// The head under the pointer, here or in another chart.
    pub hovered: Option<HeadId>,
    /// The head that the user chose.
    pub pinned: Option<HeadId>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

/// Where the rows of [`HeadBars`] are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadBarsLayout {
    heads: Vec<HeadId>,
    width: f64,
    row: f64,
    /// The x of delta zero.
    zero: f64,
    /// Pixels of one unit of delta.
    unit: f64,
    label_right: f64,
}

impl HeadBarsLayout {
    /// The layout that [`HeadBars::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &HeadBars<'_>, frame: &Frame) -> Self {
        let bars = spec.shown();
        let widest = |texts: &mut dyn Iterator<Item = String>, family: Family| {
            texts.map(|text| family.width(&text, SIZE)).fold(0.0, f64::max).ceil()
        };
        let label_right = widest(&mut bars.iter().map(|b| b.head.to_string()), Family::Mono) + 2.0;
        // A pinned row's value is bold, which is wider.
        let value =
            (widest(&mut bars.iter().map(|b| spec.written(b.delta)), Family::Text) * 1.1).ceil() + 7.0;
        let reach =
            |sign: f32| bars.iter().map(|b| b.delta * sign).filter(|d| d.is_finite()).fold(0.0_f32, f32::max);
        let (up, down) = (f64::from(reach(1.0)), f64::from(reach(-1.0)));
        // Values stand at the ends of bars: room for them on each side that has bars.
        let left = label_right + if down > 0.0 { 14.0 + value } else { 10.0 };
        let right = frame.width - if up > 0.0 || down == 0.0 { value } else { PAD };
        let span = (right - left).max(0.0);
        let unit = if up + down > 0.0 { span / (up + down) } else { 0.0 };
        let row = ((frame.height - 2.0 * PAD) / bars.len().max(1) as f64).clamp(4.0, 32.0);
        Self {
            heads: bars.iter().map(|b| b.head).collect(),
            width: frame.width,
            row: frame.floor_to_device(row),
            zero: frame.floor_to_device(left + down * unit),
            unit,
            label_right,
        }
    }

    /// The head whose row holds the point; a row spans the whole width.
    #[must_use]
    pub fn row_at(&self, x: f64, y: f64) -> Option<HeadId> {
        let row = cell_index(y, PAD, self.row, self.heads.len())?;
        (x >= 0.0 && x < self.width).then(|| self.heads[row])
    }

    /// The row of a head, label and value included, if it is among those drawn.
    #[must_use]
    pub fn row_rect(&self, head: HeadId) -> Option<Rect> {
        let row = self.heads.iter().position(|&h| h == head)?;
        Some(self.row_by_index(row))
    }

    fn row_by_index(&self, row: usize) -> Rect {
        Rect::new(0.0, PAD + self.row * row as f64, self.width, self.row)
    }

    /// The bar alone; never thinner than a pixel, so that a zero can be seen.
    fn bar(&self, row: usize, delta: f32) -> Rect {
        let length = (f64::from(delta) * self.unit).abs().max(1.0);
        let x = if delta < 0.0 { self.zero - length } else { self.zero };
        let thickness = (self.row * 0.58).round().max(2.0);
        let y = self.row_by_index(row).y + ((self.row - thickness) / 2.0).floor();
        Rect::new(x, y, length, thickness)
    }
}

impl HeadBars<'_> {
    /// The height in CSS pixels at which the bars look their best, at any width. Empty, it is that of ten bars: the
    /// page does not jump when they arrive.
    #[must_use]
    pub fn preferred_height(&self, _width: f64) -> f64 {
        let rows = if self.bars.is_empty() { MOST } else { self.shown().len() };
        ROW * rows as f64 + 2.0 * PAD
    }

    /// Draws the bars over the whole frame.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let pen = Pen::on(surface, frame)?;
        let layout = HeadBarsLayout::new(self, frame);
        let range = self.range.or_else(|| shared_range(self.bars.iter().map(|b| b.delta))).unwrap_or(0.0);
        for (row, bar) in self.shown().iter().enumerate() {
            let marked = [self.hovered, self.pinned].contains(&Some(bar.head));
            if marked {
                pen.fill(layout.row_by_index(row), frame.theme.quiet)?;
            }
        }
        let bottom = PAD + layout.row * layout.heads.len() as f64;
        pen.vline(layout.zero - 1.0, PAD, bottom, frame.theme.line)?;
        for (row, bar) in self.shown().iter().enumerate() {
            self.draw_row(&pen, &layout, &frame.theme, (row, *bar, range))?;
        }
        Ok(())
    }

    fn written(&self, delta: f32) -> String {
        format_delta_to(delta, if self.whole { 0 } else { 2 })
    }

    fn shown(&self) -> &[HeadBar] {
        &self.bars[..self.bars.len().min(MOST)]
    }

    fn draw_row(
        &self,
        pen: &Pen<'_>,
        layout: &HeadBarsLayout,
        theme: &Theme,
        (row, HeadBar { head, delta }, range): (usize, HeadBar, f32),
    ) -> Result<(), ChartError> {
        let pinned = self.pinned == Some(head);
        let marked = pinned || self.hovered == Some(head);
        let place = layout.row_by_index(row);
        let middle = place.y + layout.row / 2.0;
        if pinned {
            pen.fill(Rect::new(place.x, place.y, 2.0, place.height), theme.ink)?;
        }
        let name = Label::new(Family::Mono, SIZE, if marked { theme.ink } else { theme.muted }).bold(pinned);
        pen.text(&head.to_string(), layout.label_right + 2.0, middle, name.at(HPos::Right))?;
        let ink = if self.stale { theme.muted } else { theme.ink };
        let value = Label::new(Family::Text, SIZE, ink).bold(pinned);
        if !delta.is_finite() {
            return pen.text(&self.written(delta), layout.zero + 6.0, middle, value.color(theme.muted));
        }
        let t = on_scale(delta, range);
        let pale = |t: f32| {
            let color = diverging(sense(self.turned) * t, theme);
            if self.stale { color.mix(theme.surface, 0.6) } else { color }
        };
        let bar = layout.bar(row, delta);
        pen.fill(bar, pale(t))?;
        // The fill of a small delta all but equals the surface; its outline keeps to the visible part of the map.
        pen.outline(bar, 1.0, pale(t.signum() * t.abs().max(0.5)))?;
        if delta < 0.0 {
            pen.text(&self.written(delta), bar.x - 5.0, middle, value.at(HPos::Right))
        } else {
            pen.text(&self.written(delta), bar.right() + 5.0, middle, value)
        }
    }
}
