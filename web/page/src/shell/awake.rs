use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Keeps the screen on for as long as it lives, or until the page is hidden.
pub(crate) struct Awake(JsValue);

impl Drop for Awake {
    fn drop(&mut self) {
        if let Some(release) = method(&self.0, "release") {
            // It may have ended by itself.
            let _ = release.call0(&self.0);
        }
    }
}

/// Asks the browser to keep the screen on; `None` where it does not know how, or will not.
pub(crate) async fn keep_awake() -> Option<Awake> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    let asked = method(&locks, "request")?.call1(&locks, &"screen".into()).ok()?;
    JsFuture::from(asked.dyn_into::<Promise>().ok()?).await.ok().map(Awake)
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}
