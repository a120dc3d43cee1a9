use peek_charts::Rect;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PlacedProps {
    /// Where, in CSS pixels of the chart that it lies over.
    pub(crate) rect: Rect,
    pub(crate) class: &'static str,
    pub(crate) children: Html,
}

/// Lays its children over a part of a chart. Through the CSSOM: a strict content policy forbids `style` attributes.
#[component(Placed)]
pub(crate) fn placed(props: &PlacedProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.rect, move |rect| {
            if let Some(element) = node.cast::<HtmlElement>() {
                let style = element.style();
                for (name, value) in
                    [("left", rect.x), ("top", rect.y), ("width", rect.width), ("height", rect.height)]
                {
                    // Lengths in pixels are always valid.
                    let _ = style.set_property(name, &format!("{value}px"));
                }
            }
        });
    }
    html! { <div class={classes!("placed", props.class)} ref={node}>{ props.children.clone() }</div> }
}
