//! Every chart on small fixed data, light and dark, compared with the SVG files in `golden/`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p peek-charts --test golden` rewrites the files; look at them before committing.

mod common;

use std::{env, fs, path::PathBuf};

use common::{Attention, Scores};
use peek_charts::{HeadBars, LensCurves, LensQuantity, PositionGrid, Theme, lens_point_labels, to_svg};
use peek_names::HeadId;

fn check(name: &str, draw: impl Fn(Theme) -> String) {
    for (suffix, theme) in [("light", Theme::light()), ("dark", Theme::dark())] {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}-{suffix}.svg"));
        let drawn = draw(theme);
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &drawn).expect("the golden folder can be written");
            continue;
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        // Line by line: the first difference says more than two documents.
        for (line, (new, old)) in drawn.lines().zip(kept.lines()).enumerate() {
            assert_eq!(new, old, "{name}-{suffix}.svg, line {}; UPDATE_GOLDEN=1 if this is meant", line + 1);
        }
        let (new, old) = (drawn.lines().count(), kept.lines().count());
        assert_eq!(
            new, old,
            "{name}-{suffix}.svg has another number of elements; UPDATE_GOLDEN=1 if this is meant"
        );
    }
}

#[test]
fn head_grid() {
    let mut scores = Scores::new(4, 8);
    scores.deltas[5] = Some(f32::NAN);
    scores.deltas[28..].fill(None);
    check("head-grid", |theme| {
        let mut grid = scores.grid();
        grid.pinned = Some(HeadId::new(3, 2));
        grid.hovered = Some(HeadId::new(1, 6));
        to_svg(560.0, grid.preferred_height(560.0), theme, |a, f| grid.draw(a, f)).expect("drawn")
    });
}

#[test]
fn head_bars() {
    let bars = Scores::new(4, 8).top();
    check("head-bars", |theme| {
        let bars = HeadBars {
            bars: &bars,
            range: None,
            turned: false,
            hovered: Some(bars[4].head),
            pinned: Some(bars[0].head),
            stale: false,
        };
        to_svg(420.0, bars.preferred_height(420.0), theme, |a, f| bars.draw(a, f)).expect("drawn")
    });
}

#[test]
fn lens_curves() {
    let points = lens_point_labels(12);
    let curves = common::curves(points.len());
    let series = common::series(&curves);
    let cases = [
        ("logit", LensQuantity::Logit, None),
        ("probability", LensQuantity::Probability, Some((1, 9))),
        ("rank", LensQuantity::Rank, None),
    ];
    for (name, quantity, hovered) in cases {
        let moved: Vec<Vec<f32>> = curves.iter().map(|c| common::as_quantity(&c.1, quantity)).collect();
        let series: Vec<_> =
            series.iter().zip(&moved).map(|(s, values)| peek_charts::LensSeries { values, ..*s }).collect();
        check(&format!("lens-{name}"), |theme| {
            let chart =
                LensCurves { title: name, quantity, points: &points, series: &series, hovered, stale: false };
            to_svg(640.0, chart.preferred_height(640.0), theme, |a, f| chart.draw(a, f)).expect("drawn")
        });
    }
}

#[test]
fn heatmap() {
    let attention = Attention::of_sentence();
    check("heatmap", |theme| {
        let mut chart = attention.chart();
        chart.hovered = Some((9, 4));
        to_svg(420.0, chart.preferred_height(420.0), theme, |a, f| chart.draw(a, f)).expect("drawn")
    });
}

/// Scores by position: zero before the first difference, then a few strong ones; undefined where a token meets none.
fn by_position(layers: usize, columns: usize) -> Vec<Option<f32>> {
    let scores = Scores::new(layers, columns);
    let mut values = scores.deltas;
    for row in 0..layers {
        values[row * columns..row * columns + 3].fill(Some(0.0));
        values[row * columns + 7] = Some(f32::NAN);
    }
    values
}

#[test]
fn position_grid() {
    let tokens = Attention::of_sentence().tokens;
    let rows: Vec<String> = (0..4).map(|layer| format!("L{layer}")).collect();
    let mut values = by_position(rows.len(), tokens.len());
    values[3 * tokens.len()..].fill(None);
    check("position-grid", |theme| {
        let chart = PositionGrid {
            rows: &rows,
            columns: &tokens,
            values: &values,
            range: None,
            turned: false,
            caption: "logits",
            legend: true,
            hovered: Some((2, 8)),
            marked: &[1],
            stale: false,
        };
        to_svg(640.0, chart.preferred_height(640.0), theme, |a, f| chart.draw(a, f)).expect("drawn")
    });
}

#[test]
fn position_row() {
    let tokens = Attention::of_sentence().tokens;
    let values = by_position(1, tokens.len());
    check("position-row", |theme| {
        let chart = PositionGrid {
            rows: &["L3H2".to_owned()],
            columns: &tokens,
            values: &values,
            range: Some(1.5),
            turned: true,
            caption: "",
            legend: false,
            hovered: None,
            marked: &[],
            stale: false,
        };
        to_svg(560.0, chart.preferred_height(560.0), theme, |a, f| chart.draw(a, f)).expect("drawn")
    });
}

#[test]
fn layer_column() {
    let rows: Vec<String> = (0..4).map(|layer| format!("L{layer}")).collect();
    let values = [Some(0.2), Some(-0.9), Some(1.4), None];
    check("layer-column", |theme| {
        let chart = PositionGrid {
            rows: &rows,
            columns: &["last".to_owned()],
            values: &values,
            range: None,
            turned: false,
            caption: "logits",
            legend: true,
            hovered: None,
            marked: &[],
            stale: false,
        };
        to_svg(420.0, chart.preferred_height(420.0), theme, |a, f| chart.draw(a, f)).expect("drawn")
    });
}

#[test]
fn a_turned_grid_has_the_other_colours_and_the_same_numbers() {
    let scores = Scores::new(3, 4);
    let drawn = |turned: bool, negate: bool| {
        let mut grid = scores.grid();
        let negated: Vec<_> = scores.deltas.iter().map(|delta| delta.map(|d| -d)).collect();
        grid.turned = turned;
        if negate {
            grid.deltas = &negated;
        }
        to_svg(560.0, 300.0, Theme::light(), |a, f| grid.draw(a, f)).expect("drawn")
    };
    let fills = |svg: &str| -> Vec<String> {
        svg.lines().filter(|line| line.contains("<rect")).map(str::to_owned).collect()
    };
    assert_ne!(fills(&drawn(true, false)), fills(&drawn(false, false)));
    // Twice turned is the same: the cells, that is, for the legend's bar runs the other way.
    let cells = |svg: String| fills(&svg).into_iter().take(12).collect::<Vec<_>>();
    assert_eq!(cells(drawn(true, true)), cells(drawn(false, false)));
}
