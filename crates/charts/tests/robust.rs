//! Odd data and odd frames: nothing panics, nothing is drawn outside, and documents stay well-formed.

mod common;

use common::{Attention, Scores, head_bars};
use peek_charts::{
    AttentionLines, AttentionSide, ChartError, Frame, HeadBar, HeadBars, HeadGrid, Heatmap, LensCurves,
    LensQuantity, LensSeries, PositionGrid, Theme, lens_point_labels, to_svg,
};
use peek_names::HeadId;

const ODD: [f32; 8] =
    [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 0.0, -0.0, f32::MIN_POSITIVE];

/// Every chart with odd numbers in it and marks in impossible places, in a frame of this size.
fn draw_all_odd(width: f64, height: f64) -> Vec<String> {
    let deltas: Vec<_> = ODD.into_iter().map(Some).chain([None]).collect();
    let outside = Some(HeadId::new(40, 2));
    let grid = HeadGrid {
        layers: 3,
        heads: 3,
        deltas: &deltas,
        range: Some(f32::NAN),
        turned: false,
        whole: false,
        caption: "a & b",
        hovered: outside,
        pinned: Some(HeadId::new(0, 0)),
        marks: &[],
        stale: true,
    };
    let bars: Vec<_> =
        ODD.into_iter().zip(0..).map(|(delta, h)| HeadBar { head: HeadId::new(0, h), delta }).collect();
    let bars = HeadBars {
        bars: &bars,
        range: Some(0.0),
        turned: false,
        whole: false,
        hovered: outside,
        pinned: None,
        stale: false,
    };
    let points = lens_point_labels(ODD.len() - 1);
    let series = [LensSeries { label: "<odd> & \"quoted\"", values: &ODD }];
    let tokens = ["<s>", "a&b", "\u{0}\u{1b}\u{ffff}"].map(str::to_owned);
    let pattern: Vec<f32> = ODD.into_iter().chain([f32::NAN]).collect();
    let heatmap = Heatmap {
        tokens: &tokens,
        pattern: &pattern,
        range: Some(-1.0),
        hovered: Some((0, 2)),
        stale: false,
    };
    let lines = AttentionLines {
        tokens: &tokens,
        pattern: &pattern,
        range: Some(f32::INFINITY),
        hovered: Some((1, AttentionSide::Key)),
        lit: Some(80),
        kept: Some(70),
        stale: false,
    };
    let positions = PositionGrid {
        rows: &tokens[..1],
        columns: &tokens,
        values: &deltas[..3],
        range: Some(f32::NAN),
        turned: true,
        whole: false,
        caption: "a & b",
        legend: true,
        hovered: Some((9, 9)),
        marked: &[0, 40],
        stale: true,
    };
    let theme = Theme::dark;
    let mut drawn = vec![
        to_svg(width, height, theme(), |a, f| grid.draw(a, f)),
        to_svg(width, height, theme(), |a, f| bars.draw(a, f)),
        to_svg(width, height, theme(), |a, f| heatmap.draw(a, f)),
        to_svg(width, height, theme(), |a, f| positions.draw(a, f)),
        to_svg(width, height, theme(), |a, f| lines.draw(a, f)),
    ];
    for quantity in [LensQuantity::Logit, LensQuantity::Probability, LensQuantity::Rank] {
        let hovered = Some((5, 70));
        let chart =
            LensCurves { title: "<odd>", quantity, points: &points, series: &series, hovered, stale: true };
        drawn.push(to_svg(width, height, theme(), |a, f| chart.draw(a, f)));
    }
    drawn.into_iter().map(|svg| svg.expect("odd data is no error")).collect()
}

#[test]
fn odd_numbers_are_drawn_as_undefined_in_frames_of_any_size() {
    for (width, height) in [(1.0, 1.0), (30.0, 400.0), (400.0, 12.0), (480.0, 320.0), (4000.0, 3000.0)] {
        for svg in draw_all_odd(width, height) {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{width} x {height}");
        }
    }
    assert!(draw_all_odd(480.0, 320.0)[1].contains("undefined"));
}

#[test]
fn labels_cannot_break_the_document() {
    for svg in draw_all_odd(480.0, 320.0) {
        assert_well_formed(&svg);
    }
    let all = draw_all_odd(480.0, 320.0).concat();
    for escaped in ["&lt;s&gt;", "a&amp;b", "a &amp; b", "&lt;odd&gt; &amp; &quot;quoted&quot;"] {
        assert!(all.contains(escaped), "{escaped}");
    }
}

/// Tags are balanced, `&` only begins an entity, and every character is one that XML allows.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "{text}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.trim_matches('/').split(' ').next().expect("split gives one piece");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for rest in svg.split('&').skip(1) {
        assert!(["lt;", "gt;", "amp;", "quot;", "apos;"].iter().any(|e| rest.starts_with(e)), "{rest:.20}");
    }
    assert!(svg.chars().all(|c| c == '\n' || (c >= ' ' && c != '\u{ffff}' && c != '\u{fffe}')));
}

