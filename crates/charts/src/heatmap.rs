use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Rgb, Surface, Theme,
    color::{ink_on, quiet_ink_on, sequential},
    colorbar::Colorbar,
    heatmap_labels::draw_labels,
    heatmap_layout::{self, GAP, HeatmapLayout, SIZE, label_width},
    measure::Family,
    pen::{Label, Pen},
    pool::Pooled,
    text::format_value,
};

/// More parts a side than this are hardly told apart, and cost the page several frames.
const MAX_BINS: usize = 160;

/// The attention pattern of one head: queries down, keys across; keys after their query stay blank.
#[derive(Clone, Debug)]
pub struct Heatmap<'a> {
    /// The tokens as they are shown, made by [`crate::text::visible_token`].
    pub tokens: &'a [String],
    /// `[tokens, tokens]`: query row, key column, each row's share of attention from 0 to 1. Not finite: undefined.
    pub pattern: &'a [f32],
    /// The share that gets the strongest colour: 1 where `None`.
    pub range: Option<f32>,
    /// The `(query, key)` under the pointer or the keyboard's cursor.
    pub hovered: Option<(usize, usize)>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

impl Heatmap<'_> {
    /// The height in CSS pixels at which the heatmap looks its best in `width` CSS pixels: cells are square.
    #[must_use]
    pub fn preferred_height(&self, width: f64) -> f64 {
        heatmap_layout::preferred_height(self.tokens, width)
    }

    /// Draws the heatmap over the whole frame.
    ///
    /// # Errors
    /// Another number of values than tokens squared, a frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let expected = self.tokens.len() * self.tokens.len();
        if self.pattern.len() != expected {
            return Err(ChartError::Shape {
                chart: "attention pattern",
                expected,
                found: self.pattern.len(),
            });
        }
        let pen = Pen::on(surface, frame)?;
        let layout = HeatmapLayout::new(self, frame);
        let seen = (layout.plot.width * frame.scale).floor() as usize;
        let pooled = Pooled::new(self.pattern, layout.tokens, seen.clamp(1, MAX_BINS));
        if layout.tokens > 0 {
            self.draw_cells(&pen, &layout, &frame.theme, &pooled)?;
        }
        draw_labels(&pen, self, &layout, frame, None)?;
        self.draw_legend(&pen, &layout, frame, None)?;
        self.draw_hovered(surface, frame)
    }

    /// Draws what is added for the hovered cell alone, over a drawing of this heatmap with none: a few strokes whatever
    /// the number of tokens. Nothing where no cell of the past is hovered.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let inside = |(query, key): &(usize, usize)| *query < self.tokens.len() && key <= query;
        let Some(spot) = self.hovered.filter(inside) else { return Ok(()) };
        let pen = Pen::over(surface, frame)?;
        let layout = HeatmapLayout::new(self, frame);
        draw_labels(&pen, self, &layout, frame, Some(spot))?;
        draw_mark(&pen, &layout, &frame.theme, spot)?;
        self.draw_legend(&pen, &layout, frame, Some(spot))
    }

    fn range(&self) -> f32 {
        self.range.filter(|r| r.is_finite() && *r > 0.0).unwrap_or(1.0)
    }

    fn color(&self, theme: &Theme, share: f32) -> Rgb {
        let color = sequential(share, theme);
        if self.stale { color.mix(theme.surface, 0.6) } else { color }
    }

    /// One rectangle for each run of cells that look the same; large cells, with gaps between them, one by one.
    fn draw_cells(
        &self,
        pen: &Pen<'_>,
        layout: &HeatmapLayout,
        theme: &Theme,
        pooled: &Pooled,
    ) -> Result<(), ChartError> {
        for query in 0..pooled.bins {
            let row = pooled.row(query);
            let mut start = 0;
            while let Some(value) = row.get(start).copied().flatten() {
                let look = self.shade(value);
                let same = |v: &&Option<f32>| v.map(|v| self.shade(v)) == Some(look);
                let run = if layout.gap() > 0.0 { 1 } else { row[start..].iter().take_while(same).count() };
                let first = layout.part(query, start, pooled.bins);
                let last = layout.part(query, start + run - 1, pooled.bins);
                let run_rect = Rect::new(first.x, first.y, last.right() - first.x, first.height);
                if layout.gap() > 0.0 {
                    self.draw_large_cell(pen, layout, theme, (run_rect, value))?;
                } else {
                    pen.fill(run_rect, self.fill(theme, look))?;
                }
                start += run;
            }
        }
        // The map begins close to the surface: a hairline says where the past ends. Large cells bring theirs on two sides.
        let plot = layout.plot();
        pen.vline(plot.x - 1.0, plot.y - 1.0, plot.bottom(), theme.line)?;
        for query in 0..pooled.bins {
            let part = layout.part(query, query, pooled.bins);
            pen.hline(part.x - 1.0, part.right(), part.y - 1.0, theme.line)?;
            if layout.gap() == 0.0 {
                pen.vline(part.right(), part.y - 1.0, part.bottom(), theme.line)?;
            }
        }
        if layout.gap() == 0.0 {
            pen.hline(plot.x - 1.0, plot.right() + 1.0, plot.bottom(), theme.line)?;
        }
        Ok(())
    }

    fn draw_large_cell(
        &self,
        pen: &Pen<'_>,
        layout: &HeatmapLayout,
        theme: &Theme,
        (rect, value): (Rect, f32),
    ) -> Result<(), ChartError> {
        let cell = Rect::new(rect.x, rect.y, rect.width - layout.gap(), rect.height - layout.gap());
        let look = self.shade(value);
        let ground = self.fill(theme, look);
        pen.fill(rect, theme.line)?;
        pen.fill(cell, ground)?;
        let Shade::Share(level) = look else {
            let slash = cell.grow(-cell.width * 0.28);
            return pen.path(&[(slash.x, slash.bottom()), (slash.right(), slash.y)], 1.0, theme.muted);
        };
        if cell.width >= 33.0 {
            // Small shares step back, so that the ones that matter are read first.
            let small = self.stale || level < 13;
            let ink = if small { quiet_ink_on(ground, theme) } else { ink_on(ground) };
            let (x, y) = cell.center();
            pen.text(&format_value(value), x, y, Label::new(Family::Text, SIZE, ink).at(HPos::Center))?;
        }
        Ok(())
    }

    fn fill(&self, theme: &Theme, look: Shade) -> Rgb {
        match look {
            Shade::Share(level) => self.color(theme, f32::from(level) / 255.0),
            Shade::Undefined => theme.quiet,
        }
    }

    fn shade(&self, value: f32) -> Shade {
        if value.is_finite() {
            Shade::Share((value / self.range() * 255.0).round().clamp(0.0, 255.0) as u8)
        } else {
            Shade::Undefined
        }
    }

    /// The legend; of a hovered cell only what points at its share.
    fn draw_legend(
        &self,
        pen: &Pen<'_>,
        layout: &HeatmapLayout,
        frame: &Frame,
        hovered: Option<(usize, usize)>,
    ) -> Result<(), ChartError> {
        let labels = [(0.0, "0".to_owned()), (1.0, format_value(self.range()))];
        let share = hovered.and_then(|(query, key)| self.pattern.get(query * layout.tokens + key));
        let mark = share.filter(|s| s.is_finite()).map(|share| f64::from(share / self.range()));
        let color = |place: f64| self.color(&frame.theme, place as f32);
        let below =
            if layout.upright { label_width(self.tokens, frame.width) + GAP } else { SIZE + 2.0 * GAP };
        let legend =
            Colorbar { labels: &labels, caption: "rows: query · columns: key", color: &color, mark };
        let width = layout.plot.width.max(280.0).min(frame.width - layout.plot.x - 1.0);
        let strip = (layout.plot.x, layout.plot.bottom() + below, width);
        let theme = &frame.theme;
        if hovered.is_some() { legend.draw_mark(pen, theme, strip) } else { legend.draw(pen, theme, strip) }
    }
}

