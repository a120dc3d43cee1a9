//! Points at a part of the page: an outline, and where it is out of sight, the page moves there.

use web_sys::{Document, Element, NodeList};

/// Marks what is pointed at. An attribute and no class: classes are written anew with each frame.
const MARK: &str = "data-pointed";
/// CSS pixels that are left around it.
const AROUND: f64 = 6.0;

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Where a part is, by the name that lessons have for it.
fn selector(part: &str) -> &'static str {
    match part {
        "prompts" => ".pair",
        "tokens" => "[data-testid=clean-tokens],[data-testid=corrupt-tokens]",
        "answer" => ".answer-row",
        "next" => ".next",
        "sentence" => ".sentence",
        "setup" => ".setup",
        "grid" => ".grid-part,.of-layers",
        "top_heads" => ".bars-part",
        "attention" => ".attention",
        "lens" => ".lens",
        "lens_prompts" => ".probes",
        _ => ".parts",
    }
}

fn all(selector: &str) -> impl Iterator<Item = Element> + use<> {
    use wasm_bindgen::JsCast;
    let found: Option<NodeList> = document().and_then(|document| document.query_selector_all(selector).ok());
    let found = found.into_iter().flat_map(|list| (0..list.length()).map(move |i| list.get(i)));
    found.flatten().filter_map(|node| node.dyn_into().ok())
}

/// Outlines this part and no other; a part that was made anew since is outlined again.
pub(super) fn mark(part: Option<&str>) {
    let parts: Vec<Element> = part.into_iter().flat_map(|part| all(selector(part))).collect();
    for old in all("[data-pointed]").filter(|old| !parts.contains(old)) {
        // It is there, so it can be taken away.
        let _ = old.remove_attribute(MARK);
    }
    for part in parts {
        // A constant, valid name.
        let _ = part.set_attribute(MARK, "");
    }
}

/// Brings a part into the room above the sheet by the shortest way, with the heading of its panel where there is room for
/// the whole panel. Where the page stands after it, in CSS pixels.
pub(super) fn bring(part: &str, sheet: &Element) -> Option<f64> {
    let element = all(selector(part)).next()?;
    let room = sheet.get_bounding_client_rect().top();
    let panel = element.closest(".panel").ok()?.map(|panel| panel.get_bounding_client_rect());
    let place = panel
        .filter(|panel| panel.height() + 2.0 * AROUND <= room)
        .unwrap_or_else(|| element.get_bounding_client_rect());
    if place.height() == 0.0 {
        // It is not shown now.
        return scrolled();
    }
    let by = way(place.top(), place.bottom(), room);
    if by != 0.0 {
        web_sys::window()?.scroll_by_with_x_and_y(0.0, by);
    }
    scrolled()
}

/// How far the page moves so that what lies from `top` to `bottom` is seen above `room`; its beginning where not all of it
/// can be. 0 where it is.
fn way(top: f64, bottom: f64, room: f64) -> f64 {
    if bottom > room - AROUND { (bottom - room + AROUND).min(top - AROUND) } else { (top - AROUND).min(0.0) }
}

/// Where the page stands, in CSS pixels from its top.
pub(super) fn scrolled() -> Option<f64> {
    web_sys::window()?.scroll_y().ok()
}
