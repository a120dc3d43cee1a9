//! What the browser tells of the device, for a report that the user may hand on.

use std::collections::BTreeMap;

use js_sys::{Array, Object, Reflect};
use peek_app::{Action, Device};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use super::adapter;

/// Asks, and dispatches the answer.
pub(crate) fn describe(dispatch: Callback<Action>) {
    let Some(window) = web_sys::window() else { return };
    spawn_local(async move {
        let user_agent = window.navigator().user_agent().unwrap_or_default();
        let mut device = Device { user_agent, ..Device::default() };
        if let Some(adapter) = adapter::request().await {
            let info = property(&adapter, "info");
            device.adapter = members(&info, |value| value.as_string().filter(|text| !text.is_empty()));
            device.limits = members(&property(&adapter, "limits"), JsValue::as_f64);
            let features = property(&adapter, "features");
            // `Array.from` of nothing would be an exception.
            let features: Array = if features.is_object() { Array::from(&features) } else { Array::new() };
            device.features = features.sort().iter().filter_map(|feature| feature.as_string()).collect();
        }
        dispatch.emit(Action::DeviceDescribed(device));
    });
}

/// Every member of a browser's object: they lie on its prototype.
fn members<T>(object: &JsValue, read: impl Fn(&JsValue) -> Option<T>) -> BTreeMap<String, T> {
    let Some(object) = object.dyn_ref::<Object>() else { return BTreeMap::new() };
    let names = Reflect::own_keys(&Object::get_prototype_of(object)).unwrap_or_default();
    let named = names.iter().filter_map(|name| name.as_string());
    // One by one: to collect them is to sort them, and each sort is code that the page has to load.
    let mut all = BTreeMap::new();
    all.extend(named.filter_map(|name| Some((name.clone(), read(&property(object, &name))?))));
    all
}

fn property(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}
