use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct DropTargetProps {
    pub(crate) is_over: bool,
}

/// Covers the page while files are dragged over it. The drop itself is the window's: it takes them anywhere.
#[component(DropTarget)]
pub(crate) fn drop_target(props: &DropTargetProps) -> Html {
    if !props.is_over {
        return html! {};
    }
    html! {
        <div class="drop-target" aria-hidden="true" data-testid="drop-target">
            <p>
                <strong>{ "Drop a checkpoint's files here" }</strong>
                <span>{ ".safetensors, or its pieces .safetensors.001, .002 …, with config.json and tokenizer.json" }</span>
            </p>
        </div>
    }
}
