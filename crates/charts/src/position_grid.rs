use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Surface, Theme,
    color::{diverging, ink_on, quiet_ink_on},
    colorbar::Colorbar,
    head_grid::{on_scale, sense, shared_range},
    measure::Family,
    pen::{Label, Pen},
    position_grid_labels::draw_labels,
    position_grid_layout::{self, PositionGridLayout, SIZE},
    text::format_delta_to,
};

/// Scores by position: rows are layers (or one head), columns are the tokens of a prompt.
#[derive(Clone, Debug)]
pub struct PositionGrid<'a> {
    /// The rows' names, the first on top.
    pub rows: &'a [String],
    /// The columns' names: tokens as they are shown, made by [`crate::text::visible_token`].
    pub columns: &'a [String],
    /// `[rows, columns]`. `None`: not computed yet. Not finite: undefined.
    pub values: &'a [Option<f32>],
    /// The value that gets the strongest colour; the largest one shown where `None`.
    pub range: Option<f32>,
    /// Negative values are those towards the answer, and so blue: of a rank, for one.
    pub turned: bool,
    /// The values are whole numbers, as ranks are, and stand without decimals.
    pub whole: bool,
    /// What the colours mean, beside the legend; may be empty.
    pub caption: &'a str,
    /// Whether there is a legend below.
    pub legend: bool,
    /// The `(row, column)` under the pointer or the keyboard's cursor.
    pub hovered: Option<(usize, usize)>,
    /// Rows that the user chose.
    pub marked: &'a [usize],
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

