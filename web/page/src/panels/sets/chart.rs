//! The chart of a set's means: heads, positions or depths, as what was measured has them.

use std::rc::Rc;

use peek_app::{CellSummary, SetPositions, SetResult, State, delta, head_at};
use peek_charts::LensQuantity;
use peek_protocol::SetAnalysis;
use yew::prelude::*;

use crate::{
    chart::{
        Canvas, Drawing, GridPicture, LensPicture, PositionPicture, Screen, Spot, Tip, head_spot, spot_head,
    },
    parts::ExportMenu,
};

/// Heads of which every position is shown.
const MOST_HEADS: usize = 12;

/// The chart with its menu.
pub(super) fn chart(
    state: &Rc<State>,
    (shown, stale): (&SetResult, bool),
    hovered: UseStateHandle<Option<Spot>>,
) -> Html {
    let turned = shown.is_turned();
    let places = shown.by_position(MOST_HEADS);
    let over = *hovered;
    let (name, still, picture, tip, label) = if shown.is_of_heads() {
        let picture = GridPicture { stale, turned, ..grid(shown) };
        let head = over.map(spot_head);
        let tip = head.and_then(|head| Some((head_spot(head), tip(head.to_string(), shown.of_head(head)?))));
        let still = Drawing::new(picture.clone());
        (
            "mean-scores",
            still,
            Drawing::new(GridPicture { hovered: head, ..picture }),
            tip,
            "Mean over the pairs.",
        )
    } else if let Some(places) = &places {
        let picture = PositionPicture { stale, turned, ..positions(places) };
        let tip = over.and_then(|(row, column)| {
            let name = format!("{} at {}", places.rows.get(row)?, places.columns.get(column)?);
            Some(((row, column), tip(name, places.cells.get(row * places.columns.len() + column)?)))
        });
        let still = Drawing::new(picture.clone());
        let label = "Mean over the pairs, by position.";
        ("mean-scores", still, Drawing::new(PositionPicture { hovered: over, ..picture }), tip, label)
    } else if shown.analysis == SetAnalysis::Lens {
        let picture = LensPicture { stale, ..curves(shown) };
        let tip = over.and_then(|(series, point)| {
            let at = series * picture.points.len() + point;
            Some(((series, point), tip(shown.cell_names().get(at)?.clone(), shown.summary.cells.get(at)?)))
        });
        let still = Drawing::new(picture.clone());
        let label = "Mean logit of the answer at every depth.";
        ("mean-lens", still, Drawing::new(LensPicture { hovered: over, ..picture }), tip, label)
    } else {
        return html! {};
    };
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.sets.shown.as_ref().map(SetResult::csv))
    };
    let screen = Screen::of(state);
    let on_hover = Callback::from(move |spot| hovered.set(spot));
    let left_out = places.map_or(0, |places| places.left_out);
    html! {
        <>
            if left_out > 0 {
                <p class="help" data-testid="set-left-out">{ format!("The {MOST_HEADS} heads that are farthest from 0 at any position, of {}.", left_out + MOST_HEADS) }</p>
            }
            <ExportMenu {name} picture={still} {screen} canvas="set-canvas" {csv} />
            <Canvas {picture} {screen} testid="set-canvas" heights={(240.0, 520.0)} {tip} {on_hover}
                label={format!("{label} The table of means has the values.")} />
        </>
    }
}

fn grid(shown: &SetResult) -> GridPicture {
    let every = (0..shown.layers).flat_map(|layer| (0..shown.heads).map(move |head| head_at(layer, head)));
    GridPicture {
        layers: shown.layers,
        heads: shown.heads,
        deltas: every.map(|head| shown.of_head(head).and_then(CellSummary::mean)).collect(),
        range: None,
        caption: "mean over the pairs",
        ..GridPicture::default()
    }
}

fn positions(places: &SetPositions) -> PositionPicture {
    PositionPicture {
        rows: places.rows.iter().map(ToString::to_string).collect(),
        columns: places.columns.clone().into(),
        values: places.cells.iter().map(CellSummary::mean).collect(),
        range: None,
        turned: false,
        whole: false,
        caption: "mean over the pairs",
        legend: true,
        hovered: None,
        marked: Vec::new(),
        stale: false,
    }
}

fn curves(shown: &SetResult) -> LensPicture {
    let means = |cells: &[CellSummary]| cells.iter().map(|cell| cell.mean().unwrap_or(f32::NAN)).collect();
    let points = shown.layers + 1;
    let names = ["clean", "corrupt"];
    let series = shown.summary.cells.chunks(points).zip(names);
    LensPicture {
        title: "mean logit of the answer (centred)",
        quantity: LensQuantity::Logit,
        points: peek_charts::lens_point_labels(shown.layers),
        series: series.map(|(cells, name)| (name.to_owned(), means(cells))).collect(),
        hovered: None,
        stale: false,
    }
}

fn tip(title: String, cell: &CellSummary) -> Tip {
    let written = |value: Option<f32>| value.map_or_else(|| "undefined".to_owned(), delta);
    Tip {
        title,
        lines: vec![
            ("mean", written(cell.mean())),
            ("spread (s.d.)", written(cell.deviation()).trim_start_matches('+').to_owned()),
            ("pairs", cell.count.to_string()),
        ],
    }
}