#[test]
fn empty_charts_are_drawn_empty() {
    let grid = Scores { layers: 0, heads: 0, deltas: Vec::new() };
    let none = Attention { tokens: Vec::new(), pattern: Vec::new() };
    let bars = head_bars(&[]);
    let curves = LensCurves {
        title: "logit",
        quantity: LensQuantity::Logit,
        points: &[],
        series: &[],
        hovered: Some((0, 0)),
        stale: false,
    };
    let (grid, lines, none) = (grid.grid(), none.lines(), none.chart());
    for height in [grid.preferred_height(400.0), none.preferred_height(400.0), bars.preferred_height(400.0)] {
        assert!(height > 0.0);
    }
    for drawn in [
        to_svg(400.0, 200.0, Theme::light(), |a, f| grid.draw(a, f)),
        to_svg(400.0, 200.0, Theme::light(), |a, f| none.draw(a, f)),
        to_svg(400.0, 200.0, Theme::light(), |a, f| lines.draw(a, f)),
        to_svg(400.0, 200.0, Theme::light(), |a, f| bars.draw(a, f)),
        to_svg(400.0, 200.0, Theme::light(), |a, f| curves.draw(a, f)),
    ] {
        assert_well_formed(&drawn.expect("an empty chart is no error"));
    }
}

#[test]
fn numbers_that_do_not_fit_their_labels_are_refused() {
    let scores = Scores::new(2, 3);
    let mut grid = scores.grid();
    grid.heads = 4;
    let error =
        to_svg(400.0, 200.0, Theme::light(), |a, f| grid.draw(a, f)).expect_err("six deltas are not eight");
    assert_eq!(error, ChartError::Shape { chart: "head grid", expected: 8, found: 6 });
    let attention = Attention::of_length(3);
    let chart = Heatmap { tokens: &attention.tokens[..2], ..attention.chart() };
    assert!(to_svg(400.0, 200.0, Theme::light(), |a, f| chart.draw(a, f)).is_err());
    let chart = AttentionLines { tokens: &attention.tokens[..2], ..attention.lines() };
    assert!(to_svg(400.0, 200.0, Theme::light(), |a, f| chart.draw(a, f)).is_err());
}

#[test]
fn a_frame_without_an_area_is_refused_with_a_hint() {
    let scores = Scores::new(2, 3);
    let grid = scores.grid();
    for (width, height) in [(0.0, 100.0), (100.0, -5.0), (f64::NAN, 100.0), (f64::INFINITY, 1.0), (1e9, 1e9)]
    {
        let error = to_svg(width, height, Theme::light(), |a, f| grid.draw(a, f)).expect_err("no area");
        assert!(error.to_string().contains("size the canvas"), "{error}");
    }
}

#[test]
fn a_full_context_is_drawn_with_a_bounded_number_of_shapes() {
    let attention = Attention::of_length(1024);
    let drawn = to_svg(600.0, 660.0, Theme::light(), |a, f| attention.chart().draw(a, f)).expect("drawn");
    let shapes = drawn.lines().filter(|l| l.starts_with("<rect")).count();
    // Noise is the worst case: half of 240 x 240 parts, their border, the legend.
    assert!(shapes < 30_000, "{shapes}");
    let mut sparse = Attention::of_length(1024);
    sparse.pattern.fill(0.0);
    sparse.pattern[1000 * 1024 + 500] = 1.0;
    let drawn = to_svg(600.0, 660.0, Theme::dark(), |a, f| sparse.chart().draw(a, f)).expect("drawn");
    assert!(drawn.lines().filter(|l| l.starts_with("<rect")).count() < 1_500);
    // Viridis' last colour: twice in the legend's neighbourhood at most, once for the lone link.
    let (link, legend) = drawn
        .lines()
        .filter(|l| l.contains("#FDE725"))
        .partition::<Vec<_>, _>(|l| l.contains("y=\"") && !l.contains("width=\"1\""));
    assert_eq!(link.len(), 1, "the one strong link is drawn: {legend:?}");
}

#[test]
fn density_scales_everything_alike() {
    use plotters::prelude::{IntoDrawingArea, SVGBackend};
    let bars = Scores::new(4, 8).top();
    let chart = head_bars(&bars);
    let sizes = |scale: f64| -> Vec<f64> {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, ((300.0 * scale) as u32, (250.0 * scale) as u32));
            let area = area.into_drawing_area();
            chart.draw(&area, &Frame::new(300.0, 250.0, scale, Theme::light())).expect("drawn");
            area.present().expect("a string takes everything");
        }
        let read = |line: &str| line.split("font-size=\"").nth(1)?.split('"').next()?.parse().ok();
        svg.lines().filter_map(read).collect()
    };
    let (once, twice) = (sizes(1.0), sizes(2.0));
    assert_eq!(once.len(), 20, "ten names, ten values");
    assert!(once.iter().zip(&twice).all(|(a, b)| (2.0 * a - b).abs() < 1e-9));
}
