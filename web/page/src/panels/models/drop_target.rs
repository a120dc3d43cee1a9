use yew::prelude::*;

/// Covers the page while files are dragged over it. The drop itself is the window's: it takes them anywhere.
pub(crate) fn drop_target() -> Html {
    html! {
        <div class="drop-target" aria-hidden="true" data-testid="drop-target">
            <p>
                <strong>{ "Drop a checkpoint's files here" }</strong>
                <span>{ ".safetensors, or its pieces .safetensors.001, .002 …, with config.json and tokenizer.json" }</span>
            </p>
        </div>
    }
}
