use plotters::{coord::Shift, drawing::DrawingArea, prelude::DrawingBackend, style::text_anchor::HPos};

use crate::{
    ChartError, Frame, Rect, Rgb, Theme,
    color::{ink_on, sequential},
    colorbar::{COLORBAR_HEIGHT, Colorbar},
    geometry::cell_index,
    measure::{Family, label_shown, label_step},
    pen::{Label, Pen},
    pool::Pooled,
    text::format_value,
};

const SIZE: f64 = 11.0;
const TOP: f64 = 4.0;
/// The longest token label, in pixels: longer ones end in an ellipsis.
const LABEL: f64 = 96.0;
const GAP: f64 = 6.0;
/// Cells larger than this say nothing more.
const MAX_CELL: f64 = 44.0;
const MAX_SIDE: f64 = 560.0;
/// More parts a side than this are not told apart, and cost the page a frame.
const MAX_BINS: usize = 240;

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

/// Where a [`Heatmap`]'s cells are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatmapLayout {
    tokens: usize,
    plot: Rect,
    cell: f64,
    /// Key labels stand on end.
    upright: bool,
}

impl HeatmapLayout {
    /// The layout that [`Heatmap::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &Heatmap<'_>, frame: &Frame) -> Self {
        let tokens = spec.tokens.len();
        let count = tokens.max(1) as f64;
        let longest = spec.label_width(frame.width);
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

    /// A part of the plot when it is cut into `bins` a side.
    fn part(&self, row: usize, column: usize, bins: usize) -> Rect {
        let size = self.plot.width / bins.max(1) as f64;
        Rect::new(self.plot.x + column as f64 * size, self.plot.y + row as f64 * size, size, size)
    }
}