/// The ring of a hovered cell, and lines that lead to it from both of its labels.
fn draw_mark(
    pen: &Pen<'_>,
    layout: &HeatmapLayout,
    theme: &Theme,
    (query, key): (usize, usize),
) -> Result<(), ChartError> {
    let cell = layout.cell_rect(query, key);
    let (x, y) = cell.center();
    let plot = layout.plot();
    // Lines lead from both labels to the cell: along the gaps of large cells, whose numbers they must not strike
    // through, and across the middle of small ones.
    if layout.gap() > 0.0 {
        for edge in [cell.y - 1.0, cell.bottom() - 1.0] {
            pen.hline(plot.x - 4.0, cell.x, edge, theme.muted)?;
        }
        for edge in [cell.x - 1.0, cell.right() - 1.0] {
            pen.vline(edge, cell.bottom(), plot.bottom() + 4.0, theme.muted)?;
        }
    } else {
        pen.hline(plot.x - 4.0, cell.x, y, theme.ink)?;
        pen.vline(x, cell.bottom(), plot.bottom() + 4.0, theme.ink)?;
    }
    // A cell of a few pixels gets a ring that can be seen.
    let ring = if layout.gap() > 0.0 {
        Rect::new(cell.x, cell.y, cell.width - 1.0, cell.height - 1.0)
    } else {
        cell.grow((6.0 - cell.width / 2.0).max(0.0))
    };
    pen.outline(ring.grow(2.0), 2.0, theme.ink)?;
    pen.outline(ring, 1.0, theme.surface)
}

/// How a cell looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shade {
    /// One of 256 steps of the map: finer ones cannot be told apart.
    Share(u8),
    Undefined,
}
