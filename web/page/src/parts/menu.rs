use wasm_bindgen::JsCast;
use web_sys::{HtmlDetailsElement, HtmlElement};
use yew::prelude::*;

/// What a `details` needs to be a menu.
pub(crate) struct Menu {
    /// The `details` itself.
    pub(crate) node: NodeRef,
    /// Closes it, and gives the focus back to what opened it.
    pub(crate) close: Callback<()>,
    /// Escape closes it, and nothing behind it.
    pub(crate) onkeydown: Callback<KeyboardEvent>,
}

/// A menu that an item and Escape close.
#[hook]
pub(crate) fn use_menu() -> Menu {
    let node = use_node_ref();
    let close = {
        let node = node.clone();
        Callback::from(move |()| {
            if let Some(menu) = node.cast::<HtmlDetailsElement>() {
                menu.set_open(false);
                let summary = menu.first_element_child().and_then(|s| s.dyn_into::<HtmlElement>().ok());
                if let Some(summary) = summary {
                    // It is on the page, so it can be focused.
                    let _ = summary.focus();
                }
            }
        })
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close.emit(());
            }
        })
    };
    Menu { node, close, onkeydown }
}
