//! What the page asks of a layout: what is under the pointer, and where is it drawn?

mod common;

use common::{Attention, Scores, head_bars};
use peek_charts::{
    AttentionLinesLayout, AttentionSide, Frame, HeadBarsLayout, HeadGridLayout, HeatmapLayout, LensCurves,
    LensCurvesLayout, LensGridLayout, LensQuantity, LensSeries, Scatter, ScatterLayout, Theme, Thumbnails,
    ThumbnailsLayout, Waterfall, WaterfallLayout, lens_point_labels,
};
use peek_names::HeadId;

const SIZES: [(usize, usize); 5] = [(4, 8), (12, 12), (24, 16), (6, 12), (1, 1)];
const WIDTHS: [f64; 5] = [320.0, 390.0, 512.5, 600.0, 700.0];
const SCALES: [f64; 4] = [1.0, 1.25, 2.0, 3.0];

fn frame(width: f64, height: f64, scale: f64) -> Frame {
    Frame::new(width, height, scale, Theme::light())
}

#[test]
fn every_cell_of_every_grid_is_found_by_its_middle_and_corners() {
    for (layers, heads) in SIZES {
        let scores = Scores::new(layers, heads);
        let grid = scores.grid();
        for (width, scale) in WIDTHS.into_iter().flat_map(|w| SCALES.map(|s| (w, s))) {
            let frame = frame(width, grid.preferred_height(width), scale);
            let layout = HeadGridLayout::new(&grid, &frame);
            for head in (0..layers as u16).flat_map(|l| (0..heads as u16).map(move |h| HeadId::new(l, h))) {
                let rect = layout.cell_rect(head);
                let (x, y) = rect.center();
                assert_eq!(layout.cell_at(x, y), Some(head));
                assert_eq!(layout.cell_at(rect.x + 0.01, rect.bottom() - 0.01), Some(head));
                assert!(
                    rect.x >= 0.0 && rect.right() <= width && rect.bottom() <= frame.height,
                    "{head} {rect:?}"
                );
            }
            let all = layout.grid();
            for (x, y) in
                [(all.x - 0.1, all.y + 1.0), (all.x + 1.0, all.bottom() + 0.1), (f64::NAN, all.y + 1.0)]
            {
                assert_eq!(layout.cell_at(x, y), None);
            }
        }
    }
}

#[test]
fn cells_can_be_hit_by_a_finger_wherever_there_is_room() {
    for (layers, heads) in SIZES {
        let scores = Scores::new(layers, heads);
        let grid = scores.grid();
        for width in WIDTHS {
            let frame = frame(width, grid.preferred_height(width), 1.0);
            let cell = HeadGridLayout::new(&grid, &frame).cell_rect(HeadId::new(0, 0));
            assert!(cell.height >= 24.0, "{layers}x{heads} at {width}: {cell:?}");
            // Sixteen heads need 384 px and the row labels.
            if heads <= 12 || width >= 420.0 {
                assert!(cell.width >= 24.0, "{layers}x{heads} at {width}: {cell:?}");
            }
        }
    }
}

#[test]
fn cells_are_whole_device_pixels() {
    let scores = Scores::new(12, 12);
    let grid = scores.grid();
    for scale in SCALES {
        let layout = HeadGridLayout::new(&grid, &frame(517.0, 431.0, scale));
        let cell = layout.cell_rect(HeadId::new(0, 0));
        for length in [cell.width * scale, cell.height * scale] {
            assert!((length - length.round()).abs() < 1e-9, "{length} at scale {scale}");
        }
    }
}

#[test]
fn a_row_of_the_bars_is_its_head() {
    let bars = Scores::new(12, 12).top();
    let chart = head_bars(&bars);
    let frame = frame(380.0, chart.preferred_height(380.0), 2.0);
    let layout = HeadBarsLayout::new(&chart, &frame);
    for bar in &bars {
        let rect = layout.row_rect(bar.head).expect("every bar has a row");
        let (x, y) = rect.center();
        assert_eq!(layout.row_at(x, y), Some(bar.head));
        assert_eq!(layout.row_at(1.0, rect.y), Some(bar.head));
    }
    assert_eq!(layout.row_at(10.0, 1.0), None, "the margin is no row");
    assert_eq!(layout.row_at(10.0, frame.height - 1.0), None);
    assert_eq!(layout.row_at(-1.0, 50.0), None);
    assert_eq!(layout.row_rect(HeadId::new(99, 99)), None);
}

