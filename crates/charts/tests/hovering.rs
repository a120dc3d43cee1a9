//! What the pointer adds to a chart is drawn on its own, and costs the same however large the chart is.

mod common;

use common::Scores;
use peek_charts::{HeadGrid, Theme, to_svg};
use peek_names::HeadId;

fn elements(grid: &HeadGrid<'_>, whole: bool) -> usize {
    let svg = to_svg(560.0, grid.preferred_height(560.0), Theme::light(), |surface, frame| {
        if whole { grid.draw(surface, frame) } else { grid.draw_hovered(surface, frame) }
    });
    svg.expect("drawn").matches("\n<").count()
}

#[test]
fn the_layer_of_a_hovered_head_is_a_few_strokes() {
    for (layers, heads) in [(4, 8), (24, 16), (48, 25)] {
        let scores = Scores::new(layers, heads);
        let still = scores.grid();
        let hovered =
            HeadGrid { hovered: Some(HeadId::new(2, 5)), pinned: Some(HeadId::new(1, 1)), ..still.clone() };
        let layer = elements(&hovered, false) - elements(&still, false);
        assert!((10..40).contains(&layer), "{layer} elements for {layers} x {heads}");
        let whole = elements(&HeadGrid { hovered: None, ..hovered.clone() }, true);
        assert!(whole > layers * heads, "the cells are drawn once, without it");
        assert_eq!(elements(&hovered, true), whole + layer, "the whole is the drawing and the layer over it");
    }
}

#[test]
fn without_a_head_of_the_grid_there_is_nothing_on_the_layer() {
    let scores = Scores::new(3, 3);
    let empty = elements(&scores.grid(), false);
    let outside = HeadGrid { hovered: Some(HeadId::new(3, 0)), ..scores.grid() };
    assert_eq!(elements(&outside, false), empty);
    let inside = HeadGrid { hovered: Some(HeadId::new(2, 0)), ..scores.grid() };
    assert!(elements(&inside, false) > empty);
}
