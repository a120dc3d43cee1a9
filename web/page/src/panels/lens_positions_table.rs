use peek_app::{LensGridResult, Shared, percent};
use peek_charts::text::visible_token;
use yew::prelude::*;

use crate::{chart::token_label, parts::use_opened};

#[derive(Properties, PartialEq)]
pub(crate) struct PositionsTableProps {
    pub(crate) result: Shared<LensGridResult>,
    /// Whether the texts have changed since.
    pub(crate) stale: bool,
}

/// The numbers behind the lens at every position: a row for each depth, the output on top. Its thousands of cells are
/// made for whoever opens it.
#[component(PositionsTable)]
pub(crate) fn positions_table(props: &PositionsTableProps) -> Html {
    let (is_open, ontoggle) = use_opened();
    let result = &props.result;
    let cell = |depth: usize, position: usize| {
        let Some(cell) = result.cell(depth, position) else { return html! { <td>{ "…" }</td> } };
        let top = cell.top.first();
        html! {
            <td data-position={position.to_string()} data-top-id={top.map(|t| t.id.to_string())}
                data-entropy={cell.entropy.map(|e| e.to_string())} data-probability={cell.followed.map(|f| f.probability.to_string())}
                data-rank={cell.followed.map(|f| f.rank.to_string())}>
                { top.map(|t| format!("{} {}", visible_token(&t.text), percent(t.reading.probability))) }
            </td>
        }
    };
    let table = is_open.then(|| html! {
        <div class={classes!("scroll", props.stale.then_some("stale"))} tabindex="0" role="region" aria-label="Table of the lens at every position">
            <table data-testid="lens-positions-table">
                <caption>{ "The likeliest token at each depth and position, with its probability." }</caption>
                <thead><tr>
                    <th scope="col">{ "depth" }</th>
                    { for result.tokens.iter().map(|t| html! { <th scope="col"><code>{ token_label(t) }</code></th> }) }
                </tr></thead>
                <tbody>{ for result.depths.iter().enumerate().rev().map(|(depth, name)| html! {
                    <tr data-depth={name.clone()}>
                        <th scope="row">{ name }</th>
                        { for (0..result.tokens.len()).map(|position| cell(depth, position)) }
                    </tr>
                }) }</tbody>
            </table>
        </div>
    });
    html! {
        <details class="table-of" {ontoggle} data-testid="lens-positions-details"><summary>{ "As a table" }</summary>{ table.unwrap_or_default() }</details>
    }
}
