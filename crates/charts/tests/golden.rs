//! Every chart on small fixed data, light and dark, compared with the SVG files in `golden/`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p peek-charts --test golden` rewrites the files; look at them before committing.

mod common;

use std::{env, fs, path::PathBuf};

use common::{Attention, Scores};
use peek_charts::{HeadBars, LensCurves, LensQuantity, Theme, lens_point_labels, to_svg};
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
