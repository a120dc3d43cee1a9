use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Surface, Theme,
    color::{diverging, ink_on, quiet_ink_on},
    colorbar::Colorbar,
    head_grid::{on_scale, sense, shared_range},
    measure::{Family, label_shown, label_step},
    pen::{Label, Pen},
    position_grid_layout::{self, GAP, PositionGridLayout, SIZE},
    text::{format_delta, format_delta_to},
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
        let decimals = self.decimals(&layout);
        for (index, value) in self.values.iter().enumerate() {
            let (row, column) = (index / self.columns.len(), index % self.columns.len());
            self.draw_cell(&pen, &frame.theme, (layout.cell_rect(row, column), *value), decimals)?;
        }
        self.draw_labels(&pen, &layout, &frame.theme)?;
        self.draw_marks(&pen, &layout, &frame.theme)?;
        if self.legend { self.draw_legend(&pen, &layout, &frame.theme) } else { Ok(()) }
    }

    fn range(&self) -> Option<f32> {
        let given = self.range.filter(|r| r.is_finite() && *r > 0.0);
        given.or_else(|| shared_range(self.values.iter().flatten().copied()))
    }

    /// How many decimals every value can have in its cell; `None`: too narrow for any text.
    fn decimals(&self, layout: &PositionGridLayout) -> Option<usize> {
        let (width, height) = layout.cell;
        let fits = |&decimals: &usize| {
            let values = self.values.iter().flatten().filter(|d| d.is_finite());
            let widest =
                values.map(|d| Family::Text.width(&format_delta_to(*d, decimals), SIZE)).fold(0.0, f64::max);
            height >= 18.0 && widest + 5.0 <= width
        };
        [2, 1].into_iter().find(fits)
    }

    fn draw_cell(
        &self,
        pen: &Pen<'_>,
        theme: &Theme,
        (rect, value): (Rect, Option<f32>),
        decimals: Option<usize>,
    ) -> Result<(), ChartError> {
        let gap = if rect.width.min(rect.height) >= 10.0 { 1.0 } else { 0.0 };
        let cell = Rect::new(rect.x, rect.y, rect.width - gap, rect.height - gap);
        let Some(value) = value else { return pen.fill(cell, theme.quiet) };
        if !value.is_finite() {
            return hatch(pen, theme, cell);
        }
        let t = on_scale(value, self.range().unwrap_or(0.0));
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

    fn draw_labels(
        &self,
        pen: &Pen<'_>,
        layout: &PositionGridLayout,
        theme: &Theme,
    ) -> Result<(), ChartError> {
        let (row, column) = self.hovered.unzip();
        let style =
            |family, on: bool| Label::new(family, SIZE, if on { theme.ink } else { theme.muted }).bold(on);
        let rows: Vec<usize> = row.into_iter().chain(self.marked.iter().copied()).collect();
        let step = label_step(15.0, layout.cell.1);
        for (index, name) in self.rows.iter().enumerate().filter(|(i, _)| label_shown(*i, step, &rows)) {
            let y = layout.grid.y + (index as f64 + 0.5) * layout.cell.1;
            let label = style(Family::Text, rows.contains(&index)).at(HPos::Right);
            pen.text(name, layout.grid.x - GAP, y, label)?;
        }
        let columns = Vec::from_iter(column);
        let step = if layout.upright { label_step(13.0, layout.cell.0) } else { 1 };
        for (index, name) in self.columns.iter().enumerate().filter(|(i, _)| label_shown(*i, step, &columns))
        {
            let x = layout.grid.x + (index as f64 + 0.5) * layout.cell.0;
            let text = Family::Mono.fit(name, SIZE, layout.label);
            let label = style(Family::Mono, column == Some(index));
            let bottom = layout.grid.bottom() + GAP;
            if layout.upright {
                pen.text(&text, x, bottom, label.at(HPos::Right).upright(true))?;
            } else {
                pen.text(&text, x, bottom + SIZE / 2.0, label.at(HPos::Center))?;
            }
        }
        Ok(())
    }

    fn draw_marks(
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
        let inside = |(row, column): &(usize, usize)| *row < self.rows.len() && *column < self.columns.len();
        if let Some((row, column)) = self.hovered.filter(inside) {
            let rect = layout.cell_rect(row, column);
            // A cell of a few pixels gets a ring that can be seen.
            let cell = Rect::new(rect.x, rect.y, rect.width - 1.0, rect.height - 1.0);
            let cell = cell.grow((4.0 - rect.width / 2.0).max(0.0));
            pen.outline(cell.grow(1.0), 1.0, theme.ink)?;
            pen.outline(cell, 1.0, theme.surface)?;
        }
        Ok(())
    }

    fn draw_legend(
        &self,
        pen: &Pen<'_>,
        layout: &PositionGridLayout,
        theme: &Theme,
    ) -> Result<(), ChartError> {
        let range = self.range();
        let labels = match range {
            Some(range) => {
                vec![(0.0, format_delta(-range)), (0.5, "0".to_owned()), (1.0, format_delta(range))]
            }
            None => vec![(0.5, "0".to_owned())],
        };
        let under_pointer = self.hovered.and_then(|(row, column)| {
            self.values.get(row * self.columns.len() + column).copied().flatten().filter(|v| v.is_finite())
        });
        let mark = under_pointer.zip(range).map(|(v, range)| f64::from(on_scale(v, range) + 1.0) / 2.0);
        let color = |place: f64| {
            let color = diverging(sense(self.turned) * (2.0 * place - 1.0) as f32, theme);
            if self.stale { color.mix(theme.surface, 0.6) } else { color }
        };
        let legend = Colorbar { labels: &labels, caption: self.caption, color: &color, mark };
        let grid = layout.grid;
        legend.draw(pen, theme, (grid.x, grid.bottom() + layout.below(), grid.width.max(260.0)))
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
