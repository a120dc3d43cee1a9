use peek_app::SetResult;
use yew::prelude::*;

use super::{
    PanelProps,
    chart::chart,
    tables::{means, pairs},
};
use crate::{parts::use_opened, shell::give};

/// Pairs that say why they failed.
const LISTED: usize = 50;

/// Mean and spread, and every pair.
#[component(SetResultView)]
pub(crate) fn set_result_view(props: &PanelProps) -> Html {
    let state = &props.state;
    let hovered = use_state_eq(|| None);
    let (means_are_open, on_means) = use_opened();
    let (pairs_are_open, on_pairs) = use_opened();
    let Some(shown) = &state.sets.shown else { return html! {} };
    let save = {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(shown) = &state.sets.shown {
                give("set.csv", "text/csv;charset=utf-8", &shown.csv());
            }
        })
    };
    let stale = state.set_is_stale();
    html! {
        <div class="pairs-result" data-testid="set-result" data-done={shown.done.to_string()} data-stale={stale.to_string()}>
            <p class="help" data-testid="set-caption">
                { format!("Mean over {} of {} pairs. {}", shown.done - shown.failures().len(), shown.pairs.len(), shown.in_words()) }
            </p>
            if stale {
                <p class="note warning" data-testid="set-stale">{ "The pairs, or what is measured of them, have changed since: run the set again." }</p>
            }
            <div class="pairs-chart">{ chart(state, (shown, stale), hovered) }</div>
            <div class="pairs-numbers">
                <details class="table-of" ontoggle={on_means}>
                    <summary data-testid="set-means-open">{ "Mean and spread as a table" }</summary>
                    if means_are_open { { means(shown, stale) } }
                </details>
                <details class="table-of" ontoggle={on_pairs}>
                    <summary data-testid="set-pairs-open">{ "Pair by pair" }</summary>
                    if pairs_are_open { { pairs(shown, stale) } }
                </details>
                <div class="buttons">
                    <button type="button" class="quiet" data-testid="set-csv" onclick={save}>{ "Every pair as CSV" }</button>
                </div>
                { failures(shown) }
            </div>
        </div>
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
