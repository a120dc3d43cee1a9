use peek_app::{Action, delta, parts_by_size};
use yew::prelude::*;

use super::{
    PanelProps,
    parts_panel::{run_of, shown_by},
};
use crate::parts::use_opened;

/// Every part's share and every head's two effects in numbers, made when it is opened: a large model has hundreds.
#[component(PartsTables)]
pub(super) fn parts_tables(props: &PanelProps) -> Html {
    let (is_open, ontoggle) = use_opened();
    html! {
        <details class="table-of" {ontoggle}>
            <summary>{ "As tables" }</summary>
            if is_open { { tables(props) } }
        </details>
    }
}

fn tables(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let Some(result) = state.views.parts.result() else { return html! {} };
    let stale = state.views.parts.is_stale(state.wanted_parts().as_ref());
    let written = |value: Option<f32>| value.map_or_else(|| "–".to_owned(), delta);
    html! {
        <div class={classes!("scroll", "parts-charts", stale.then_some("stale"))} tabindex="0" role="region" aria-label="Tables of parts and effects">
            <table data-testid="parts-table">
                <thead><tr><th scope="col">{ "part" }</th><th scope="col">{ "logits" }</th></tr></thead>
                <tbody>{ for parts_by_size(run_of(state, result)).into_iter().map(|(name, value)| html! {
                    <tr data-part={name.clone()} data-share={value.to_string()}><th scope="row">{ name }</th><td>{ delta(value) }</td></tr>
                }) }</tbody>
            </table>
            <table data-testid="effects-table">
                <thead><tr><th scope="col">{ "head" }</th><th scope="col">{ "patching z, last position" }</th><th scope="col">{ peek_app::direct_title(shown_by(state)) }</th></tr></thead>
                <tbody>{ for state.effects(result).into_iter().map(|(head, patching, direct)| {
                    let onclick = dispatch.reform(move |_: MouseEvent| Action::Pin(head));
                    html! {
                        <tr data-head={head.to_string()} data-patching={patching.map(|patching| patching.to_string())} data-direct={direct.to_string()}>
                            <th scope="row"><button type="button" class="head-link" {onclick}>{ head.to_string() }</button></th>
                            <td>{ written(patching) }</td><td>{ delta(direct) }</td>
                        </tr>
                    }
                }) }</tbody>
            </table>
        </div>
    }
}
