use peek_app::{Action, Tab};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::PanelProps;

/// Which chart a small screen shows below the grid; elsewhere the style sheet hides the choice, since all are there.
pub(crate) fn tabs(props: &PanelProps) -> Html {
    let (now, dispatch) = (props.state.tab(), &props.dispatch);
    let onkeydown = {
        let (state, dispatch) = (props.state.clone(), dispatch.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(tab) = state.tab_after(&event.key()) else { return };
            event.prevent_default();
            dispatch.emit(Action::ShowTab(tab));
            focus(tab);
        })
    };
    html! {
        <div class="tabs" role="tablist" aria-label="Charts" data-testid="tabs" {onkeydown}>
            { for props.state.tabs().into_iter().map(|tab| html! {
                <button type="button" role="tab" id={id(tab)} data-testid={id(tab)} aria-controls={tab.name()}
                    aria-selected={(tab == now).to_string()} tabindex={if tab == now { "0" } else { "-1" }}
                    onclick={dispatch.reform(move |_: MouseEvent| Action::ShowTab(tab))}>{ tab.label() }</button>
            }) }
        </div>
    }
}

fn id(tab: Tab) -> String {
    format!("tab-{}", tab.name())
}

fn focus(tab: Tab) {
    let document = web_sys::window().and_then(|window| window.document());
    let button = document.and_then(|document| document.get_element_by_id(&id(tab)));
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        // It is on the page, so it can be focused.
        let _ = button.focus();
    }
}
