use peek_charts::{Theme, to_svg};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};
use yew::prelude::*;

use super::{Menu, use_menu};
use crate::{
    chart::{Drawing, Screen},
    shell::{give, give_blob},
};

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
    let svg = {
        let (picture, theme) = (props.picture.clone(), props.screen.theme());
        move || {
            let Some(canvas) = find(id) else { return };
            let width = f64::from(canvas.offset_width());
            let height = f64::from(canvas.offset_height());
            // A picture that cannot be drawn says so on its canvas.
            if let Ok(text) =
                to_svg(width, height, theme.clone(), |surface, frame| picture.draw(surface, frame))
            {
                give(&format!("{name}.svg"), "image/svg+xml", &text);
            }
        }
    };
    let png = {
        let theme = props.screen.theme();
        move || {
            if let Some(canvas) = find(id) {
                give_png(&canvas, &theme, name);
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

/// What is on a canvas, on the surface that lies behind it on the page.
fn give_png(canvas: &HtmlCanvasElement, theme: &Theme, name: &'static str) {
    let copy = || {
        let document = web_sys::window()?.document()?;
        let copy: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
        copy.set_width(canvas.width());
        copy.set_height(canvas.height());
        let context: CanvasRenderingContext2d = copy.get_context("2d").ok()??.dyn_into().ok()?;
        let peek_charts::Rgb(red, green, blue) = theme.surface;
        context.set_fill_style_str(&format!("rgb({red} {green} {blue})"));
        context.fill_rect(0.0, 0.0, f64::from(copy.width()), f64::from(copy.height()));
        context.draw_image_with_html_canvas_element(canvas, 0.0, 0.0).ok()?;
        Some(copy)
    };
    let Some(copy) = copy() else { return };
    let done = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            give_blob(&format!("{name}.png"), &blob);
        }
    });
    // It can only refuse a canvas that holds another site's pictures.
    let _ = copy.to_blob(done.unchecked_ref());
}
