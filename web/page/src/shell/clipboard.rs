use wasm_bindgen_futures::JsFuture;

/// Puts a text on the clipboard; says whether the browser allowed it.
pub(crate) async fn copy(text: &str) -> bool {
    let clipboard = web_sys::window().map(|window| window.navigator().clipboard());
    // Where there is no secure context there is no such thing, whatever its type says.
    let Some(clipboard) = clipboard.filter(|clipboard| clipboard.is_object()) else { return false };
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
