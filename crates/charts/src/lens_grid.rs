use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, LensGridLayout, Rect, Surface,
    color::{ink_on, sequential},
    colorbar::Colorbar,
    measure::Family,
    pen::{Label, Pen},
    side_labels::{LINE, SideLabels, Stand},
};

pub(crate) const SIZE: f64 = 11.0;

/// What the lens reads at one depth and position.
#[derive(Clone, Debug, PartialEq)]
pub struct LensGridCell {
    /// The likeliest token, made by [`crate::text::visible_token`].
    pub text: String,
    /// The colour's place on the map, 0 to 1; `None` where the number is undefined.
    pub share: Option<f32>,
    /// Whether the likeliest token is the one that is followed: it is set bold.
    pub is_followed: bool,
}

/// The logit lens at every depth and position: the output's depth on top, the prompt's tokens below, as in the model.
pub struct LensGrid<'a> {
    /// The depths' names, the output's first.
    pub depths: &'a [String],
    /// The prompt's tokens, made by [`crate::text::visible_token`].
    pub tokens: &'a [String],
    /// The first position that is seen, where not all of them fit.
    pub first: usize,
    /// The cell of a row (0 on top) and a position; `None` while it has not arrived.
    pub cell: &'a dyn Fn(usize, usize) -> Option<LensGridCell>,
    /// `(place along the map, label)`.
    pub legend: &'a [(f64, String)],
    /// What the colours mean.
    pub caption: &'a str,
    /// The `(row, position)` under the pointer or the keyboard's cursor.
    pub hovered: Option<(usize, usize)>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

impl LensGrid<'_> {
    /// Draws the grid over the whole frame.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let pen = Pen::on(surface, frame)?;
        let layout = LensGridLayout::new(self.depths, self.tokens.len(), frame);
        let first = layout.clamped(self.first);
        self.draw_labels(&pen, &layout, frame, None)?;
        for row in 0..self.depths.len() {
            for column in first..first + layout.seen {
                if let Some(rect) = layout.cell_rect(row, column, first) {
                    self.draw_cell(&pen, frame, rect, (self.cell)(row, column))?;
                }
            }
        }
        self.draw_legend(&pen, &layout, frame, None)?;
        self.draw_hovered(surface, frame)
    }

    /// Draws what is added for the hovered cell alone, over a drawing of this grid with none: a few strokes whatever the
    /// number of cells. Nothing where no cell of the grid is hovered.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let inside = |(row, column): &(usize, usize)| *row < self.depths.len() && *column < self.tokens.len();
        let Some((row, column)) = self.hovered.filter(inside) else { return Ok(()) };
        let pen = Pen::over(surface, frame)?;
        let layout = LensGridLayout::new(self.depths, self.tokens.len(), frame);
        self.draw_labels(&pen, &layout, frame, Some((row, column)))?;
        if let Some(cell) = layout.cell_rect(row, column, layout.clamped(self.first)) {
            pen.outline(cell.grow(1.0), 2.0, frame.theme.ink)?;
        }
        self.draw_legend(&pen, &layout, frame, Some((row, column)))
    }

    /// The names of depths and tokens; for a hovered cell only its own, in bold.
    fn draw_labels(
        &self,
        pen: &Pen<'_>,
        layout: &LensGridLayout,
        frame: &Frame,
        hovered: Option<(usize, usize)>,
    ) -> Result<(), ChartError> {
        let (grid, (across, down)) = (layout.grid, layout.cell);
        let first = layout.clamped(self.first);
        let depths = SideLabels {
            indices: 0..self.depths.len(),
            step: 1,
            family: Family::Mono,
            stand: Stand::Aside,
            room: &|row| Rect::new(0.0, grid.y + row as f64 * down, grid.x - 6.0, down),
            text: &|row| self.depths[row].clone(),
        };
        let tokens = SideLabels {
            indices: first..(first + layout.seen).min(self.tokens.len()),
            step: 1,
            family: Family::Mono,
            stand: Stand::Middle,
            room: &|column| {
                let x = grid.x + (column - first) as f64 * across;
                Rect::new(x, grid.bottom() + 10.0 - LINE / 2.0, across, LINE)
            },
            text: &|column| Family::Mono.fit(&self.tokens[column], SIZE, across - 4.0),
        };
        let (row, column) = hovered.unzip();
        let before: Option<&[usize]> = hovered.map(|_| &[][..]);
        depths.draw(pen, &frame.theme, row.as_slice(), before)?;
        tokens.draw(pen, &frame.theme, column.as_slice(), before)
    }

    /// The legend; of a hovered cell only what points at its number.
    fn draw_legend(
        &self,
        pen: &Pen<'_>,
        layout: &LensGridLayout,
        frame: &Frame,
        hovered: Option<(usize, usize)>,
    ) -> Result<(), ChartError> {
        let theme = &frame.theme;
        let color = |place: f64| {
            let color = sequential(place as f32, theme);
            if self.stale { color.mix(theme.surface, 0.6) } else { color }
        };
        let mark = hovered.and_then(|(row, column)| (self.cell)(row, column)?.share).map(f64::from);
        let legend = Colorbar { labels: self.legend, caption: self.caption, color: &color, mark };
        let width = (frame.width - layout.grid.x - 1.0).min(560.0);
        let strip = (layout.grid.x, layout.scroller().bottom(), width);
        if hovered.is_some() { legend.draw_mark(pen, theme, strip) } else { legend.draw(pen, theme, strip) }
    }

    fn draw_cell(
        &self,
        pen: &Pen<'_>,
        frame: &Frame,
        rect: Rect,
        cell: Option<LensGridCell>,
    ) -> Result<(), ChartError> {
        let theme = &frame.theme;
        let inner = Rect::new(rect.x, rect.y, rect.width - 1.0, rect.height - 1.0);
        let Some(cell) = cell else { return pen.fill(inner, theme.quiet) };
        let ground = match cell.share {
            Some(share) if self.stale => sequential(share, theme).mix(theme.surface, 0.6),
            Some(share) => sequential(share, theme),
            None => theme.quiet,
        };
        pen.fill(inner, ground)?;
        if cell.share.is_none_or(|share| share < 0.06) {
            // The map begins close to the surface: a hairline keeps the cell.
            pen.outline(inner, 1.0, theme.line)?;
        }
        let text = Family::Mono.fit(&cell.text, SIZE, inner.width - 4.0);
        let (x, y) = inner.center();
        pen.text(
            &text,
            x,
            y,
            Label::new(Family::Mono, SIZE, ink_on(ground)).bold(cell.is_followed).at(HPos::Center),
        )
    }
}
