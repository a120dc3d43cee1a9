use peek_charts::{Frame, to_svg};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Blob, HtmlCanvasElement};
use yew::prelude::*;

use super::{Menu, use_menu};
use crate::{
    chart::{Drawing, Screen, sheet},
    shell::{give, give_blob},
};

/// Pixels of a PNG for each CSS pixel of its chart, whatever the screen has: enough for a slide and for print.
const PNG_SCALE: f64 = 3.0;

#[derive(Properties, PartialEq)]
pub(crate) struct ExportMenuProps {
    /// The files' name without its ending.
    pub(crate) name: &'static str,
    pub(crate) picture: Drawing,
    pub(crate) screen: Screen,
    /// Test id of the canvas that the picture is on.
    pub(crate) canvas: &'static str,
    /// The numbers as a table; none while there are no numbers.
    pub(crate) csv: Callback<(), Option<String>>,
}

/// A chart as a file: as SVG, as PNG, and its numbers as CSV.
#[component(ExportMenu)]
pub(crate) fn export_menu(props: &ExportMenuProps) -> Html {
    let Menu { node, close, onkeydown } = use_menu();
    let (name, id) = (props.name, props.canvas);
    // As large as it is on the page.
    let size = move || {
        let canvas = find(id)?;
        Some((f64::from(canvas.offset_width()), f64::from(canvas.offset_height())))
    };
    let svg = {
        let (picture, theme) = (props.picture.clone(), props.screen.theme());
        move || {
            let Some((width, height)) = size() else { return };
            // A picture that cannot be drawn says so on its canvas.
            if let Ok(text) =
                to_svg(width, height, theme.clone(), |surface, frame| picture.draw(surface, frame))
            {
                give(&format!("{name}.svg"), "image/svg+xml", &text);
            }
        }
    };
    let png = {
        let (picture, theme) = (props.picture.clone(), props.screen.theme());
        move || {
            let Some((width, height)) = size() else { return };
            if let Some(sheet) = sheet(&picture, &Frame::new(width, height, PNG_SCALE, theme.clone())) {
                give_png(&sheet, name);
            }
        }
    };
    let csv = {
        let csv = props.csv.clone();
        move || {
            if let Some(text) = csv.emit(()) {
                give(&format!("{name}.csv"), "text/csv;charset=utf-8", &text);
            }
        }
    };
    let item = |kind: &'static str, label: &'static str, run: Callback<()>| {
        let close = close.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            close.emit(());
            run.emit(());
        });
        html! {
            <li><button type="button" {onclick} data-testid={format!("export-{name}-{kind}")}>{ label }</button></li>
        }
    };
    html! {
        <details class="menu export" ref={node} {onkeydown}>
            <summary data-testid={format!("export-{name}")} aria-label={format!("Save {}", name.replace('-', " "))} title="Save this chart">
                { "⤓" }
            </summary>
            <ul class="menu-list">
                { item("svg", "SVG", Callback::from(move |()| svg())) }
                { item("png", "PNG", Callback::from(move |()| png())) }
                { item("csv", "CSV: its numbers", Callback::from(move |()| csv())) }
            </ul>
        </details>
    }
}

fn find(id: &str) -> Option<HtmlCanvasElement> {
    let document = web_sys::window()?.document()?;
    document.query_selector(&format!("canvas[data-testid={id}]")).ok()??.dyn_into().ok()
}

fn give_png(sheet: &HtmlCanvasElement, name: &'static str) {
    let done = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            give_blob(&format!("{name}.png"), &blob);
        }
    });
    // It can only refuse a canvas that holds another site's pictures.
    let _ = sheet.to_blob(done.unchecked_ref());
}
