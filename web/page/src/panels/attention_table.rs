use peek_app::{Action, Shared, percent};
use peek_names::HeadId;
use peek_protocol::Pattern;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::{chart::token_label, parts::use_opened};

/// Up to this many tokens the whole pattern is in the table; beyond, one query at a time.
const WHOLE: usize = 32;

#[derive(Properties, PartialEq)]
pub(crate) struct AttentionTableProps {
    pub(crate) head: HeadId,
    pub(crate) pattern: Shared<Pattern>,
    /// Which run's it is.
    pub(crate) run: &'static str,
    /// Whether weights are multiplied by the norm of what is read: no shares any more.
    pub(crate) weighted: bool,
    /// Whether the texts have changed since.
    pub(crate) stale: bool,
    pub(crate) query: Option<usize>,
    pub(crate) dispatch: Callback<Action>,
}

/// The heatmap's numbers.
#[component(AttentionTable)]
pub(crate) fn attention_table(props: &AttentionTableProps) -> Html {
    let AttentionTableProps { head, pattern, run, .. } = props;
    let (is_open, ontoggle) = use_opened();
    let count = pattern.tokens.len();
    let is_whole = count <= WHOLE;
    let one = props.query.unwrap_or(count.saturating_sub(1)).min(count.saturating_sub(1));
    let queries = if is_whole { 0..count } else { one..(one + 1).min(count) };
    let caption = if is_whole {
        format!("Attention of {head} in the {run} run: rows are queries, columns keys.")
    } else {
        format!("Attention of {head} in the {run} run. With {count} tokens one query is shown at a time.")
    };
    // The hundreds of cells and options of a long pattern take longer than a frame: they are made for whoever opens it.
    let table = (is_whole || is_open).then(|| {
        html! {
            <>
                if !is_whole {
                    { chooser(pattern, one, &props.dispatch) }
                }
                <div class={classes!("scroll", props.stale.then_some("stale"))} tabindex="0" role="region" aria-label="Attention table">
                    <table data-testid="attention-table" data-run={*run} data-head={head.to_string()}>
                        <caption>{ caption }</caption>
                        <thead>
                            <tr>
                                <th scope="col">{ "query" }</th>
                                { for pattern.tokens.iter().map(|t| html! { <th scope="col"><code>{ token_label(t) }</code></th> }) }
                            </tr>
                        </thead>
                        <tbody>{ for queries.map(|query| row(pattern, query, props.weighted)) }</tbody>
                    </table>
                </div>
            </>
        }
    });
    html! {
        <details class="table-of" {ontoggle} data-testid="attention-details">
            <summary>{ "As a table" }</summary>
            { table.unwrap_or_default() }
        </details>
    }
}

/// One query's row: keys after it have no cells, since it cannot see them.
fn row(pattern: &Pattern, query: usize, weighted: bool) -> Html {
    let written = if weighted { peek_app::logit } else { percent };
    let rest = pattern.tokens.len() - query - 1;
    html! {
        <tr data-query={query.to_string()}>
            <th scope="row"><code>{ pattern.tokens.get(query).map(token_label) }</code></th>
            { for (0..=query).map(|key| {
                let weight = pattern.weight(query, key).unwrap_or(f32::NAN);
                html! { <td data-key={key.to_string()} data-weight={weight.to_string()}>{ written(weight) }</td> }
            }) }
            if rest > 0 {
                <td class="future" colspan={rest.to_string()} />
            }
        </tr>
    }
}

fn chooser(pattern: &Pattern, one: usize, dispatch: &Callback<Action>) -> Html {
    let onchange = dispatch.reform(|event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value().parse();
        Action::SelectQuery(Some(chosen.unwrap_or_default()))
    });
    html! {
        <label class="select">
            <span>{ "Query" }</span>
            <select {onchange} data-testid="attention-query">
                { for pattern.tokens.iter().enumerate().map(|(i, t)| html! {
                    <option value={i.to_string()} selected={i == one}>{ format!("{i}: {}", token_label(t)) }</option>
                }) }
            </select>
        </label>
    }
}
