use plotters::style::text_anchor::HPos;

use crate::{
    AttentionLinesLayout, ChartError, Frame, Rect, Rgb, Surface, Theme,
    attention_lines_layout::preferred_height,
    color::sequential,
    colorbar::Colorbar,
    heatmap_layout::SIZE,
    measure::{Family, label_step},
    pen::{Label, Pen},
    side_labels::{NARROW, SideLabels, Stand},
    text::format_value,
};

/// Steps of the map, as in the heatmap.
const STEPS: f32 = 255.0;
/// More lines than these hide each other, and cost the page several frames: the weakest are left out.
const MOST: usize = 1500;

/// How thick lines are.
#[derive(Clone, Copy)]
struct Strokes {
    /// Weaker links, in steps, are not drawn.
    weakest: u8,
    /// Of the weakest, in CSS pixels.
    thin: f64,
    /// What the strongest has more, in CSS pixels.
    grows: f64,
}

/// Where all tokens' links are drawn, those above 3 in 100.
const ALL: Strokes = Strokes { weakest: 8, thin: 0.8, grows: 3.0 };
/// A single token's have room: those above 1 in 100.
const ONE: Strokes = Strokes { weakest: 3, thin: 1.4, grows: 5.0 };

/// Which end of a link a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttentionSide {
    /// It reads: on the left.
    Query,
    /// It is read: on the right.
    Key,
}

/// The attention pattern of one head as lines: from each token on the left to those on the right that it reads, the thicker
/// and stronger the more.
#[derive(Clone, Debug)]
pub struct AttentionLines<'a> {
    /// The tokens as they are shown, made by [`crate::text::visible_token`].
    pub tokens: &'a [String],
    /// `[tokens, tokens]`: query row, key column, each row's share of attention from 0 to 1. Not finite: undefined.
    pub pattern: &'a [f32],
    /// The share that gets the strongest line: 1 where `None`.
    pub range: Option<f32>,
    /// The token under the pointer, and in which column: only its lines are drawn.
    pub hovered: Option<(usize, AttentionSide)>,
    /// A token whose lines, in both columns, are drawn alone while none is hovered.
    pub kept: Option<usize>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

