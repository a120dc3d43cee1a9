//! The address bar's fragment, which holds a whole state.

use peek_app::{Action, KeepAction};
use wasm_bindgen::JsValue;
use web_sys::Window;
use yew::Callback;

use super::screen::Watcher;

/// The fragment that the page was opened with.
pub(crate) fn fragment() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Puts a fragment into the address bar, without a step in the history; returns the whole address.
pub(crate) fn show(fragment: &str) -> Option<String> {
    let window: Window = web_sys::window()?;
    let whole = whole(fragment);
    let address = format!("#{fragment}");
    // Where a browser refuses (a page within another's frame), the address is still good to be copied.
    let _ = window.history().ok()?.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    whole
}

/// The whole address with this fragment.
pub(crate) fn whole(fragment: &str) -> Option<String> {
    let href = web_sys::window()?.location().href().ok()?;
    Some(format!("{}#{fragment}", href.split('#').next().unwrap_or_default()))
}

/// Whether a fragment asks for something that begins: a lesson, or a presentation that goes by itself.
fn begins(fragment: &str) -> bool {
    fragment.starts_with("#lesson=") || fragment.contains("view=kiosk:")
}

/// Whether a fragment asks for more than a state, at each load: for what begins, or for a part that stands alone.
pub(crate) fn asks_for_more(fragment: &str) -> bool {
    begins(fragment) || fragment.contains("view=only:")
}

/// Takes what begins out of the address bar: whoever has left it and loads the page again wants their own.
pub(crate) fn forget() {
    let Some(window) = web_sys::window().filter(|_| begins(&fragment())) else { return };
    if let (Ok(history), Ok(href)) = (window.history(), window.location().href()) {
        // Where a browser refuses, the address is merely a step behind.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", href.split('#').next());
    }
}

/// Watches for another fragment: an address that was pasted over this one, or edited.
pub(crate) fn watch(dispatch: &Callback<Action>) -> Option<Watcher> {
    let dispatch = dispatch.clone();
    Watcher::new(web_sys::window()?.into(), "hashchange", move |_| {
        dispatch.emit(Action::Keep(KeepAction::Visit(fragment())));
    })
}