impl PositionGrid<'_> {
    /// The height in CSS pixels at which the grid looks its best in `width` CSS pixels.
    #[must_use]
    pub fn preferred_height(&self, width: f64) -> f64 {
        position_grid_layout::preferred_height(self, width)
    }

    /// Draws the grid over the whole frame.
    ///
    /// # Errors
    /// Another number of values than rows times columns, a frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let expected = self.rows.len() * self.columns.len();
        if self.values.len() != expected {
            return Err(ChartError::Shape { chart: "grid of positions", expected, found: self.values.len() });
        }
        let pen = Pen::on(surface, frame)?;
        let layout = PositionGridLayout::new(self, frame);
        let (decimals, range) = (self.decimals(&layout), self.range().unwrap_or(0.0));
        for (index, value) in self.values.iter().enumerate() {
            let (row, column) = (index / self.columns.len(), index % self.columns.len());
            self.draw_cell(&pen, &frame.theme, (layout.cell_rect(row, column), *value), (decimals, range))?;
        }
        draw_labels(&pen, self, &layout, &frame.theme, None)?;
        self.draw_marked(&pen, &layout, &frame.theme)?;
        self.draw_legend(&pen, &layout, &frame.theme, None)?;
        self.draw_hovered(surface, frame)
    }

    /// Draws what is added for the hovered cell alone, over a drawing of this grid with none: a few strokes whatever the
    /// number of cells. Nothing where no cell of the grid is hovered.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let inside = |(row, column): &(usize, usize)| *row < self.rows.len() && *column < self.columns.len();
        let Some(spot) = self.hovered.filter(inside) else { return Ok(()) };
        let pen = Pen::over(surface, frame)?;
        let layout = PositionGridLayout::new(self, frame);
        draw_labels(&pen, self, &layout, &frame.theme, Some(spot))?;
        let rect = layout.cell_rect(spot.0, spot.1);
        // A cell of a few pixels gets a ring that can be seen.
        let cell = Rect::new(rect.x, rect.y, rect.width - 1.0, rect.height - 1.0);
        let cell = cell.grow((4.0 - rect.width / 2.0).max(0.0));
        pen.outline(cell.grow(1.0), 1.0, frame.theme.ink)?;
        pen.outline(cell, 1.0, frame.theme.surface)?;
        self.draw_legend(&pen, &layout, &frame.theme, Some(spot))
    }

    fn range(&self) -> Option<f32> {
        let given = self.range.filter(|r| r.is_finite() && *r > 0.0);
        given.or_else(|| shared_range(self.values.iter().flatten().copied()))
    }

    /// How many decimals every value can have in its cell; `None`: too narrow for any text.
    fn decimals(&self, layout: &PositionGridLayout) -> Option<usize> {
        let (width, height) = layout.cell;
        // Thousands of small cells are not measured to learn that.
        if height < 18.0 || width < Family::Text.width("0", SIZE) + 5.0 {
            return None;
        }
        let fits = |&decimals: &usize| {
            let values = self.values.iter().flatten().filter(|d| d.is_finite());
            let widest =
                values.map(|d| Family::Text.width(&format_delta_to(*d, decimals), SIZE)).fold(0.0, f64::max);
            widest + 5.0 <= width
        };
        let most: &[usize] = if self.whole { &[0] } else { &[2, 1] };
        most.iter().copied().find(fits)
    }

    fn draw_cell(
        &self,
        pen: &Pen<'_>,
        theme: &Theme,
        (rect, value): (Rect, Option<f32>),
        (decimals, range): (Option<usize>, f32),
    ) -> Result<(), ChartError> {
        let gap = if rect.width.min(rect.height) >= 10.0 { 1.0 } else { 0.0 };
        let cell = Rect::new(rect.x, rect.y, rect.width - gap, rect.height - gap);
        let Some(value) = value else { return pen.fill(cell, theme.quiet) };
        if !value.is_finite() {
            return hatch(pen, theme, cell);
        }
        let t = on_scale(value, range);
        let mut fill = diverging(sense(self.turned) * t, theme);
        if self.stale {
            fill = fill.mix(theme.surface, 0.6);
        }
        pen.fill(cell, fill)?;
        if t.abs() < 0.06 && gap > 0.0 {
            // Near zero the fill all but equals the surface: a hairline keeps the cell.
            pen.outline(cell, 1.0, theme.line)?;
        }
        let Some(decimals) = decimals else { return Ok(()) };
        let small = self.stale || t.abs() < 0.06;
        let ink = if small { quiet_ink_on(fill, theme) } else { ink_on(fill) };
        let (x, y) = cell.center();
        let label = Label::new(Family::Text, SIZE, ink).at(HPos::Center);
        pen.text(&format_delta_to(value, decimals), x, y, label)
    }

    fn draw_marked(
        &self,
        pen: &Pen<'_>,
        layout: &PositionGridLayout,
        theme: &Theme,
    ) -> Result<(), ChartError> {
        let grid = layout.grid;
        for &row in self.marked.iter().filter(|row| **row < self.rows.len()) {
            let first = layout.cell_rect(row, 0);
            let whole = Rect::new(grid.x, first.y, grid.width - 1.0, first.height - 1.0);
            pen.outline(whole.grow(1.0), 2.0, theme.ink)?;
        }
        Ok(())
    }

    /// The legend, where there is one; of a hovered cell only what points at its value.
    fn draw_legend(
        &self,
        pen: &Pen<'_>,
        layout: &PositionGridLayout,
        theme: &Theme,
        hovered: Option<(usize, usize)>,
    ) -> Result<(), ChartError> {
        if !self.legend {
            return Ok(());
        }
        let range = self.range();
        let labels = match range {
            Some(range) if !self.whole || range >= 1.0 => {
                let end = |value: f32| format_delta_to(value, if self.whole { 0 } else { 2 });
                vec![(0.0, end(-range)), (0.5, "0".to_owned()), (1.0, end(range))]
            }
            _ => vec![(0.5, "0".to_owned())],
        };
        let under_pointer = hovered.and_then(|(row, column)| {
            self.values.get(row * self.columns.len() + column).copied().flatten().filter(|v| v.is_finite())
        });
        let mark = under_pointer.zip(range).map(|(v, range)| f64::from(on_scale(v, range) + 1.0) / 2.0);
        let color = |place: f64| {
            let color = diverging(sense(self.turned) * (2.0 * place - 1.0) as f32, theme);
            if self.stale { color.mix(theme.surface, 0.6) } else { color }
        };
        let legend = Colorbar { labels: &labels, caption: self.caption, color: &color, mark };
        let grid = layout.grid;
        let strip = (grid.x, grid.bottom() + layout.below(), grid.width.max(260.0));
        if hovered.is_some() { legend.draw_mark(pen, theme, strip) } else { legend.draw(pen, theme, strip) }
    }
}

/// Undefined: told from "not yet" and from zero without colour.
fn hatch(pen: &Pen<'_>, theme: &Theme, cell: Rect) -> Result<(), ChartError> {
    pen.fill(cell, theme.quiet)?;
    let size = cell.width.min(cell.height);
    if size < 5.0 {
        return pen.vline(cell.center().0, cell.y, cell.bottom(), theme.muted);
    }
    let slash = Rect::new(cell.center().0 - size / 2.0, cell.center().1 - size / 2.0, size, size);
    let slash = slash.grow(-size * 0.28);
    pen.path(&[(slash.x, slash.bottom()), (slash.right(), slash.y)], 1.0, theme.muted)
}
