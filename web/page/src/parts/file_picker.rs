use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::shell::read;

/// A hidden file input: the way to open it, and the input itself, for the page.
pub(crate) struct FilePicker {
    /// Asks the user for a file.
    pub(crate) open: Callback<()>,
    /// To be put somewhere on the page.
    pub(crate) input: Html,
}

/// A picker of `.json` files, whose text goes to `opened`, or why it could not be read.
#[hook]
pub(crate) fn use_file_picker(
    label: &'static str,
    testid: &'static str,
    opened: Callback<Result<String, String>>,
) -> FilePicker {
    let node = use_node_ref();
    let open = {
        let node = node.clone();
        Callback::from(move |()| {
            if let Some(input) = node.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onchange = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            read(file, opened.clone());
        }
        // So that the same file can be picked again, mended.
        input.set_value("");
    });
    let input = html! {
        <input ref={node} class="visually-hidden" type="file" accept=".json" tabindex="-1" aria-label={label} data-testid={testid} {onchange} />
    };
    FilePicker { open, input }
}
