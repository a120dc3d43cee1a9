use peek_app::{CellSummary, SetResult, delta, head_at};
use peek_charts::LensQuantity;
use peek_names::HeadId;
use peek_protocol::SetAnalysis;
use yew::prelude::*;

use super::PanelProps;
use crate::{
    chart::{Canvas, Drawing, GridPicture, LensPicture, Screen, Spot, Tip, head_spot, spot_head},
    parts::ExportMenu,
    shell::give,
};

/// Pairs in the table: all of them are in the file.
const LISTED: usize = 50;

/// Mean and spread, and every pair.
#[component(SetResultView)]
pub(crate) fn set_result_view(props: &PanelProps) -> Html {
    let state = &props.state;
    let hovered = use_state_eq(|| None::<HeadId>);
    let Some(shown) = &state.sets.shown else { return html! {} };
    let on_hover = {
        let hovered = hovered.clone();
        Callback::from(move |head: Option<HeadId>| hovered.set(head))
    };
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.sets.shown.as_ref().map(SetResult::csv))
    };
    let save = csv.reform(|_: MouseEvent| ());
    let save = Callback::from(move |event: MouseEvent| {
        if let Some(text) = save.emit(event) {
            give("set.csv", "text/csv;charset=utf-8", &text);
        }
    });
    let screen = Screen::of(state);
    let stale = state.set_is_stale();
    let chart = if shown.is_of_heads() {
        let picture = GridPicture { stale, ..grid(shown, *hovered) };
        let tip = (*hovered).and_then(|head| Some((head_spot(head), tip(head, shown.of_head(head)?))));
        let export = GridPicture { hovered: None, ..picture.clone() };
        html! {
            <>
                <ExportMenu name="mean-scores" picture={Drawing::new(export)} {screen} canvas="set-canvas" {csv} />
                <Canvas picture={Drawing::new(picture)} {screen} testid="set-canvas" heights={(240.0, 520.0)} {tip}
                    on_hover={on_hover.reform(|spot: Option<Spot>| spot.map(spot_head))}
                    label="Mean over the pairs. The table below has the values." />
            </>
        }
    } else if shown.analysis == SetAnalysis::Lens {
        let picture = LensPicture { stale, ..curves(shown) };
        html! {
            <>
                <ExportMenu name="mean-lens" picture={Drawing::new(picture.clone())} {screen} canvas="set-canvas" {csv} />
                <Canvas picture={Drawing::new(picture)} {screen} testid="set-canvas"
                    label="Mean logit of the answer at every depth. The table below has the values." />
            </>
        }
    } else {
        html! {}
    };
    html! {
        <div class="set-result" data-testid="set-result" data-done={shown.done.to_string()} data-stale={stale.to_string()}>
            <p class="help" data-testid="set-caption">
                { format!("Mean over {} of {} pairs. {}", shown.done - shown.failures().len(), shown.pairs.len(), shown.in_words()) }
            </p>
            if stale {
                <p class="note warning" data-testid="set-stale">{ "The pairs, or what is measured of them, have changed since: run the set again." }</p>
            }
            { chart }
            { means(shown) }
            { pairs(shown) }
            { failures(shown) }
            <div class="buttons">
                <button type="button" class="quiet" data-testid="set-csv" onclick={save}>{ "Every pair as CSV" }</button>
            </div>
        </div>
    }
}

fn grid(shown: &SetResult, hovered: Option<HeadId>) -> GridPicture {
    let every = (0..shown.layers).flat_map(|layer| (0..shown.heads).map(move |head| head_at(layer, head)));
    GridPicture {
        layers: shown.layers,
        heads: shown.heads,
        deltas: every.map(|head| shown.of_head(head).and_then(CellSummary::mean)).collect(),
        range: None,
        caption: "mean over the pairs",
        hovered,
        ..GridPicture::default()
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

fn tip(head: HeadId, cell: &CellSummary) -> Tip {
    let written = |value: Option<f32>| value.map_or_else(|| "undefined".to_owned(), delta);
    Tip {
        title: head.to_string(),
        lines: vec![
            ("mean", written(cell.mean())),
            ("spread (s.d.)", written(cell.deviation()).trim_start_matches('+').to_owned()),
            ("pairs", cell.count.to_string()),
        ],
    }
}

/// Every cell's mean and spread.
fn means(shown: &SetResult) -> Html {
    let cell = |value: Option<f32>, words: fn(f32) -> String| {
        html! { <td class="number" data-value={value.map(|v| v.to_string())}>{ value.map_or_else(|| "–".to_owned(), words) }</td> }
    };
    html! {
        <details class="table-of">
            <summary>{ "Mean and spread as a table" }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Means of the set">
                <table data-testid="set-means">
                    <thead><tr>{ for ["Cell", "Mean", "Standard deviation", "Pairs"].map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                    <tbody>
                        { for shown.cell_names().into_iter().zip(&shown.summary.cells).map(|(name, of)| html! {
                            <tr data-cell={name.clone()}>
                                <th scope="row">{ name }</th>
                                { cell(of.mean(), peek_app::delta) }{ cell(of.deviation(), peek_app::logit) }<td class="number">{ of.count }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}

fn pairs(shown: &SetResult) -> Html {
    let text = |value: Option<f32>| value.map_or_else(|| "–".to_owned(), peek_app::logit);
    let line = |at: usize| {
        let numbers = shown.outcomes.get(at)?.as_deref()?.as_ref().ok()?;
        let largest =
            numbers.cells.iter().zip(shown.cell_names()).filter_map(|(cell, name)| Some(((*cell)?, name)));
        let largest = largest.reduce(|best, next| if next.0.abs() > best.0.abs() { next } else { best });
        Some(html! {
            <tr data-testid="set-pair">
                <th scope="row">{ at + 1 }</th><td>{ text(numbers.baselines.clean) }</td><td>{ text(numbers.baselines.corrupt) }</td>
                <td>{ largest.map(|(value, name)| format!("{name} {}", delta(value))) }</td>
            </tr>
        })
    };
    html! {
        <details class="table-of">
            <summary>{ "Pair by pair" }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Numbers of each pair">
                <table>
                    <caption>{ (shown.pairs.len() > LISTED).then(|| format!("The first {LISTED}; the CSV has all.")) }</caption>
                    <thead><tr>{ for ["Pair", "Clean", "Corrupt", "Largest"].map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                    <tbody>{ for (0..shown.pairs.len().min(LISTED)).filter_map(line) }</tbody>
                </table>
            </div>
        </details>
    }
}

fn failures(shown: &SetResult) -> Html {
    html! {
        <ul class="notes" data-testid="set-failures">
            { for shown.failures().into_iter().take(LISTED).map(|(at, why)| html! {
                <li class="note error">{ format!("Pair {}: {why}", at + 1) }</li>
            }) }
        </ul>
    }
}
