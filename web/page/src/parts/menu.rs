use wasm_bindgen::JsCast;
use web_sys::{HtmlDetailsElement, HtmlElement};
use yew::prelude::*;

use crate::shell::is_modified;

/// What a `details` needs to be a menu.
pub(crate) struct Menu {
    /// The `details` itself.
    pub(crate) node: NodeRef,
    /// Closes it, and gives the focus back to what opened it.
    pub(crate) close: Callback<()>,
    /// Escape closes it, and nothing behind it; the arrow keys go from item to item.
    pub(crate) onkeydown: Callback<KeyboardEvent>,
}

/// The item of a menu that a key leads to from where the focus is; on what opens it, Arrow Down opens it.
fn led_to(menu: &HtmlDetailsElement, key: &str) -> Option<HtmlElement> {
    if key == "ArrowDown" {
        menu.set_open(true);
    }
    let items = menu.query_selector_all(".menu-list button:not(:disabled)").ok()?;
    let last = items.length().checked_sub(1).filter(|_| menu.open())?;
    let focused = menu.owner_document()?.active_element();
    let at = (0..=last).find(|at| items.get(*at).as_ref() == focused.as_deref());
    let to = match (key, at) {
        ("ArrowDown", Some(at)) => (at + 1) % (last + 1),
        ("ArrowUp", Some(at)) if at > 0 => at - 1,
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp" | "End", _) => last,
        _ => return None,
    };
    items.get(to)?.dyn_into().ok()
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
        let (node, close) = (node.clone(), close.clone());
        Callback::from(move |event: KeyboardEvent| {
            let key = event.key();
            if key == "Escape" {
                event.stop_propagation();
                close.emit(());
                return;
            }
            let menu = node.cast::<HtmlDetailsElement>().filter(|_| !is_modified(&event));
            if let Some(item) = menu.and_then(|menu| led_to(&menu, &key)) {
                event.prevent_default();
                // It is on the page, so it can be focused.
                let _ = item.focus();
            }
        })
    };
    Menu { node, close, onkeydown }
}
