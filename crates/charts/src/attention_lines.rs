use plotters::style::text_anchor::HPos;

use crate::{
    AttentionLinesLayout, ChartError, Frame, Rect, Rgb, Surface, Theme,
    attention_lines_layout::{HEADINGS, preferred_height},
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

/// Where all tokens' links are drawn, those above 3 in 100 of the strongest.
const ALL: Strokes = Strokes { weakest: 8, thin: 0.8, grows: 3.0 };
/// A single token's have room: those above 1 in 100 of the strongest.
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
    /// A token that is pointed at elsewhere: its lines in both columns are drawn alone while none is hovered.
    pub lit: Option<usize>,
    /// A token whose lines, in both columns, are drawn alone while none is hovered and none is lit.
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
        pen.text(HEADINGS.0, layout.label, 10.0, heading.at(HPos::Right))?;
        pen.text(HEADINGS.1, layout.place(0, AttentionSide::Key).x, 10.0, heading)?;
        match kept {
            None => {
                let mut all = (0..layout.tokens).flat_map(|query| (0..=query).map(move |key| (query, key)));
                self.draw_lines(&pen, &layout, theme, &mut all, ALL)?;
            }
            Some(token) => {
                let mut both = both(layout.tokens, token).into_iter();
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

    /// Draws the hovered or the lit token's lines alone, in place of those of a drawing of this chart with none. Nothing where
    /// there is no such token.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let count = self.tokens.len();
        let hovered = self.hovered.filter(|(token, _)| *token < count);
        let (own, marks) = match (hovered, self.lit.filter(|token| *token < count)) {
            (Some((token, AttentionSide::Query)), _) => {
                let side = AttentionSide::Query;
                (links(count, token, side), [Some(token), self.strongest(token, side)])
            }
            (Some((token, AttentionSide::Key)), _) => {
                let side = AttentionSide::Key;
                (links(count, token, side), [self.strongest(token, side), Some(token)])
            }
            (None, Some(token)) => (both(count, token), [Some(token); 2]),
            (None, None) => return Ok(()),
        };
        let pen = Pen::over(surface, frame)?;
        let layout = AttentionLinesLayout::new(self, frame);
        // Lines end as thick as they are: at the edges they reach beyond the plot a little.
        let reach = (ONE.thin + ONE.grows) / 2.0 + 1.0;
        pen.fill(layout.plot.grow(reach), frame.theme.surface)?;
        self.draw_lines(&pen, &layout, &frame.theme, &mut own.into_iter(), ONE)?;
        let kept = self.kept();
        for (side, marked) in [AttentionSide::Query, AttentionSide::Key].into_iter().zip(marks) {
            let marks = (marked.as_slice(), Some(kept.as_slice()));
            self.draw_names(&pen, &layout, &frame.theme, side, marks)?;
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
        let color = sequential(seen(share, theme), theme);
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

/// Where on the map a share's line has its colour. The map begins close to the surface, where a thin line would not be
/// seen: it begins later here, and so does its legend.
fn seen(share: f32, theme: &Theme) -> f32 {
    let begin = if theme.dark { 0.35 } else { 0.53 };
    begin + (1.0 - begin) * share
}

/// The links of one of `count` tokens in both columns; that to itself once.
fn both(count: usize, token: usize) -> Vec<(usize, usize)> {
    let mut both = links(count, token, AttentionSide::Query);
    both.extend(links(count, token, AttentionSide::Key).into_iter().skip(1));
    both
}

/// The links of one of `count` tokens in one column, `(query, key)`: none leads to a later token.
fn links(count: usize, token: usize, side: AttentionSide) -> Vec<(usize, usize)> {
    match side {
        AttentionSide::Query => (0..=token).map(|key| (token, key)).collect(),
        AttentionSide::Key => (token..count).map(|query| (query, token)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::contrast;

    #[test]
    fn the_weakest_line_that_is_drawn_can_be_seen() {
        for theme in [Theme::light(), Theme::dark()] {
            for step in u16::from(ONE.weakest)..=255 {
                let color = sequential(seen(f32::from(step) / STEPS, &theme), &theme);
                let ratio = contrast(color, theme.surface);
                assert!(ratio >= 3.0, "{ratio} at {step}, dark: {}", theme.dark);
            }
        }
    }
}
