//! The two functions of the start-up script. Where files and workers come from is its business: the site has them beside
//! the page, the single file inside it.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Worker;

/// Starts the worker of the engine called `flavour`, or `None` where the browser or the script cannot.
pub(crate) fn start_engine(flavour: &str) -> Option<Worker> {
    call("peekStartEngine", &[flavour.into()])?.dyn_into().ok()
}

/// Tells that the first model is there.
pub(crate) fn ready() {
    // Nothing to do where the script does not care.
    let _ = call("peekReady", &[]);
}

fn call(name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let window = web_sys::window()?;
    let function: Function = Reflect::get(&window, &name.into()).ok()?.dyn_into().ok()?;
    function.apply(&window, &arguments.iter().collect()).ok()
}
