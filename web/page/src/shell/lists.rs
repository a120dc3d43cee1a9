use peek_app::{Action, LessonAction};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, Url, Window};
use yew::Callback;

/// The site's own list, and the one that whoever hosts it may put beside their models.
const LISTS: [&str; 2] = ["./models.json", "./models/models.json"];

/// Reads the lists of models, one after the other, so that the site's own comes first.
pub(crate) fn fetch(dispatch: Callback<Action>) {
    let Some(window) = web_sys::window() else { return };
    spawn_local(async move {
        for list in LISTS {
            let address = absolute(&window, list);
            let text = read(&window, &address).await;
            dispatch.emit(Action::ListRead { address, text });
        }
    });
}

/// Reads a file of published numbers.
pub(crate) fn fetch_reference(file: &'static str, dispatch: Callback<Action>) {
    let Some(window) = web_sys::window() else { return };
    spawn_local(async move {
        // A page in one file has it inside, and answers by its relative name.
        let text = get(&window, file).await;
        let text = text.and_then(|text| text.ok_or_else(|| "it is not there".to_owned()));
        dispatch.emit(Action::ReferenceRead { file: file.to_owned(), text });
    });
}

/// Reads a file of the site's lessons.
pub(crate) fn fetch_lesson(file: String, dispatch: Callback<Action>) {
    let Some(window) = web_sys::window() else { return };
    spawn_local(async move {
        // By its relative name, as above.
        let text = get(&window, &("./lessons/".to_owned() + &file)).await;
        let text = text.and_then(|text| text.ok_or_else(|| "it is not there".to_owned()));
        dispatch.emit(Action::Lessons(LessonAction::Read { file, text }));
    });
}

fn absolute(window: &Window, address: &str) -> String {
    let base = window.document().and_then(|document| document.base_uri().ok().flatten()).unwrap_or_default();
    Url::new_with_base(address, &base).map_or_else(|_| address.to_owned(), |url| url.href())
}

/// `None` where there is no such list, which is no fault.
async fn read(window: &Window, address: &str) -> Result<Option<String>, String> {
    if address.starts_with("file:") {
        // A page that was opened as a file can read no file beside it.
        return Ok(None);
    }
    get(window, address).await
}

async fn get(window: &Window, address: &str) -> Result<Option<String>, String> {
    let response = JsFuture::from(window.fetch_with_str(address)).await;
    let response: Response = response.map_err(|_| "it could not be fetched".to_owned())?.unchecked_into();
    if response.status() == 404 {
        return Ok(None);
    }
    if !response.ok() {
        return Err(format!("the server answered with status {}", response.status()));
    }
    let broken = |_: JsValue| "the connection was cut".to_owned();
    let text = JsFuture::from(response.text().map_err(broken)?).await.map_err(broken)?;
    Ok(text.as_string())
}
