use peek_names::HeadId;
use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Surface, Theme,
    color::{diverging, ink_on, quiet_ink_on},
    colorbar::Colorbar,
    head_grid_labels::draw_labels,
    head_grid_layout::{self, HeadGridLayout, SIZE},
    measure::Family,
    pen::{Label, Pen},
    text::format_delta_to,
};

/// Causal head scores: one cell for each head, rows are layers (0 on top), columns are heads.
#[derive(Clone, Debug)]
pub struct HeadGrid<'a> {
    /// Number of layers.
    pub layers: usize,
    /// Number of heads of each layer.
    pub heads: usize,
    /// `[layers, heads]`, in units of the metric. `None`: not computed yet. Not finite: undefined.
    pub deltas: &'a [Option<f32>],
    /// The delta that gets the strongest colour; the largest one shown where `None`. See [`shared_range`].
    pub range: Option<f32>,
    /// Negative values are those towards the answer, and so blue: of a rank, for one.
    pub turned: bool,
    /// The values are whole numbers, as ranks are, and stand without decimals.
    pub whole: bool,
    /// What the colours mean, beside the legend; may be empty.
    pub caption: &'a str,
    /// The head under the pointer or the keyboard's cursor.
    pub hovered: Option<HeadId>,
    /// The head that the user chose.
    pub pinned: Option<HeadId>,
    /// A letter for the corner of each head's cell, `[layers, heads]`; empty for none.
    pub marks: &'a [Option<char>],
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

/// The largest finite size among `deltas`, or `None` where there is none above zero: the range that the grid and the
/// bars share.
#[must_use]
pub fn shared_range(deltas: impl IntoIterator<Item = f32>) -> Option<f32> {
    let largest = deltas.into_iter().filter(|d| d.is_finite()).fold(0.0_f32, |m, d| m.max(d.abs()));
    (largest > 0.0).then_some(largest)
}

/// `delta` on the diverging map of `range`: -1 to 1.
pub(crate) fn on_scale(delta: f32, range: f32) -> f32 {
    if range > 0.0 { (delta / range).clamp(-1.0, 1.0) } else { 0.0 }
}

/// 1, or -1 where negative values are those towards the answer.
pub(crate) fn sense(turned: bool) -> f32 {
    if turned { -1.0 } else { 1.0 }
}

