//! The screen: its theme and its density; and what is remembered from visit to visit.

use crate::panels::open_keys;
use peek_app::{Action, Medium, ThemeChoice};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Event, KeyboardEvent, MediaQueryList, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition,
};
use yew::Callback;

/// Shared with `theme.js`, which sets the theme before the first frame.
const THEME_KEY: &str = "peek-theme";
/// Holds the id of the kept model that was used last.
const MODEL_KEY: &str = "peek-model";
/// Is there once a newcomer has found the way. Shared with `theme.js`, which keeps room for what is said until then.
const VISIT_KEY: &str = "peek-visited";

fn media(query: &str) -> Option<MediaQueryList> {
    web_sys::window()?.match_media(query).ok()?
}

/// Whether the system prefers dark.
pub(crate) fn system_is_dark() -> bool {
    media("(prefers-color-scheme: dark)").is_some_and(|list| list.matches())
}

/// Device pixels to a CSS pixel.
pub(crate) fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio())
}

fn storage() -> Option<web_sys::Storage> {
    // Refused where the user blocks site data: the choice then lasts as long as the page.
    web_sys::window()?.local_storage().ok()?
}

/// The theme that was chosen on an earlier visit.
pub(crate) fn stored_theme() -> ThemeChoice {
    match storage().and_then(|storage| storage.get_item(THEME_KEY).ok()?).as_deref() {
        Some("light") => ThemeChoice::Light,
        Some("dark") => ThemeChoice::Dark,
        _ => ThemeChoice::System,
    }
}

/// Id of the kept model that an earlier visit used last.
pub(crate) fn remembered_model() -> Option<String> {
    storage()?.get_item(MODEL_KEY).ok()?.filter(|id| !id.is_empty())
}

/// Whether nobody has found the way around the page in this browser. Where nothing can be remembered, nobody is greeted: it
/// would be at every visit.
pub(crate) fn is_first_visit() -> bool {
    storage().is_some_and(|storage| storage.get_item(VISIT_KEY).is_ok_and(|found| found.is_none()))
}

/// Remembers that somebody has.
pub(crate) fn remember_visit() {
    if let Some(storage) = storage() {
        // A full or read-only storage costs only another greeting.
        let _ = storage.set_item(VISIT_KEY, "1");
    }
}

/// Asks the browser to keep the site's storage even when it is short of room. It may refuse, or not know how.
pub(crate) fn keep_storage() {
    let storage = web_sys::window().map(|window| window.navigator().storage());
    // Where there is no secure context there is no such thing, whatever its type says.
    if let Some(storage) = storage.filter(|storage| storage.is_object())
        && let Ok(asked) = storage.persist()
    {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(asked).await;
        });
    }
}

/// Remembers the id of the kept model that the next visit is to open with; `None` for the demo.
pub(crate) fn remember_model(id: Option<&str>) {
    if let Some(storage) = storage() {
        // A full or read-only storage costs only the memory of the choice.
        let _ = match id {
            Some(id) => storage.set_item(MODEL_KEY, id),
            None => storage.remove_item(MODEL_KEY),
        };
    }
}

/// Puts a theme into force and remembers it.
pub(crate) fn apply_theme(theme: ThemeChoice) {
    let name = match theme {
        ThemeChoice::System => None,
        ThemeChoice::Light => Some("light"),
        ThemeChoice::Dark => Some("dark"),
    };
    let root = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element());
    if let Some(root) = root {
        // Neither can fail for a constant, valid attribute name.
        let _ = match name {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
    if let Some(storage) = storage() {
        // A full or read-only storage costs only the memory of the choice.
        let _ = match name {
            Some(name) => storage.set_item(THEME_KEY, name),
            None => storage.remove_item(THEME_KEY),
        };
    }
}

/// Moves the page to the element that `whole` selects, unless at least half the height of the one that `part` selects is
/// in the window. At once where the user wants no motion.
pub(crate) fn bring_into_sight(whole: &str, part: &str) {
    let find = |selector| web_sys::window()?.document()?.query_selector(selector).ok()?;
    let (Some(whole), Some(part)) = (find(whole), find(part)) else { return };
    let height =
        web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or_default();
    let place = part.get_bounding_client_rect();
    let seen = place.bottom().min(height) - place.top().max(0.0);
    if seen < place.height() / 2.0 {
        let is_calm = media("(prefers-reduced-motion: reduce)").is_some_and(|list| list.matches());
        let options = ScrollIntoViewOptions::new();
        options.set_behavior(if is_calm { ScrollBehavior::Instant } else { ScrollBehavior::Smooth });
        options.set_block(ScrollLogicalPosition::Nearest);
        whole.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// A listener that ends with this value.
pub(crate) struct Watcher {
    target: web_sys::EventTarget,
    kind: &'static str,
    listener: Closure<dyn FnMut(Event)>,
}

impl Watcher {
    pub(crate) fn new(
        target: web_sys::EventTarget,
        kind: &'static str,
        run: impl FnMut(Event) + 'static,
    ) -> Option<Self> {
        let listener = Closure::<dyn FnMut(Event)>::new(run);
        target.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref()).ok()?;
        Some(Self { target, kind, listener })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let listener = self.listener.as_ref().unchecked_ref();
        // It was added, so it can be removed.
        let _ = self.target.remove_event_listener_with_callback(self.kind, listener);
    }
}

/// Whether a dialog is open: Escape closes that, and nothing behind it.
fn has_dialog() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .is_some_and(|document| document.query_selector("dialog[open]").is_ok_and(|found| found.is_some()))
}

/// Whether the arrow keys mean something of its own to what has the focus.
fn takes_arrows(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        target
            .closest("input, textarea, select, [role=grid], [role=region]")
            .is_ok_and(|found| found.is_some())
    })
}

