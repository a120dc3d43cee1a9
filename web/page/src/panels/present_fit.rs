//! How large a part is presented: as large as the window can show it whole.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use peek_app::{Action, Stage};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement, ResizeObserver, Window};
use yew::prelude::*;

use crate::shell::Watcher;

/// CSS pixels at the window's lower edge that are the presentation's own bar's.
pub(super) const BAR: f64 = 60.0;

/// What must be seen of any part. Its table may lie below the edge.
const SEEN: &str = ".layout :is(canvas, .switches, .next-table)";

/// Begins a part at its top and as large as can be, and makes everything smaller until the part ends above the bar: never
/// larger again before the next part or another window, since what is smaller breaks its lines elsewhere.
#[hook]
pub(super) fn use_fit(slide: Option<usize>, zoom: f64, dispatch: &Callback<Action>) {
    use_effect_with(zoom, |zoom| {
        // By the CSSOM: a strict content policy forbids `style` attributes. A number is always a valid zoom.
        let set = |zoom: &str| layout().map(|layout| layout.style().set_property("zoom", zoom));
        let _ = set(&zoom.to_string());
        move || {
            let _ = set("");
        }
    });
    let now = use_mut_ref(|| zoom);
    now.replace(zoom);
    let dispatch = dispatch.clone();
    use_effect_with(slide, move |_| {
        let window = web_sys::window();
        if let Some(window) = &window {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        // Later, once: an observer that changes what it observes is an error. What waits ends with the part.
        let waiting = Rc::new(RefCell::new(None::<Timeout>));
        let fit = {
            let (dispatch, waiting) = (dispatch.clone(), Rc::downgrade(&waiting));
            move || {
                let (dispatch, now) = (dispatch.clone(), now.clone());
                let later = Timeout::new(0, move || {
                    let zoom = *now.borrow();
                    if let Some(zoom) = overlap(zoom).and_then(|share| step(zoom, share)) {
                        dispatch.emit(Action::Magnify(zoom));
                    }
                });
                if let Some(waiting) = waiting.upgrade() {
                    waiting.replace(Some(later));
                }
            }
        };
        let changed = Closure::<dyn FnMut()>::new(fit.clone());
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(layout)) = (&observer, layout()) {
            observer.observe(&layout);
        }
        let resized = window.and_then(|window| {
            let mut last = inner();
            Watcher::new(window.into(), "resize", move |_| {
                let size = inner();
                // Not where only the page has grown, as on a phone.
                if size != last {
                    last = size;
                    dispatch.emit(Action::Magnify(Stage::ZOOMS.1));
                    fit();
                }
            })
        });
        move || {
            observer.iter().for_each(ResizeObserver::disconnect);
            drop((changed, resized, waiting));
        }
    });
}

/// How much smaller it gets, in steps that show; `None` where it fits or is as small as it gets.
fn step(zoom: f64, share: f64) -> Option<f64> {
    const STEP: f64 = 0.05;
    if share <= 1.0 || zoom <= Stage::ZOOMS.0 {
        return None;
    }
    // Half the way: less zoom also leaves more room across.
    let wanted = zoom - (zoom - zoom / share) / 2.0;
    Some(((wanted / STEP).floor() * STEP).min(zoom - STEP).max(Stage::ZOOMS.0))
}

/// Where the part that is presented ends, as a share of where it should, or how wide it has to be as a share of the window,
/// whichever is more.
fn overlap(zoom: f64) -> Option<f64> {
    /// Below this tables of two columns are cut.
    const ACROSS: f64 = 600.0;
    /// A panel's padding.
    const BELOW: f64 = 12.0;
    let window = web_sys::window()?;
    let document = window.document()?;
    // A lesson's sheet takes more of the window than the bar.
    let sheet =
        document.query_selector(".lesson").ok()?.map(|sheet| sheet.get_bounding_client_rect().height());
    let (width, height) = inner()?;
    let height = height - sheet.unwrap_or(BAR);
    let seen = document.query_selector_all(SEEN).ok()?;
    let ends = (0..seen.length()).filter_map(|at| end(&seen.get(at)?.dyn_into().ok()?, &window));
    let down = (ends.fold(0.0, f64::max) + BELOW * zoom) / height;
    Some(down.max(zoom * ACROSS / width))
}

fn end(element: &Element, window: &Window) -> Option<f64> {
    let place = element.get_bounding_client_rect();
    // What is not presented has no place.
    (place.height() > 0.0).then_some(place.bottom() + window.scroll_y().ok()?)
}

/// The window's width and height in CSS pixels.
fn inner() -> Option<(f64, f64)> {
    let window = web_sys::window()?;
    Some((window.inner_width().ok()?.as_f64()?, window.inner_height().ok()?.as_f64()?))
}

fn layout() -> Option<HtmlElement> {
    web_sys::window()?.document()?.query_selector(".layout").ok()??.dyn_into().ok()
}
