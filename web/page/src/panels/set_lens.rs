use peek_app::{LensQuantity, ShownTogether};
use peek_charts::LensQuantity as Axis;
use peek_protocol::{LensPoint, LogitScale};
use yew::prelude::*;

use super::{PanelProps, lens_value};
use crate::{
    chart::{Canvas, Drawing, LensPicture, Screen, Tip},
    parts::ExportMenu,
};

/// The logit lens of the answer in the clean, the corrupt and the patched run.
#[component(SetLens)]
pub(crate) fn set_lens(props: &PanelProps) -> Html {
    let state = &props.state;
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    let Some(shown) = state.patched_run() else { return html! {} };
    let (quantity, scale) = (state.view.quantity, state.inputs.patch.scale);
    let (axis, title) = match quantity {
        LensQuantity::Logit => (Axis::Logit, "logit lens of the answer"),
        LensQuantity::Probability => (Axis::Probability, "lens: probability of the answer"),
        LensQuantity::Rank => (Axis::Rank, "lens: rank of the answer, 1 on top"),
    };
    let curves = curves(shown);
    let values =
        |points: &[LensPoint]| points.iter().map(|p| lens_value(&p.reading, quantity, scale)).collect();
    let picture = LensPicture {
        title,
        quantity: axis,
        points: curves[0].1.iter().map(|point| point.label.clone()).collect(),
        series: curves.iter().map(|(name, points)| ((*name).to_owned(), values(points))).collect(),
        hovered: *hovered,
        stale: state.together_is_stale(),
    };
    let tip = (*hovered).and_then(|(series, point)| {
        let (name, points) = curves.get(series)?;
        let point = points.get(point)?;
        let reading = &point.reading;
        let tip = Tip {
            title: format!("{name} at {}", point.label),
            lines: vec![
                ("logit", peek_app::logit(reading.on(scale))),
                ("probability", peek_app::percent(reading.probability)),
                ("rank", peek_app::rank(reading.rank)),
            ],
        };
        Some(((*hovered)?, tip))
    });
    let export = LensPicture { hovered: None, ..picture.clone() };
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.patched_lens_csv())
    };
    let on_hover = Callback::from(move |spot| hovered.set(spot));
    html! {
        <div class="set-lens">
            <ExportMenu name="patched-lens" picture={Drawing::new(export)} screen={Screen::of(state)} canvas="set-lens-canvas" {csv} />
            <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid="set-lens-canvas" {on_hover} {tip}
                label="Logit lens of the answer in the clean, corrupt and patched run. The table below has the values." />
            { table(shown, scale) }
        </div>
    }
}

fn curves(shown: &ShownTogether) -> [(&'static str, &[LensPoint]); 3] {
    let result = &shown.result;
    [("clean", &result.clean_lens), ("corrupt", &result.corrupt_lens), ("patched", &result.patched_lens)]
}

fn table(shown: &ShownTogether, scale: LogitScale) -> Html {
    let curves = curves(shown);
    html! {
        <details class="table-of">
            <summary>{ "As a table" }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Lens of the three runs">
                <table data-testid="set-lens-table">
                    <caption>{ "The answer's logit at each point of the residual stream." }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ "run" }</th>
                            { for curves[0].1.iter().map(|p| html! { <th scope="col">{ &p.label }</th> }) }
                        </tr>
                    </thead>
                    <tbody>
                        { for curves.iter().map(|(name, points)| html! {
                            <tr data-run={*name}>
                                <th scope="row">{ *name }</th>
                                { for points.iter().map(|p| html! {
                                    <td data-logit={p.reading.logit.to_string()}>{ peek_app::logit(p.reading.on(scale)) }</td>
                                }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}