impl AttentionLines<'_> {
    /// The height in CSS pixels at which the lines look their best, at any width.
    #[must_use]
    pub fn preferred_height(&self) -> f64 {
        preferred_height(self.tokens.len())
    }

    /// Draws the lines over the whole frame.
    ///
    /// # Errors
    /// Another number of values than tokens squared, a frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let expected = self.tokens.len() * self.tokens.len();
        if self.pattern.len() != expected {
            let found = self.pattern.len();
            return Err(ChartError::Shape { chart: "attention pattern", expected, found });
        }
        let pen = Pen::on(surface, frame)?;
        let layout = AttentionLinesLayout::new(self, frame);
        let theme = &frame.theme;
        let kept = self.kept();
        let heading = Label::new(Family::Text, SIZE, theme.muted);
        pen.text("reads", layout.label, 10.0, heading.at(HPos::Right))?;
        pen.text("is read", layout.place(0, AttentionSide::Key).x, 10.0, heading)?;
        match kept {
            None => {
                let mut all = (0..layout.tokens).flat_map(|query| (0..=query).map(move |key| (query, key)));
                self.draw_lines(&pen, &layout, theme, &mut all, ALL)?;
            }
            Some(token) => {
                // What it reads of itself is once enough.
                let read_by = links(layout.tokens, token, AttentionSide::Key).into_iter().skip(1);
                let mut both = links(layout.tokens, token, AttentionSide::Query).into_iter().chain(read_by);
                self.draw_lines(&pen, &layout, theme, &mut both, ONE)?;
            }
        }
        let marks = kept.as_slice();
        for side in [AttentionSide::Query, AttentionSide::Key] {
            self.draw_names(&pen, &layout, theme, side, (marks, None))?;
        }
        self.draw_legend(&pen, &layout, frame)?;
        self.draw_hovered(surface, frame)
    }

    /// Draws the hovered token's lines alone, in place of those of a drawing of this chart with none hovered. Nothing where
    /// no token is hovered.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let Some((token, side)) = self.hovered.filter(|(token, _)| *token < self.tokens.len()) else {
            return Ok(());
        };
        let pen = Pen::over(surface, frame)?;
        let layout = AttentionLinesLayout::new(self, frame);
        let (plot, theme) = (layout.plot, &frame.theme);
        // Lines are thick: those that end in the first and the last of many rows reach beyond them a little.
        pen.fill(plot.grow(2.0), theme.surface)?;
        let mut own = links(layout.tokens, token, side).into_iter();
        self.draw_lines(&pen, &layout, theme, &mut own, ONE)?;
        let kept = self.kept();
        for of in [AttentionSide::Query, AttentionSide::Key] {
            let marks = if of == side { Some(token) } else { self.strongest(token, side) };
            self.draw_names(&pen, &layout, theme, of, (marks.as_slice(), Some(kept.as_slice())))?;
        }
        Ok(())
    }

    fn kept(&self) -> Option<usize> {
        self.kept.filter(|token| *token < self.tokens.len())
    }

    /// The other end of a token's strongest link.
    fn strongest(&self, token: usize, side: AttentionSide) -> Option<usize> {
        let weight =
            |(query, key): (usize, usize)| self.pattern.get(query * self.tokens.len() + key).copied();
        let own = links(self.tokens.len(), token, side).into_iter();
        let weights =
            own.filter_map(|link| Some((link, weight(link)?))).filter(|(_, weight)| weight.is_finite());
        let ((query, key), _) = weights.max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(if side == AttentionSide::Query { key } else { query })
    }

    fn range(&self) -> f32 {
        self.range.filter(|range| range.is_finite() && *range > 0.0).unwrap_or(1.0)
    }

    fn color(&self, theme: &Theme, share: f32) -> Rgb {
        let color = sequential(share, theme);
        if self.stale { color.mix(theme.surface, 0.6) } else { color }
    }

    /// These links, from the weakest to the strongest, which so lies on top.
    fn draw_lines(
        &self,
        pen: &Pen<'_>,
        layout: &AttentionLinesLayout,
        theme: &Theme,
        links: &mut dyn Iterator<Item = (usize, usize)>,
        strokes: Strokes,
    ) -> Result<(), ChartError> {
        let count = layout.tokens;
        // Sorted by putting each into the place of its step.
        let mut by_step: Vec<Vec<(usize, usize)>> = vec![Vec::new(); 256];
        for (query, key) in links {
            let weight = self.pattern.get(query * count + key).copied().filter(|weight| weight.is_finite());
            let step = (weight.unwrap_or_default() / self.range() * STEPS).round().clamp(0.0, STEPS) as u8;
            if step >= strokes.weakest {
                by_step[usize::from(step)].push((query, key));
            }
        }
        let strongest_first = by_step.iter().enumerate().rev();
        let links = strongest_first.flat_map(|(step, links)| links.iter().map(move |link| (step, link)));
        let links: Vec<_> = links.take(MOST).collect();
        for (step, &(query, key)) in links.into_iter().rev() {
            let share = step as f32 / STEPS;
            let line = [layout.end(query, AttentionSide::Query), layout.end(key, AttentionSide::Key)];
            pen.path(&line, strokes.thin + strokes.grows * f64::from(share), self.color(theme, share))?;
        }
        Ok(())
    }

    /// The names in one column.
    fn draw_names(
        &self,
        pen: &Pen<'_>,
        layout: &AttentionLinesLayout,
        theme: &Theme,
        side: AttentionSide,
        (marked, before): (&[usize], Option<&[usize]>),
    ) -> Result<(), ChartError> {
        let labels = SideLabels {
            indices: 0..layout.tokens,
            step: label_step(NARROW, layout.row),
            family: Family::Mono,
            stand: match side {
                AttentionSide::Query => Stand::Aside,
                AttentionSide::Key => Stand::Behind,
            },
            room: &|index| {
                let place = layout.place(index, side);
                Rect::new(place.x, place.center().1 - NARROW / 2.0, place.width, NARROW)
            },
            text: &|index| Family::Mono.fit(&self.tokens[index], SIZE, layout.label),
        };
        labels.draw(pen, theme, marked, before)
    }

    fn draw_legend(
        &self,
        pen: &Pen<'_>,
        layout: &AttentionLinesLayout,
        frame: &Frame,
    ) -> Result<(), ChartError> {
        let labels = [(0.0, "0".to_owned()), (1.0, format_value(self.range()))];
        let color = |place: f64| self.color(&frame.theme, place as f32);
        let legend = Colorbar { labels: &labels, caption: "", color: &color, mark: None };
        let width = layout.plot.width.max(160.0).min(frame.width - layout.plot.x - 1.0);
        legend.draw(pen, &frame.theme, (layout.plot.x, layout.plot.bottom(), width))
    }
}

/// The links of one of `count` tokens in one column, `(query, key)`: none leads to a later token.
fn links(count: usize, token: usize, side: AttentionSide) -> Vec<(usize, usize)> {
    match side {
        AttentionSide::Query => (0..=token).map(|key| (token, key)).collect(),
        AttentionSide::Key => (token..count).map(|query| (query, token)).collect(),
    }
}
