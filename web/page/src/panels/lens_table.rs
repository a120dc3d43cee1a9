use peek_app::{LensQuantity, ShownCurve, logit, percent, rank};
use peek_protocol::LogitScale;
use yew::prelude::*;

use crate::chart::token_label;

#[derive(Properties, PartialEq)]
pub(crate) struct LensTableProps {
    /// Each with its place in the list of prompts.
    pub(crate) curves: Vec<(usize, ShownCurve)>,
    pub(crate) quantity: LensQuantity,
    /// Whether all of it is of something else than is typed.
    pub(crate) stale: bool,
    pub(crate) scale: LogitScale,
}

/// The lens' numbers: a row for each prompt, a column for each point.
#[component(LensTable)]
pub(crate) fn lens_table(props: &LensTableProps) -> Html {
    let Some((_, first)) = props.curves.first() else { return html! {} };
    html! {
        <details class="table-of">
            <summary>{ "As a table" }</summary>
            <div class={classes!("scroll", props.stale.then_some("stale"))} tabindex="0" role="region" aria-label="Logit lens table">
                <table data-testid="lens-table">
                    <caption>{ "The answer's numbers at each point of the residual stream." }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ "prompt" }</th>
                            <th scope="col">{ "answer" }</th>
                            { for first.curve.points.iter().map(|p| html! { <th scope="col">{ &p.label }</th> }) }
                        </tr>
                    </thead>
                    <tbody>{ for props.curves.iter().map(|(place, shown)| row(props, *place, shown)) }</tbody>
                </table>
            </div>
        </details>
    }
}

fn row(props: &LensTableProps, place: usize, shown: &ShownCurve) -> Html {
    html! {
        <tr data-row={place.to_string()}>
            <th scope="row">{ &shown.prompt }</th>
            <td><code>{ token_label(&shown.curve.answer) }</code></td>
            { for shown.curve.points.iter().map(|point| {
                let r = &point.reading;
                let text = match props.quantity {
                    LensQuantity::Logit => logit(r.on(props.scale)),
                    LensQuantity::Probability => percent(r.probability),
                    LensQuantity::Rank => rank(r.rank),
                };
                html! {
                    <td data-point={point.label.clone()} data-logit={r.logit.to_string()} data-raw-logit={r.raw_logit.to_string()}
                        data-probability={r.probability.to_string()} data-rank={r.rank.to_string()}>{ text }</td>
                }
            }) }
        </tr>
    }
}
