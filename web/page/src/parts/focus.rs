use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent};

/// Gives the focus to what `beside` finds from a button that is about to go: else it falls to the page's top.
pub(crate) fn focus_beside(event: &MouseEvent, beside: impl FnOnce(Element) -> Option<Element>) {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let next = button.and_then(beside).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(next) = next {
        // It is on the page, so it can be focused.
        let _ = next.focus();
    }
}
