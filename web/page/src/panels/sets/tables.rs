//! The numbers of a set, a cell a row and a pair a row. Made for whoever opens them: there may be thousands.

use peek_app::{SetResult, delta, logit};
use yew::prelude::*;

/// Cells in the table; of more, those farthest from zero.
const CELLS: usize = 400;
/// Pairs in the table: all of them are in the file.
const PAIRS: usize = 50;

/// Every cell's mean and spread.
pub(super) fn means(shown: &SetResult, stale: bool) -> Html {
    let cell = |value: Option<f32>, words: fn(f32) -> String| {
        html! { <td class="number" data-value={value.map(|v| v.to_string())}>{ value.map_or_else(|| "–".to_owned(), words) }</td> }
    };
    let all = shown.summary.cells.len();
    html! {
        <div class={classes!("scroll", stale.then_some("stale"))} tabindex="0" role="region" aria-label="Means of the set">
            <table data-testid="set-means">
                <caption>{ (all > CELLS).then(|| format!("The {CELLS} of {all} that are farthest from 0.")) }</caption>
                <thead><tr>{ for ["Cell", "Mean", "Standard deviation", "Pairs"].map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                <tbody>
                    { for shown.listed(CELLS).into_iter().map(|(name, of)| html! {
                        <tr data-cell={name.clone()}>
                            <th scope="row">{ name }</th>
                            { cell(of.mean(), delta) }{ cell(of.deviation(), logit) }<td class="number">{ of.count }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

/// Every pair's metrics and its largest cell.
pub(super) fn pairs(shown: &SetResult, stale: bool) -> Html {
    let text = |value: Option<f32>| value.map_or_else(|| "–".to_owned(), logit);
    let names = shown.cell_names();
    let line = |at: usize| {
        let numbers = shown.outcomes.get(at)?.as_deref()?.as_ref().ok()?;
        let largest = numbers.cells.iter().zip(&names).filter_map(|(cell, name)| Some(((*cell)?, name)));
        let largest = largest.reduce(|best, next| if next.0.abs() > best.0.abs() { next } else { best });
        Some(html! {
            <tr data-testid="set-pair">
                <th scope="row">{ at + 1 }</th><td>{ text(numbers.baselines.clean) }</td><td>{ text(numbers.baselines.corrupt) }</td>
                <td>{ largest.map(|(value, name)| format!("{name} {}", delta(value))) }</td>
            </tr>
        })
    };
    html! {
        <div class={classes!("scroll", stale.then_some("stale"))} tabindex="0" role="region" aria-label="Numbers of each pair">
            <table>
                <caption>{ (shown.pairs.len() > PAIRS).then(|| format!("The first {PAIRS}; the CSV has all.")) }</caption>
                <thead><tr>{ for ["Pair", "Clean", "Corrupt", "Largest"].map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                <tbody>{ for (0..shown.pairs.len().min(PAIRS)).filter_map(line) }</tbody>
            </table>
        </div>
    }
}
