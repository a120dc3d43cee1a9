use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Where, which keys, and what they do.
const KEYS: [(&str, &[(&str, &str)]); 7] = [
    (
        "Everywhere",
        &[
            ("?", "This list"),
            ("Ctrl+Z", "Undo; within a text, of its own letters"),
            ("Ctrl+Shift+Z, Ctrl+Y", "Redo"),
            ("Escape", "Leaves what was entered: a menu, a presentation, what is pinned or locked, a lesson"),
            ("Tab, Shift+Tab", "The next control, the one before"),
        ],
    ),
    (
        "In the grid of heads",
        &[
            ("Arrow keys, Home, End", "Another head"),
            ("Enter", "Pins the head, or lets it go"),
            ("Space", "Takes the head into a set, or out of it"),
        ],
    ),
    (
        "In grids over positions",
        &[("Arrow keys, Home, End", "Another cell"), ("Enter, Space", "As a click on it")],
    ),
    (
        "In the tokens of a prompt",
        &[("←, →", "Another token"), ("Enter", "Locks what it reads and what reads it")],
    ),
    ("In a menu", &[("↓, ↑, Home, End", "Another item; ↓ opens it")]),
    ("In a text", &[("Shift+Enter", "A new line, where Enter makes none")]),
    ("While presenting", &[("→, Page Down", "The next part"), ("←, Page Up", "The part before")]),
];

/// The list of keys, in a dialog; and the button that opens it.
pub(crate) fn keys() -> Html {
    let onclick = Callback::from(|_: MouseEvent| open_keys());
    let onclose = Callback::from(|_: MouseEvent| {
        if let Some(dialog) = dialog() {
            dialog.close();
        }
    });
    // Escape closes the dialog by the browser's own doing, and unpins nothing below it.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
        }
    });
    html! {
        <>
            <button type="button" class="quiet small" aria-haspopup="dialog" data-testid="keys-open" title="Keys (?)" {onclick}>{ "Keys" }</button>
            <dialog id="keys" class="models keys" aria-labelledby="keys-title" data-testid="keys" {onkeydown}>
                <div class="models-head">
                    <h2 id="keys-title">{ "Keys" }</h2>
                    <button type="button" class="icon" aria-label="Close" data-testid="keys-close" onclick={onclose}>{ "×" }</button>
                </div>
                <div class="models-body" tabindex="0" role="group" aria-labelledby="keys-title">
                    { for KEYS.iter().map(|(place, keys)| html! {
                        <>
                            <h3>{ *place }</h3>
                            <dl>{ for keys.iter().map(|(key, does)| html! { <><dt><kbd>{ *key }</kbd></dt><dd>{ *does }</dd></> }) }</dl>
                        </>
                    }) }
                </div>
            </dialog>
        </>
    }
}

fn dialog() -> Option<HtmlDialogElement> {
    web_sys::window()?.document()?.get_element_by_id("keys")?.dyn_into().ok()
}

/// Shows the list of keys.
pub(crate) fn open_keys() {
    if let Some(dialog) = dialog().filter(|dialog| !dialog.open()) {
        // It is in the document and not open, so it can be shown.
        let _ = dialog.show_modal();
    }
}
