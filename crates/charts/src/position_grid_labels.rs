use crate::{
    ChartError, PositionGrid, Rect, Theme,
    measure::{Family, label_step},
    pen::Pen,
    position_grid_layout::{GAP, PositionGridLayout, SIZE},
    side_labels::{LINE, NARROW, SideLabels, Stand, below},
};

/// Draws the names of a grid's rows and columns; for a hovered cell only those that look different with it.
pub(crate) fn draw_labels(
    pen: &Pen<'_>,
    spec: &PositionGrid<'_>,
    layout: &PositionGridLayout,
    theme: &Theme,
    hovered: Option<(usize, usize)>,
) -> Result<(), ChartError> {
    let (grid, (across, down)) = (layout.grid, layout.cell);
    let rows = SideLabels {
        indices: 0..spec.rows.len(),
        step: label_step(LINE, down),
        family: Family::Text,
        stand: Stand::Aside,
        room: &|index| {
            let middle = grid.y + (index as f64 + 0.5) * down;
            Rect::new(0.0, middle - LINE / 2.0, grid.x - GAP, LINE)
        },
        text: &|index| spec.rows[index].clone(),
    };
    let columns = SideLabels {
        indices: 0..spec.columns.len(),
        step: if layout.upright { label_step(NARROW, across) } else { 1 },
        family: Family::Mono,
        stand: if layout.upright { Stand::Upright } else { Stand::Middle },
        room: &|index| {
            let middle = grid.x + (index as f64 + 0.5) * across;
            below(middle, grid.bottom() + GAP, across, layout.upright.then_some(layout.label))
        },
        text: &|index| Family::Mono.fit(&spec.columns[index], SIZE, layout.label),
    };
    let Some((row, column)) = hovered else {
        rows.draw(pen, theme, spec.marked, None)?;
        return columns.draw(pen, theme, &[], None);
    };
    let marked: Vec<usize> = [row].into_iter().chain(spec.marked.iter().copied()).collect();
    rows.draw(pen, theme, &marked, Some(spec.marked))?;
    columns.draw(pen, theme, &[column], Some(&[]))
}
