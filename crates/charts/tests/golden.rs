//! Every chart on small fixed data, light and dark, compared with the SVG files in `golden/`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p peek-charts --test golden` rewrites the files; look at them before committing.

mod common;

use std::{env, fs, path::PathBuf};

use common::{Attention, Scores};
use peek_charts::{
    AttentionLines, AttentionSide, HeadBars, LensCurves, LensGrid, LensGridCell, LensGridLayout,
    LensQuantity, PositionGrid, Scatter, Theme, Thumbnail, Thumbnails, Waterfall, lens_point_labels, to_svg,
};
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
            whole: false,
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

#[test]
fn attention_lines() {
    let attention = Attention::of_sentence();
    let all = attention.lines();
    let of_one = AttentionLines { hovered: Some((9, AttentionSide::Query)), ..all.clone() };
    let kept = AttentionLines { kept: Some(4), stale: true, ..all.clone() };
    for (name, chart) in [("all", all), ("hovered", of_one), ("kept", kept)] {
        check(&format!("attention-lines-{name}"), |theme| {
            to_svg(360.0, chart.preferred_height(), theme, |a, f| chart.draw(a, f)).expect("drawn")
        });
    }
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
            whole: false,
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
            whole: false,
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
            whole: false,
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

#[test]
fn labelled_heads() {
    let scores = Scores::new(4, 8);
    let mut marks = vec![None; 32];
    (marks[3], marks[9], marks[26], marks[30]) = (Some('P'), Some('D'), Some('I'), Some('I'));
    check("head-grid-labelled", |theme| {
        let grid = peek_charts::HeadGrid { marks: &marks, ..scores.grid() };
        to_svg(420.0, grid.preferred_height(420.0), theme, |a, f| grid.draw(a, f)).expect("drawn")
    });
    check("head-grid-labelled-turned", |theme| {
        let grid = peek_charts::HeadGrid { marks: &marks, turned: true, ..scores.grid() };
        to_svg(420.0, grid.preferred_height(420.0), theme, |a, f| grid.draw(a, f)).expect("drawn")
    });
}

#[test]
fn lens_grid() {
    let depths: Vec<String> = lens_point_labels(6).into_iter().rev().collect();
    let tokens = Attention::of_length(30).tokens;
    let legend = [(0.0, "0 %".to_owned()), (1.0, "100 %".to_owned())];
    let cell = |row: usize, position: usize| {
        let share = 1.0 - (row as f32 * 0.13 + (position % 4) as f32 * 0.06);
        (row > 1 || position < 9).then(|| LensGridCell {
            text: if position % 5 == 4 { "·Prejudice".to_owned() } else { format!("·w{position}") },
            share: (position != 6).then_some(share.max(0.0)),
            is_followed: row == 0,
        })
    };
    check("lens-grid", |theme| {
        let grid = LensGrid {
            depths: &depths,
            tokens: &tokens,
            first: 4,
            cell: &cell,
            legend: &legend,
            caption: "probability of ·Jane",
            hovered: Some((1, 7)),
            stale: false,
        };
        let height = LensGridLayout::preferred_height(&depths, tokens.len(), 640.0);
        to_svg(640.0, height, theme, |a, f| grid.draw(a, f)).expect("drawn")
    });
}

#[test]
fn thumbnails() {
    let patterns: Vec<Attention> = (0..6).map(|n| Attention::of_length(8 + n)).collect();
    let tile = |i: usize| {
        let pattern = &patterns[i];
        let head = HeadId::new((i / 3) as u16, (i % 3) as u16);
        (i != 4).then(|| Thumbnail { head, size: pattern.tokens.len(), weights: &pattern.pattern })
    };
    let tiles: Vec<_> = (0..6).map(tile).collect();
    for (name, rows) in [("all", vec!["L0".to_owned(), "L1".to_owned()]), ("layer", Vec::new())] {
        check(&format!("thumbnails-{name}"), |theme| {
            let pinned = Some(HeadId::new(0, 1));
            let chart =
                Thumbnails { tiles: &tiles, columns: 3, rows: &rows, range: 1.0, pinned, stale: false };
            to_svg(300.0, chart.preferred_height(300.0), theme, |a, f| chart.draw(a, f)).expect("drawn")
        });
    }
}

#[test]
fn waterfall() {
    let parts =
        [("L3H2", 3.1), ("mlp 3", -1.2), ("embedding", 0.6), ("unembedding bias", -0.4), ("27 others", 1.9)]
            .map(|(name, value)| (name.to_owned(), value));
    check("waterfall", |theme| {
        let chart = Waterfall { parts: &parts, total: "sum", hovered: Some(1), stale: false };
        to_svg(420.0, chart.preferred_height(), theme, |a, f| chart.draw(a, f)).expect("drawn")
    });
}

#[test]
fn scatter() {
    let mut numbers = common::Numbers::new(5);
    let mut number = || (2.0 * numbers.share() - 1.0).powi(5);
    let mut points: Vec<_> = (0..32).map(|i| (HeadId::new(i / 8, i % 8), number(), number())).collect();
    points[9] = (HeadId::new(1, 1), f32::NAN, 0.0);
    check("scatter", |theme| {
        let chart = Scatter {
            points: &points,
            x_label: "patching effect (logits)",
            y_label: "direct effect (logits)",
            hovered: Some(HeadId::new(3, 0)),
            pinned: Some(HeadId::new(0, 0)),
            stale: false,
        };
        to_svg(360.0, chart.preferred_height(360.0), theme, |a, f| chart.draw(a, f)).expect("drawn")
    });
}
