use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, LensGridLayout, Rect, Surface,
    color::{ink_on, sequential},
    colorbar::Colorbar,
    measure::Family,
    pen::{Label, Pen},
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
        let theme = &frame.theme;
        let first = layout.clamped(self.first);
        let (row_on, column_on) = self.hovered.unzip();
        let label =
            |on: bool| Label::new(Family::Mono, SIZE, if on { theme.ink } else { theme.muted }).bold(on);
        for (row, depth) in self.depths.iter().enumerate() {
            let (_, y) = layout.cell_rect(row, first, first).unwrap_or_default().center();
            pen.text(depth, layout.grid.x - 6.0, y, label(row_on == Some(row)).at(HPos::Right))?;
            for column in first..first + layout.seen {
                if let Some(rect) = layout.cell_rect(row, column, first) {
                    self.draw_cell(&pen, frame, rect, (self.cell)(row, column))?;
                }
            }
        }
        for (column, token) in self.tokens.iter().enumerate().skip(first).take(layout.seen) {
            let x = layout.grid.x + (column - first) as f64 * layout.cell.0;
            let text = Family::Mono.fit(token, SIZE, layout.cell.0 - 4.0);
            let middle = x + layout.cell.0 / 2.0;
            pen.text(
                &text,
                middle,
                layout.grid.bottom() + 10.0,
                label(column_on == Some(column)).at(HPos::Center),
            )?;
        }
        let hovered = self.hovered.and_then(|(row, column)| layout.cell_rect(row, column, first));
        if let Some(cell) = hovered {
            pen.outline(cell.grow(1.0), 2.0, theme.ink)?;
        }
        let color = |place: f64| {
            let color = sequential(place as f32, theme);
            if self.stale { color.mix(theme.surface, 0.6) } else { color }
        };
        let mark = self.hovered.and_then(|(row, column)| (self.cell)(row, column)?.share).map(f64::from);
        let legend = Colorbar { labels: self.legend, caption: self.caption, color: &color, mark };
        let width = (frame.width - layout.grid.x - 1.0).min(560.0);
        legend.draw(&pen, theme, (layout.grid.x, layout.scroller().bottom(), width))
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
