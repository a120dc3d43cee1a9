//! Files that the page gives and takes.

use peek_experiment::Experiment;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};
use yew::Callback;

/// Bytes of a text that is read: more would only be refused later.
const MOST: f64 = 16_000_000.0;

/// Gives a text as a file.
pub(crate) fn give(name: &str, kind: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        give_blob(name, &blob);
    }
}

/// Gives bytes as a file.
pub(crate) fn give_blob(name: &str, blob: &Blob) {
    let document = web_sys::window().and_then(|window| window.document());
    let link = document.and_then(|document| document.create_element("a").ok());
    let (Some(link), Ok(address)) = (
        link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()),
        Url::create_object_url_with_blob(blob),
    ) else {
        return;
    };
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // A browser that asks where to put it reads it only then.
    gloo_timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
}

/// Reads a file as text and tells of it: the text, or why it could not be read.
pub(crate) fn read(file: File, told: Callback<Result<String, String>>) {
    spawn_local(async move {
        let name = file.name();
        let text = if file.size() > MOST {
            Err(format!("{name} is larger than 16 MB: it is no file of this kind."))
        } else {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            text.ok_or_else(|| format!("{name} could not be read: choose it again."))
        };
        told.emit(text);
    });
}

/// Whether a dropped file is an experiment, told once that is known: a model's `config.json` has the same ending.
pub(crate) fn is_experiment(file: File, told: impl FnOnce(bool) + 'static) {
    spawn_local(async move {
        let start = file.slice_with_f64_and_f64(0.0, 400.0).ok();
        let text = match start {
            Some(start) => JsFuture::from(start.text()).await.ok().and_then(|text| text.as_string()),
            None => None,
        };
        told(text.is_some_and(|text| Experiment::is_claimed_by(&text)));
    });
}