/// Whether an arrow or page key turns a presentation over.
fn is_turning(event: &KeyboardEvent) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let bar = document.and_then(|document| document.query_selector(".present-bar").ok()?);
    bar.is_some() && !takes_arrows(event) && !is_modified(event)
}

/// Whether the key belongs to the browser, or to a selection.
pub(crate) fn is_modified(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key()
}

/// Turns it over; the key scrolls nothing then.
fn turn(event: &KeyboardEvent, dispatch: &Callback<Action>, forward: bool) {
    event.prevent_default();
    dispatch.emit(Action::Turn(forward));
}

/// Whether letters that are typed go into what has the focus.
fn takes_letters(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest("input, textarea, select").is_ok_and(|found| found.is_some()))
}

/// Undo or redo, where a key asks for them. A text that has the focus takes back its own letters.
fn history_key(event: &KeyboardEvent) -> Option<Action> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || takes_letters(event) {
        return None;
    }
    match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        ("z", false) => Some(Action::Undo),
        ("z", true) | ("y", false) => Some(Action::Redo),
        _ => None,
    }
}

/// Watches the system's theme, what the page is laid out for, the screen's density, and the keys that mean the same
/// wherever the focus is.
pub(crate) fn watch(dispatch: &Callback<Action>) -> Vec<Watcher> {
    let theme = media("(prefers-color-scheme: dark)").and_then(|list| {
        let dispatch = dispatch.clone();
        Watcher::new(list.into(), "change", move |_| dispatch.emit(Action::SystemDark(system_is_dark())))
    });
    let paper = media("print").and_then(|list| {
        let (dispatch, asked) = (dispatch.clone(), list.clone());
        Watcher::new(list.into(), "change", move |_| {
            dispatch.emit(Action::LaidOut(if asked.matches() { Medium::Paper } else { Medium::Screen }));
        })
    });
    // Zooming and moving to another screen both resize the window in CSS pixels.
    let density = web_sys::window().and_then(|window| {
        let dispatch = dispatch.clone();
        let mut last = pixel_ratio();
        Watcher::new(window.into(), "resize", move |_| {
            let now = pixel_ratio();
            if (now - last).abs() > f64::EPSILON {
                last = now;
                dispatch.emit(Action::SetPixelRatio(now));
            }
        })
    });
    let escape = web_sys::window().and_then(|window| {
        let dispatch = dispatch.clone();
        Watcher::new(window.into(), "keydown", move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>().filter(|_| !has_dialog()) else { return };
            if let Some(action) = history_key(event) {
                event.prevent_default();
                dispatch.emit(action);
                return;
            }
            match event.key().as_str() {
                "?" if !takes_letters(event) => open_keys(),
                "Escape" => dispatch.emit(Action::Escape),
                // What a presenter's remote sends, too.
                "ArrowRight" | "PageDown" if is_turning(event) => turn(event, &dispatch, true),
                "ArrowLeft" | "PageUp" if is_turning(event) => turn(event, &dispatch, false),
                _ => {}
            }
        })
    });
    theme.into_iter().chain(paper).chain(density).chain(escape).collect()
}
