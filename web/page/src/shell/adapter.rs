//! What the browser says about WebGPU.
//!
//! Read through `Reflect`: web-sys keeps WebGPU behind an unstable flag, and this is all that the page needs of it.

use js_sys::{Array, Function, Promise, Reflect};
use peek_app::{Adapter, AdapterReport};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How long an adapter is waited for: a driver that hangs must not keep the page from starting.
const PATIENCE_MS: i32 = 4000;

/// Names of adapters that compute on the CPU.
const SOFTWARE: [&str; 6] = ["swiftshader", "llvmpipe", "lavapipe", "softpipe", "basic render", "warp"];

/// Asks for an adapter and looks at it, without taking a device.
pub(crate) async fn probe() -> AdapterReport {
    let Some(window) = web_sys::window() else { return AdapterReport::default() };
    let gpu = get(&window.navigator(), "gpu");
    let mut report =
        AdapterReport { has_gpu_api: gpu.is_object(), is_secure: window.is_secure_context(), adapter: None };
    if report.has_gpu_api {
        report.adapter = request_adapter(&window, &gpu).await.filter(JsValue::is_object).map(|a| look_at(&a));
    }
    report
}

/// The adapter itself, where there is one.
pub(crate) async fn request() -> Option<JsValue> {
    let window = web_sys::window()?;
    let gpu = Some(get(&window.navigator(), "gpu")).filter(JsValue::is_object)?;
    request_adapter(&window, &gpu).await.filter(JsValue::is_object)
}

async fn request_adapter(window: &web_sys::Window, gpu: &JsValue) -> Option<JsValue> {
    let request: Function = get(gpu, "requestAdapter").dyn_into().ok()?;
    let asked: Promise = request.call0(gpu).ok()?.dyn_into().ok()?;
    let too_long = Promise::new(&mut |resolve, _| {
        // Without a timer there is no limit to the waiting, which is no reason to fail.
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE_MS);
    });
    JsFuture::from(Promise::race(&Array::of2(&asked, &too_long))).await.ok()
}

fn look_at(adapter: &JsValue) -> Adapter {
    let info = get(adapter, "info");
    let words: Vec<String> = ["description", "vendor", "architecture", "device"]
        .iter()
        .filter_map(|key| get(&info, key).as_string())
        .filter(|word| !word.is_empty())
        .collect();
    let name = words.join(" ");
    let lower = name.to_ascii_lowercase();
    let is_fallback =
        [&info, adapter].iter().any(|on| get(on, "isFallbackAdapter").as_bool().unwrap_or(false));
    Adapter {
        is_software: is_fallback || SOFTWARE.iter().any(|known| lower.contains(known)),
        has_timestamp_query: has_feature(adapter, "timestamp-query"),
        name,
    }
}

fn has_feature(adapter: &JsValue, name: &str) -> bool {
    let features = get(adapter, "features");
    let has = get(&features, "has").dyn_into::<Function>().ok();
    has.and_then(|has| has.call1(&features, &name.into()).ok()).is_some_and(|found| found.is_truthy())
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}