impl Heatmap<'_> {
    /// The height in CSS pixels at which the heatmap looks its best in `width` CSS pixels: cells are square.
    #[must_use]
    pub fn preferred_height(&self, width: f64) -> f64 {
        let count = self.tokens.len().max(1) as f64;
        let labels = self.label_width(width);
        let side = (width - labels - GAP - 1.0).min(MAX_SIDE).min(MAX_CELL * count).max(0.0);
        let below = if labels + 6.0 > side / count { labels + GAP } else { SIZE + 2.0 * GAP };
        (TOP + side + below + COLORBAR_HEIGHT).ceil()
    }

    /// Draws the heatmap over the whole frame.
    ///
    /// # Errors
    /// Another number of values than tokens squared, a frame without an area, or a backend that fails.
    pub fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        frame: &Frame,
    ) -> Result<(), ChartError> {
        let expected = self.tokens.len() * self.tokens.len();
        if self.pattern.len() != expected {
            return Err(ChartError::Shape {
                chart: "attention pattern",
                expected,
                found: self.pattern.len(),
            });
        }
        let pen = Pen::on(area, frame)?;
        let layout = HeatmapLayout::new(self, frame);
        let seen = (layout.plot.width * frame.scale).floor() as usize;
        let pooled = Pooled::new(self.pattern, layout.tokens, seen.clamp(1, MAX_BINS));
        if layout.tokens > 0 {
            self.draw_cells(&pen, &layout, &frame.theme, &pooled)?;
        }
        self.draw_labels(&pen, &layout, frame)?;
        self.draw_hovered(&pen, &layout, &frame.theme)?;
        self.draw_legend(&pen, &layout, frame)
    }

    fn range(&self) -> f32 {
        self.range.filter(|r| r.is_finite() && *r > 0.0).unwrap_or(1.0)
    }

    fn hovered(&self) -> Option<(usize, usize)> {
        self.hovered.filter(|&(query, key)| query < self.tokens.len() && key <= query)
    }

    /// The room that token labels get on both axes.
    fn label_width(&self, width: f64) -> f64 {
        let longest = self.tokens.iter().map(|t| Family::Mono.width(t, SIZE)).fold(0.0, f64::max);
        longest.min(LABEL).min(width * 0.28).max(SIZE).ceil()
    }

    fn color(&self, theme: &Theme, share: f32) -> Rgb {
        let color = sequential(share, theme);
        if self.stale { color.mix(theme.surface, 0.6) } else { color }
    }

    /// One rectangle for each run of cells that look the same.
    fn draw_cells<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        layout: &HeatmapLayout,
        theme: &Theme,
        pooled: &Pooled,
    ) -> Result<(), ChartError> {
        let gap = if layout.cell >= 14.0 { 1.0 } else { 0.0 };
        for query in 0..pooled.bins {
            let row = pooled.row(query);
            let shade = |value: Option<f32>| value.map(|v| self.shade(v));
            let mut start = 0;
            while start < row.len() {
                let look = shade(row[start]);
                // With gaps between them cells are drawn one by one.
                let run = if gap > 0.0 {
                    1
                } else {
                    row[start..].iter().take_while(|v| shade(**v) == look).count()
                };
                let (first, last) = (
                    layout.part(query, start, pooled.bins),
                    layout.part(query, start + run - 1, pooled.bins),
                );
                let rect = Rect::new(first.x, first.y, last.right() - first.x - gap, first.height - gap);
                match look {
                    Some(Shade::Share(level)) => {
                        pen.fill(rect, self.color(theme, f32::from(level) / 255.0))?
                    }
                    Some(Shade::Undefined) => {
                        pen.fill(rect, theme.quiet)?;
                        let slash = rect.grow(-rect.width.min(rect.height) * 0.28);
                        if gap > 0.0 {
                            pen.path(
                                &[(slash.x, slash.bottom()), (slash.right(), slash.y)],
                                1.0,
                                theme.muted,
                            )?;
                        }
                    }
                    None => {}
                }
                if let (Some(Shade::Share(level)), Some(value)) =
                    (look, row[start].filter(|_| layout.cell >= 34.0))
                {
                    let ground = self.color(theme, f32::from(level) / 255.0);
                    let ink = if self.stale { theme.muted } else { ink_on(ground) };
                    let (x, y) = rect.center();
                    pen.text(
                        &format_value(value),
                        x,
                        y,
                        Label::new(Family::Text, SIZE, ink).at(HPos::Center),
                    )?;
                }
                start += run;
            }
        }
        Ok(())
    }

    fn shade(&self, value: f32) -> Shade {
        if value.is_finite() {
            Shade::Share((value / self.range() * 255.0).round().clamp(0.0, 255.0) as u8)
        } else {
            Shade::Undefined
        }
    }

    fn draw_labels<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        layout: &HeatmapLayout,
        frame: &Frame,
    ) -> Result<(), ChartError> {
        let theme = &frame.theme;
        let plot = layout.plot;
        let width = self.label_width(frame.width);
        let style =
            |on: bool| Label::new(Family::Mono, SIZE, if on { theme.ink } else { theme.muted }).bold(on);
        let (query, key) = self.hovered().unzip();
        let step = label_step(13.0, layout.cell);
        let (queries, keys) = (Vec::from_iter(query), Vec::from_iter(key));
        for (index, token) in self.tokens.iter().enumerate() {
            let middle = (index as f64 + 0.5) * layout.cell;
            let text = Family::Mono.fit(token, SIZE, width);
            if label_shown(index, step, &queries) {
                let label = style(query == Some(index)).at(HPos::Right);
                pen.text(&text, plot.x - GAP, plot.y + middle, label)?;
            }
            if !layout.upright {
                let label = style(key == Some(index)).at(HPos::Center);
                pen.text(&text, plot.x + middle, plot.bottom() + GAP + SIZE / 2.0, label)?;
            } else if label_shown(index, step, &keys) {
                let label = style(key == Some(index)).at(HPos::Right).upright(true);
                pen.text(&text, plot.x + middle, plot.bottom() + GAP, label)?;
            }
        }
        Ok(())
    }

    fn draw_hovered<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        layout: &HeatmapLayout,
        theme: &Theme,
    ) -> Result<(), ChartError> {
        let Some((query, key)) = self.hovered() else { return Ok(()) };
        let cell = layout.cell_rect(query, key);
        let (x, y) = cell.center();
        // Hairlines from both labels to the cell; a cell of a few pixels gets a ring that can be seen.
        pen.hline(layout.plot.x - 3.0, cell.x, y, theme.ink)?;
        pen.vline(x, cell.bottom(), layout.plot.bottom() + 3.0, theme.ink)?;
        let ring = cell.grow((6.0 - cell.width / 2.0).max(0.0));
        pen.outline(ring.grow(1.0), 2.0, theme.ink)?;
        pen.outline(ring.grow(-1.0), 1.0, theme.surface)
    }

    fn draw_legend<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        layout: &HeatmapLayout,
        frame: &Frame,
    ) -> Result<(), ChartError> {
        let labels = [(0.0, "0".to_owned()), (1.0, format_value(self.range()))];
        let mark = self.hovered().and_then(|(query, key)| {
            let value = self.pattern[query * layout.tokens + key];
            value.is_finite().then(|| f64::from(value / self.range()))
        });
        let color = |place: f64| self.color(&frame.theme, place as f32);
        let below = if layout.upright { self.label_width(frame.width) + GAP } else { SIZE + 2.0 * GAP };
        let legend =
            Colorbar { labels: &labels, caption: "rows: query · columns: key", color: &color, mark };
        let width = frame.width - layout.plot.x - 1.0;
        legend.draw(pen, &frame.theme, (layout.plot.x, layout.plot.bottom() + below, width))
    }
}

/// How a cell looks.
#[derive(Clone, Copy, PartialEq)]
enum Shade {
    /// One of 256 steps of the map: finer ones cannot be told apart.
    Share(u8),
    Undefined,
}