impl HeadGrid<'_> {
    /// The least width in CSS pixels, of `scale` device pixels each, at which every cell can be hit by a finger: at least 24
    /// pixels across (WCAG 2.2, 2.5.8).
    #[must_use]
    pub fn least_width(&self, scale: f64) -> f64 {
        head_grid_layout::least_width(self.layers, self.heads, scale)
    }

    /// The height in CSS pixels at which the grid looks its best in `width` CSS pixels.
    #[must_use]
    pub fn preferred_height(&self, width: f64) -> f64 {
        head_grid_layout::preferred_height(self.layers, self.heads, width)
    }

    /// The range in use: the given one, or the largest delta shown. `None` while there is nothing to measure.
    #[must_use]
    pub fn effective_range(&self) -> Option<f32> {
        self.range
            .filter(|r| r.is_finite() && *r > 0.0)
            .or_else(|| shared_range(self.deltas.iter().flatten().copied()))
    }

    /// Draws the grid over the whole frame.
    ///
    /// # Errors
    /// Another number of deltas than `layers * heads`, a frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let expected = self.layers * self.heads;
        if self.deltas.len() != expected {
            return Err(ChartError::Shape { chart: "head grid", expected, found: self.deltas.len() });
        }
        let pen = Pen::on(surface, frame)?;
        let layout = HeadGridLayout::new(self, frame);
        draw_labels(&pen, &layout, &frame.theme, self.pinned.as_slice(), None)?;
        let range = self.effective_range();
        let decimals = self.decimals(&layout);
        for (index, delta) in self.deltas.iter().enumerate() {
            let share = delta.map(|d| (d, on_scale(d, range.unwrap_or(0.0))));
            self.draw_cell(&pen, &layout, &frame.theme, (self.head(index), share), decimals)?;
            if let Some(mark) = self.marks.get(index).copied().flatten() {
                self.draw_letter(&pen, &layout, &frame.theme, (self.head(index), share), mark)?;
            }
        }
        self.draw_pinned(&pen, &layout, &frame.theme)?;
        self.draw_legend(&pen, &layout, &frame.theme, None)?;
        self.draw_hovered(surface, frame)
    }

    /// Draws what is added for the hovered head alone, over a drawing of this grid with none: no cell, a few strokes
    /// whatever the number of heads. Nothing where no head of the grid is hovered.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let Some(head) = self.hovered.filter(|&head| self.has(head)) else { return Ok(()) };
        let pen = Pen::over(surface, frame)?;
        let layout = HeadGridLayout::new(self, frame);
        let marked: Vec<HeadId> = [head].into_iter().chain(self.pinned).collect();
        draw_labels(&pen, &layout, &frame.theme, &marked, Some(self.pinned.as_slice()))?;
        let cell = framed(&layout, head);
        pen.outline(cell.grow(1.0), 1.0, frame.theme.ink)?;
        pen.outline(cell, 1.0, frame.theme.surface)?;
        // The ring of a pinned neighbour lies over it.
        self.draw_pinned(&pen, &layout, &frame.theme)?;
        self.draw_legend(&pen, &layout, &frame.theme, Some(head))
    }

    fn has(&self, head: HeadId) -> bool {
        head.layer.index() < self.layers && head.head_index() < self.heads
    }

    fn head(&self, index: usize) -> HeadId {
        let narrow = |v: usize| u16::try_from(v).unwrap_or(u16::MAX);
        HeadId::new(narrow(index / self.heads), narrow(index % self.heads))
    }

    /// How many decimals every value can have in its cell; `None`: too narrow for any text.
    fn decimals(&self, layout: &HeadGridLayout) -> Option<usize> {
        let (width, height) = layout.cell;
        let fits = |&decimals: &usize| {
            let values = self.deltas.iter().flatten().filter(|d| d.is_finite());
            let widest =
                values.map(|d| Family::Text.width(&format_delta_to(*d, decimals), SIZE)).fold(0.0, f64::max);
            height >= 18.0 && widest + 5.0 <= width
        };
        let most: &[usize] = if self.whole { &[0] } else { &[2, 1] };
        most.iter().copied().find(fits)
    }

    fn draw_cell(
        &self,
        pen: &Pen<'_>,
        layout: &HeadGridLayout,
        theme: &Theme,
        (head, value): (HeadId, Option<(f32, f32)>),
        decimals: Option<usize>,
    ) -> Result<(), ChartError> {
        let rect = layout.cell_rect(head);
        let gap = if rect.width.min(rect.height) >= 10.0 { 1.0 } else { 0.0 };
        let cell = Rect::new(rect.x, rect.y, rect.width - gap, rect.height - gap);
        let Some((delta, t)) = value else { return pen.fill(cell, theme.quiet) };
        if !delta.is_finite() {
            // A slash through the cell: told from "not yet" and from zero without colour.
            pen.fill(cell, theme.quiet)?;
            let inset = cell.grow(-cell.width.min(cell.height) * 0.28);
            return pen.path(&[(inset.x, inset.bottom()), (inset.right(), inset.y)], 1.0, theme.muted);
        }
        let mut fill = diverging(sense(self.turned) * t, theme);
        if self.stale {
            fill = fill.mix(theme.surface, 0.6);
        }
        pen.fill(cell, fill)?;
        if t.abs() < 0.06 {
            // Near zero the fill all but equals the surface: a hairline keeps the cell.
            pen.outline(cell, 1.0, theme.line)?;
        }
        if let Some(decimals) = decimals {
            let text = format_delta_to(delta, decimals);
            // Small scores step back, so that the ones that matter are read first.
            let small = self.stale || t.abs() < 0.06;
            let ink = if small { quiet_ink_on(fill, theme) } else { ink_on(fill) };
            let (x, y) = cell.center();
            pen.text(&text, x, y, Label::new(Family::Text, SIZE, ink).at(HPos::Center))?;
        }
        Ok(())
    }

    /// A letter in the upper left corner, beside the number.
    fn draw_letter(
        &self,
        pen: &Pen<'_>,
        layout: &HeadGridLayout,
        theme: &Theme,
        (head, value): (HeadId, Option<(f32, f32)>),
        mark: char,
    ) -> Result<(), ChartError> {
        let ground = match value {
            Some((delta, t)) if delta.is_finite() => diverging(sense(self.turned) * t, theme),
            _ => theme.quiet,
        };
        let ground = if self.stale { ground.mix(theme.surface, 0.6) } else { ground };
        let cell = layout.cell_rect(head);
        let style = Label::new(Family::Text, 9.0, ink_on(ground)).bold(true);
        pen.text(mark.encode_utf8(&mut [0; 4]), cell.x + 3.0, cell.y + 6.0, style)
    }

    fn draw_pinned(&self, pen: &Pen<'_>, layout: &HeadGridLayout, theme: &Theme) -> Result<(), ChartError> {
        let Some(head) = self.pinned.filter(|&head| self.has(head)) else { return Ok(()) };
        let cell = framed(layout, head);
        pen.outline(cell.grow(2.0), 2.0, theme.ink)?;
        pen.outline(cell, 1.0, theme.surface)
    }

    /// The legend; of a hovered head only what points at its score.
    fn draw_legend(
        &self,
        pen: &Pen<'_>,
        layout: &HeadGridLayout,
        theme: &Theme,
        hovered: Option<HeadId>,
    ) -> Result<(), ChartError> {
        let range = self.effective_range();
        let labels = match range {
            Some(range) if !self.whole || range >= 1.0 => {
                let end = |value: f32| format_delta_to(value, if self.whole { 0 } else { 2 });
                vec![(0.0, end(-range)), (0.5, "0".to_owned()), (1.0, end(range))]
            }
            _ => vec![(0.5, "0".to_owned())],
        };
        let delta = hovered.and_then(|head| {
            let index = head.layer.index() * self.heads + head.head_index();
            self.deltas.get(index).copied().flatten().filter(|d| d.is_finite())
        });
        let mark = delta.zip(range).map(|(delta, range)| f64::from(on_scale(delta, range) + 1.0) / 2.0);
        let color = |place: f64| {
            let color = diverging(sense(self.turned) * (2.0 * place - 1.0) as f32, theme);
            if self.stale { color.mix(theme.surface, 0.6) } else { color }
        };
        let legend = Colorbar { labels: &labels, caption: self.caption, color: &color, mark };
        let strip = (layout.grid.x, layout.grid.bottom(), layout.grid.width);
        if hovered.is_some() { legend.draw_mark(pen, theme, strip) } else { legend.draw(pen, theme, strip) }
    }
}

/// The cell that a ring goes around, without its hairlines.
fn framed(layout: &HeadGridLayout, head: HeadId) -> Rect {
    let rect = layout.cell_rect(head);
    Rect::new(rect.x, rect.y, rect.width - 1.0, rect.height - 1.0)
}
