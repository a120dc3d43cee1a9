//! What the pointer adds to a chart is drawn on its own, and costs the same however large the chart is.

mod common;

use common::{Attention, Scores};
use peek_charts::{AttentionLines, AttentionSide, HeadGrid, Theme, to_svg};
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

/// The strokes of lines, without the shapes of labels and the legend.
fn strokes(chart: &AttentionLines<'_>, whole: bool) -> usize {
    let svg = to_svg(400.0, chart.preferred_height(), Theme::light(), |surface, frame| {
        if whole { chart.draw(surface, frame) } else { chart.draw_hovered(surface, frame) }
    });
    svg.expect("drawn").matches("<polyline").count()
}

#[test]
fn a_hovered_token_has_its_own_lines_alone() {
    let mut attention = Attention::of_length(5);
    attention.pattern.fill(0.0);
    // Token 3 reads two others; tokens 2 to 4 read token 1, one of them too weakly to be seen.
    for (query, key, weight) in [(3, 0, 0.6), (3, 1, 0.4), (2, 1, 1.0), (4, 1, 0.001), (4, 4, 0.999)] {
        attention.pattern[query * 5 + key] = weight;
    }
    let all = attention.lines();
    assert_eq!(strokes(&all, true), 4);
    assert_eq!(strokes(&all, false), 0, "none is hovered");
    for (token, side, lines) in [
        (3, AttentionSide::Query, 2),
        (3, AttentionSide::Key, 0),
        (1, AttentionSide::Key, 2),
        (1, AttentionSide::Query, 0),
        (9, AttentionSide::Key, 0),
    ] {
        let hovered = AttentionLines { hovered: Some((token, side)), ..all.clone() };
        assert_eq!(strokes(&hovered, false), lines, "{token} {side:?}");
    }
    let lit = AttentionLines { lit: Some(4), kept: Some(1), ..all.clone() };
    assert_eq!(strokes(&lit, false), 1, "its own in both columns, over those that are kept");
    assert_eq!(
        strokes(
            &AttentionLines { lit: Some(1), hovered: Some((3, AttentionSide::Query)), ..all.clone() },
            false
        ),
        2
    );
    assert_eq!(strokes(&AttentionLines { kept: Some(1), ..all.clone() }, true), 2, "what reads it");
    assert_eq!(strokes(&AttentionLines { kept: Some(4), ..all.clone() }, true), 1, "itself, once");
    assert_eq!(strokes(&AttentionLines { kept: Some(7), ..all.clone() }, true), 4, "no such token");
}

#[test]
fn the_strongest_lines_of_too_many_are_drawn_and_lie_on_top() {
    let mut attention = Attention::of_length(200);
    attention.pattern.fill(0.2);
    attention.pattern[150 * 200 + 20] = 1.0;
    let chart = attention.lines();
    let svg = to_svg(400.0, chart.preferred_height(), Theme::dark(), |a, f| chart.draw(a, f)).expect("drawn");
    let lines: Vec<_> = svg.lines().filter(|line| line.starts_with("<polyline")).collect();
    assert_eq!(lines.len(), 1500);
    // Viridis' last colour.
    assert!(lines.last().is_some_and(|line| line.contains("#FDE725")), "{:?}", lines.last());
    assert_eq!(lines.iter().filter(|line| line.contains("#FDE725")).count(), 1);
}
