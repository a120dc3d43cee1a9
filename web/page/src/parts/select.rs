use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct SelectProps {
    /// What it chooses, for a screen reader: the words around it say so to the eye.
    pub(crate) label: &'static str,
    pub(crate) testid: &'static str,
    /// The name of each choice in tests, and what is shown of it.
    pub(crate) options: Vec<(AttrValue, AttrValue)>,
    /// Which of them is chosen.
    pub(crate) chosen: usize,
    pub(crate) onchoose: Callback<usize>,
}

/// A choice within a sentence.
#[component(Select)]
pub(crate) fn select(props: &SelectProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        // After the options: a browser forgets a choice that is not among them yet.
        use_effect_with((props.chosen, props.options.clone()), move |(chosen, _)| {
            if let (Some(select), Ok(chosen)) = (node.cast::<HtmlSelectElement>(), i32::try_from(*chosen)) {
                select.set_selected_index(chosen);
            }
        });
    }
    let onchange = props.onchoose.reform(|event: Event| {
        usize::try_from(event.target_unchecked_into::<HtmlSelectElement>().selected_index()).unwrap_or(0)
    });
    html! {
        <select ref={node} class="in-words" aria-label={props.label} data-testid={props.testid} {onchange}>
            // Already in the first frame: a choice is as wide as its words.
            { for props.options.iter().enumerate().map(|(i, (name, label))| html! {
                <option value={name} selected={i == props.chosen}>{ label }</option>
            }) }
        </select>
    }
}
