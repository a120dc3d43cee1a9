use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Rect, Rgb, Theme,
    measure::Family,
    pen::{Label, Pen},
};

/// Height that a colour bar and its labels take below a chart, with the space above it.
pub(crate) const COLORBAR_HEIGHT: f64 = 40.0;

const BAR: f64 = 8.0;
const SIZE: f64 = 11.0;

/// The legend of a colour map: a bar, its labels below it, a caption to its right.
pub(crate) struct Colorbar<'a> {
    /// `(place along the bar from 0 to 1, label)`.
    pub(crate) labels: &'a [(f64, String)],
    pub(crate) caption: &'a str,
    /// The colour at a place along the bar.
    pub(crate) color: &'a dyn Fn(f64) -> Rgb,
    /// A place to point at: the value under the pointer.
    pub(crate) mark: Option<f64>,
}

impl Colorbar<'_> {
    /// Draws into the strip of [`COLORBAR_HEIGHT`] that starts at `(x, y)`.
    pub(crate) fn draw(
        &self,
        pen: &Pen<'_>,
        theme: &Theme,
        (x, y, width): (f64, f64, f64),
    ) -> Result<(), ChartError> {
        let label = Label::new(Family::Text, SIZE, theme.muted);
        let (bar, with_caption) = self.bar((x, y, width));
        let steps = bar.width.max(1.0) as usize;
        for step in 0..steps {
            let place = step as f64 / (steps - 1).max(1) as f64;
            pen.fill(Rect::new(bar.x + step as f64, bar.y, 1.0, bar.height), (self.color)(place))?;
        }
        pen.outline(bar, 1.0, theme.line)?;
        let below = bar.bottom() + 10.0;
        for (place, text) in self.labels {
            let at = bar.x + place * bar.width;
            let anchor = match *place {
                p if p <= 0.0 => HPos::Left,
                p if p >= 1.0 => HPos::Right,
                _ => HPos::Center,
            };
            if matches!(anchor, HPos::Center) {
                pen.vline(at - 0.5, bar.bottom(), bar.bottom() + 3.0, theme.muted)?;
            }
            pen.text(text, at, below, label.at(anchor))?;
        }
        if with_caption {
            pen.text(self.caption, x + width, bar.center().1, label.at(HPos::Right))?;
        }
        self.draw_mark(pen, theme, (x, y, width))
    }

    /// Draws the mark alone: where [`Colorbar::draw`] leaves the strip empty.
    pub(crate) fn draw_mark(
        &self,
        pen: &Pen<'_>,
        theme: &Theme,
        strip: (f64, f64, f64),
    ) -> Result<(), ChartError> {
        let Some(place) = self.mark else { return Ok(()) };
        let (bar, _) = self.bar(strip);
        let at = bar.x + place.clamp(0.0, 1.0) * bar.width;
        let top = bar.y - 1.0;
        pen.polygon(&[(at - 4.0, top - 5.0), (at + 4.0, top - 5.0), (at, top)], theme.ink)
    }

    /// Where the bar is, and whether there is room for the caption.
    fn bar(&self, (x, y, width): (f64, f64, f64)) -> (Rect, bool) {
        let captioned = Family::Text.width(self.caption, SIZE) + 24.0;
        // A caption that would squeeze the bar is dropped: the page says it as well.
        let with_caption = !self.caption.is_empty() && width - captioned >= 120.0;
        let bar_width = if with_caption { (width - captioned).min(220.0) } else { width.min(260.0) }.floor();
        (Rect::new(x, y + 14.0, bar_width, BAR), with_caption)
    }
}
