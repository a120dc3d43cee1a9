use peek_names::HeadId;

use crate::{
    ChartError, Rect, Theme,
    head_grid_layout::{HeadGridLayout, SIZE, TOP},
    measure::{Family, label_step},
    pen::Pen,
    side_labels::{LINE, SideLabels, Stand},
};

/// The space between a row label and its row.
const ASIDE: f64 = 6.0;
/// How far above the grid the middle of the column labels is.
const ABOVE: f64 = 11.0;

/// Draws the names of a head grid's rows and columns. Those of `marked` heads, the most important first, are bold and
/// push their neighbours aside. Over a drawing in which others were marked `before`, only those that now look different
/// are drawn.
pub(crate) fn draw_labels(
    pen: &Pen<'_>,
    layout: &HeadGridLayout,
    theme: &Theme,
    marked: &[HeadId],
    before: Option<&[HeadId]>,
) -> Result<(), ChartError> {
    let last = layout.heads.saturating_sub(1);
    let widest = Family::Text.width(&format!("H{last}"), SIZE) + 4.0;
    let sides = [
        (true, layout.layers, label_step(LINE, layout.cell.1)),
        (false, layout.heads, label_step(widest, layout.cell.0)),
    ];
    for (is_row, count, step) in sides {
        let indices = |heads: &[HeadId]| -> Vec<usize> {
            heads.iter().map(|head| if is_row { head.layer.index() } else { head.head_index() }).collect()
        };
        let name = |index: usize| format!("{}{index}", if is_row { 'L' } else { 'H' });
        let labels = SideLabels {
            indices: 0..count,
            step,
            family: Family::Text,
            stand: if is_row { Stand::Aside } else { Stand::Middle },
            room: &|index| place(layout, is_row, index, &name(index)),
            text: &name,
        };
        labels.draw(pen, theme, &indices(marked), before.map(indices).as_deref())?;
    }
    Ok(())
}

/// The room of a label.
fn place(layout: &HeadGridLayout, is_row: bool, index: usize, name: &str) -> Rect {
    let (grid, (across, down)) = (layout.grid, layout.cell);
    let width = Family::Text.width(name, SIZE);
    let along = index as f64 + 0.5;
    if is_row {
        Rect::new(grid.x - ASIDE - width, grid.y + along * down - LINE / 2.0, width, LINE)
    } else {
        Rect::new(grid.x + along * across - width / 2.0, TOP - ABOVE - LINE / 2.0, width, LINE)
    }
}