#[test]
fn the_nearest_point_is_the_one_drawn_there() {
    let points = lens_point_labels(12);
    assert_eq!((points.len(), points[0].as_str(), points[12].as_str()), (13, "0_pre", "final"));
    let rising: Vec<f32> = (0..13).map(|i| i as f32).collect();
    let mut falling: Vec<f32> = (0..13).map(|i| 12.0 - i as f32).collect();
    falling[3] = f32::NAN;
    let series = [LensSeries { label: "a", values: &rising }, LensSeries { label: "b", values: &falling }];
    for quantity in [LensQuantity::Logit, LensQuantity::Rank] {
        let chart =
            LensCurves { title: "", quantity, points: &points, series: &series, hovered: None, stale: false };
        let layout = LensCurvesLayout::new(&chart, &frame(600.0, chart.preferred_height(600.0), 1.0));
        for (s, point) in (0..2).flat_map(|s| (0..13).map(move |p| (s, p))) {
            let Some((x, y)) = layout.place(s, point) else {
                assert_eq!((s, point), (1, 3), "only the undefined value has no place");
                continue;
            };
            let (found, at) = layout.nearest(x + 2.0, y).expect("inside the plot");
            // Where the curves cross, either is right.
            assert!(at == point && (found == s || layout.place(found, at) == Some((x, y))));
        }
        assert_eq!(layout.nearest(layout.x(3), layout.plot().bottom()), Some((0, 3)), "no value, no hit");
        assert_eq!(layout.nearest(layout.x(3), 0.0), None);
        assert_eq!(layout.nearest(f64::NAN, 100.0), None);
        assert_eq!(layout.place(7, 0), None);
    }
}

#[test]
fn higher_logits_and_better_ranks_are_drawn_higher() {
    let points = lens_point_labels(1);
    for (quantity, better, worse) in [
        (LensQuantity::Logit, 5.0, -1.0),
        (LensQuantity::Probability, 0.9, 0.1),
        (LensQuantity::Rank, 1.0, 500.0),
    ] {
        let values = [worse, better];
        let series = [LensSeries { label: "", values: &values }];
        let chart =
            LensCurves { title: "", quantity, points: &points, series: &series, hovered: None, stale: false };
        let layout = LensCurvesLayout::new(&chart, &frame(400.0, 300.0, 1.0));
        let (worse, better) = (layout.place(0, 0).expect("drawn"), layout.place(0, 1).expect("drawn"));
        assert!(better.1 < worse.1, "{quantity:?}");
    }
}

#[test]
fn attention_is_found_where_it_is_drawn_and_never_in_the_future() {
    for count in [1, 2, 7, 16, 64, 300, 1024] {
        let attention = Attention::of_length(count);
        let chart = attention.chart();
        for (width, scale) in [(320.0, 3.0), (420.0, 1.0), (640.0, 2.0)] {
            let frame = frame(width, chart.preferred_height(width), scale);
            let layout = HeatmapLayout::new(&chart, &frame);
            let plot = layout.plot();
            assert!(
                plot.right() <= width && plot.bottom() <= frame.height && plot.width > 0.0,
                "{count}: {plot:?}"
            );
            let last = count - 1;
            for (query, key) in [(0, 0), (last, 0), (last, last), (last, last / 2), (last / 2, last / 3)] {
                let (x, y) = layout.cell_rect(query, key).center();
                assert_eq!(layout.cell_at(x, y), Some((query, key)), "{count} tokens in {width}");
            }
            if count > 1 {
                let (x, y) = layout.cell_rect(0, last).center();
                assert_eq!(layout.cell_at(x, y), None, "a key after its query");
            }
            assert_eq!(layout.cell_at(plot.x - 0.5, plot.y + 1.0), None);
        }
    }
}

