use std::ops::Range;

use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Rect, Theme,
    measure::{Family, label_shown},
    pen::{Label, Pen},
};

/// A label's height, with the space that keeps it from its neighbours.
pub(crate) const LINE: f64 = 15.0;

/// The room that one of many labels needs across: on end, or in a row of a cell's height.
pub(crate) const NARROW: f64 = 13.0;

const SIZE: f64 = 11.0;

/// How a label stands in its room.
#[derive(Clone, Copy)]
pub(crate) enum Stand {
    /// Before its row: it ends at the right edge, halfway up.
    Aside,
    /// Behind its row: it begins at the left edge, halfway up.
    Behind,
    /// In the middle.
    Middle,
    /// On end: it reads upwards, and ends at the upper edge.
    Upright,
}

/// The room of the label below a column of cells that is `across` wide around `middle`: as wide, or, where the label stands
/// on end, `on_end` long.
pub(crate) fn below(middle: f64, top: f64, across: f64, on_end: Option<f64>) -> Rect {
    match on_end {
        Some(length) => Rect::new(middle - NARROW / 2.0, top, NARROW, length),
        None => Rect::new(middle - across / 2.0, top + (SIZE - LINE) / 2.0, across, LINE),
    }
}

/// The names along one side of a chart's cells.
pub(crate) struct SideLabels<'a> {
    /// Those in sight.
    pub(crate) indices: Range<usize>,
    /// Every how many labels one is shown, of those that are not marked.
    pub(crate) step: usize,
    pub(crate) family: Family,
    pub(crate) stand: Stand,
    /// Where a label is, and nothing else.
    pub(crate) room: &'a dyn Fn(usize) -> Rect,
    pub(crate) text: &'a dyn Fn(usize) -> String,
}

impl SideLabels<'_> {
    /// Draws them. The `marked` ones, the most important first, are bold and push their neighbours aside. Over a drawing
    /// in which others were marked `before`, only those that now look different are drawn.
    pub(crate) fn draw(
        &self,
        pen: &Pen<'_>,
        theme: &Theme,
        marked: &[usize],
        before: Option<&[usize]>,
    ) -> Result<(), ChartError> {
        // Not shown, or shown in bold or not.
        let look =
            |index, marked: &[usize]| label_shown(index, self.step, marked).then(|| marked.contains(&index));
        let is_changed =
            |&index: &usize| before.is_none_or(|before| look(index, before) != look(index, marked));
        let changed: Vec<usize> = self.indices.clone().filter(is_changed).collect();
        if before.is_some() {
            for &index in &changed {
                pen.fill((self.room)(index), theme.surface)?;
            }
        }
        for index in changed {
            let Some(bold) = look(index, marked) else { continue };
            let room = (self.room)(index);
            let (middle, halfway) = room.center();
            let ink = if bold { theme.ink } else { theme.muted };
            let label = Label::new(self.family, SIZE, ink).bold(bold);
            let (x, y, label) = match self.stand {
                Stand::Aside => (room.right(), halfway, label.at(HPos::Right)),
                Stand::Behind => (room.x, halfway, label),
                Stand::Middle => (middle, halfway, label.at(HPos::Center)),
                Stand::Upright => (middle, room.y, label.at(HPos::Right).upright(true)),
            };
            pen.text(&(self.text)(index), x, y, label)?;
        }
        Ok(())
    }
}
