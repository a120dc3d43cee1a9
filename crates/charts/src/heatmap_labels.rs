use crate::{
    ChartError, Frame, Heatmap, Rect,
    heatmap_layout::{GAP, HeatmapLayout, SIZE, label_width},
    measure::{Family, label_step},
    pen::Pen,
    side_labels::{NARROW, SideLabels, Stand, below},
};

/// Draws a heatmap's tokens beside its queries and below its keys; for a hovered cell only those that look different with
/// it.
pub(crate) fn draw_labels(
    pen: &Pen<'_>,
    spec: &Heatmap<'_>,
    layout: &HeatmapLayout,
    frame: &Frame,
    hovered: Option<(usize, usize)>,
) -> Result<(), ChartError> {
    let (plot, cell) = (layout.plot, layout.cell);
    let width = label_width(spec.tokens, frame.width);
    let step = label_step(NARROW, cell);
    let middle = |index: usize| (index as f64 + 0.5) * cell;
    let queries = SideLabels {
        indices: 0..spec.tokens.len(),
        step,
        family: Family::Mono,
        stand: Stand::Aside,
        room: &|index| Rect::new(0.0, plot.y + middle(index) - NARROW / 2.0, plot.x - GAP, NARROW),
        text: &|index| Family::Mono.fit(&spec.tokens[index], SIZE, width),
    };
    let keys = SideLabels {
        step: if layout.upright { step } else { 1 },
        stand: if layout.upright { Stand::Upright } else { Stand::Middle },
        room: &|index| {
            below(plot.x + middle(index), plot.bottom() + GAP, cell, layout.upright.then_some(width))
        },
        indices: queries.indices.clone(),
        ..queries
    };
    let (query, key) = hovered.unzip();
    let before: Option<&[usize]> = hovered.map(|_| &[][..]);
    queries.draw(pen, &frame.theme, query.as_slice(), before)?;
    keys.draw(pen, &frame.theme, key.as_slice(), before)
}