#[test]
fn a_token_of_the_lines_is_found_in_its_row_on_its_side() {
    for count in [1, 2, 16, 64, 300, 1024] {
        let attention = Attention::of_length(count);
        let chart = attention.lines();
        for (width, scale) in [(280.0, 3.0), (420.0, 1.0), (900.0, 2.0)] {
            let frame = frame(width, chart.preferred_height(), scale);
            let layout = AttentionLinesLayout::new(&chart, &frame);
            let plot = layout.plot();
            assert!(plot.width > 60.0 && plot.bottom() <= frame.height, "{count}: {plot:?}");
            for (token, side) in [0, count / 2, count - 1]
                .into_iter()
                .flat_map(|token| [AttentionSide::Query, AttentionSide::Key].map(|side| (token, side)))
            {
                let place = layout.place(token, side);
                assert!(place.x >= 0.0 && place.right() <= width, "{place:?} in {width}");
                let (x, y) = place.center();
                assert_eq!(layout.token_at(x, y), Some((token, side)), "{count} tokens in {width}");
                let near = if side == AttentionSide::Query { plot.x + 1.0 } else { plot.right() - 1.0 };
                assert_eq!(layout.token_at(near, y), Some((token, side)), "where its lines end");
            }
            assert_eq!(layout.token_at(plot.center().0, plot.y - 1.0), None);
            assert_eq!(layout.token_at(plot.center().0, plot.bottom() + 1.0), None);
            assert_eq!(layout.token_at(f64::NAN, f64::NAN), None);
        }
    }
}

#[test]
fn thumbnails_are_found_by_their_middle_and_fit_their_frame() {
    for ((layers, heads), width) in SIZES.into_iter().flat_map(|s| WIDTHS.map(|w| (s, w))) {
        let tiles = vec![None; layers * heads];
        let rows: Vec<String> = (0..layers).map(|l| format!("L{l}")).collect();
        let chart =
            Thumbnails { tiles: &tiles, columns: heads, rows: &rows, range: 1.0, pinned: None, stale: false };
        let frame = frame(width, chart.preferred_height(width), 2.0);
        let layout = ThumbnailsLayout::new(&chart, &frame);
        for place in 0..tiles.len() {
            let rect = layout.tile_rect(place);
            assert_eq!(layout.tile_at(rect.center().0, rect.center().1), Some(place));
            assert!(rect.right() <= width && rect.bottom() <= frame.height, "{place}: {rect:?}");
        }
        assert_eq!(layout.tile_at(layout.grid().right() + 1.0, layout.grid().y + 1.0), None);
    }
}

#[test]
fn a_long_prompts_lens_is_seen_a_window_at_a_time() {
    let depths: Vec<String> = lens_point_labels(12);
    for (width, tokens) in WIDTHS.into_iter().flat_map(|w| [1, 8, 200].map(|t| (w, t))) {
        let height = LensGridLayout::preferred_height(&depths, tokens, width);
        let layout = LensGridLayout::new(&depths, tokens, &frame(width, height, 2.0));
        assert!(layout.seen >= 1 && layout.seen <= tokens);
        let last = layout.clamped(usize::MAX);
        assert_eq!(last, tokens - layout.seen, "the last window is full");
        let cell = layout.cell_rect(12, tokens - 1, last).expect("in sight");
        assert!(
            cell.right() <= width && cell.bottom() <= height && cell.width >= 40.0,
            "{cell:?} at {width}"
        );
        assert_eq!(layout.cell_rect(12, tokens, last), None);
        assert_eq!(layout.cell_rect(0, last + layout.seen, last), None);
        assert!(layout.scroller().bottom() <= height);
    }
}

#[test]
fn a_part_is_found_by_its_row_and_a_head_by_its_point() {
    let parts: Vec<_> = (0..5).map(|i| (format!("part {i}"), i as f32 - 2.0)).collect();
    let chart = Waterfall { parts: &parts, total: "sum", hovered: None, stale: false };
    let layout = WaterfallLayout::new(&chart, &frame(300.0, chart.preferred_height(), 1.0));
    for row in 0..6 {
        let (x, y) = layout.row_rect(row).center();
        assert_eq!(layout.row_at(x, y), Some(row));
    }
    assert_eq!(layout.row_at(10.0, chart.preferred_height()), None);

    let points =
        [(HeadId::new(0, 0), 1.0, 2.0), (HeadId::new(0, 1), -1.0, f32::NAN), (HeadId::new(0, 2), 0.0, 0.0)];
    let chart =
        Scatter { points: &points, x_label: "x", y_label: "y", hovered: None, pinned: None, stale: false };
    let layout = ScatterLayout::new(&chart, &frame(300.0, 300.0, 1.0));
    let (x, y) = layout.place(HeadId::new(0, 0)).expect("it has a point");
    assert_eq!(layout.nearest(x + 3.0, y - 3.0), Some(HeadId::new(0, 0)));
    assert_eq!(layout.nearest(x + 40.0, y), None);
    assert_eq!(layout.place(HeadId::new(0, 1)), None, "it has no direct effect");
}
