//! The page: it shows [`peek_app::State`], turns what the user does into [`peek_app::Action`]s, and carries out the
//! [`peek_app::Effect`]s. What is true is decided in `peek-app`, what is drawn in `peek-charts`; this crate alone
//! knows the browser.
//!
//! [`shell`] holds what outlives a frame (the worker, timers, picked files, the screen's theme and density),
//! [`chart`] puts a chart on a canvas, [`panels`] are the parts of the page, [`parts`] what they are made of. [`rest`] is the
//! seam between the file that paints first and the one that follows it.

mod chart;
mod panels;
mod parts;
mod rest;
mod shell;

fn main() {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        shell::start(root);
    }
}
