use yew::prelude::*;

/// One of a few.
#[derive(Clone, PartialEq)]
pub(crate) struct Choice<T> {
    pub(crate) value: T,
    pub(crate) label: &'static str,
    /// Names it in tests: `<testid>-<name>`.
    pub(crate) name: &'static str,
}

impl<T> Choice<T> {
    pub(crate) fn new(value: T, name: &'static str, label: &'static str) -> Self {
        Self { value, label, name }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SegmentedProps<T: Clone + PartialEq + 'static> {
    pub(crate) label: AttrValue,
    pub(crate) testid: AttrValue,
    pub(crate) choices: Vec<Choice<T>>,
    pub(crate) chosen: T,
    pub(crate) onchoose: Callback<T>,
}

/// A switch between a few: buttons of which one is pressed.
#[component(Segmented)]
pub(crate) fn segmented<T: Clone + PartialEq + 'static>(props: &SegmentedProps<T>) -> Html {
    html! {
        <div class="segmented" role="group" aria-label={props.label.clone()} data-testid={props.testid.clone()}>
            { for props.choices.iter().map(|choice| {
                let onclick = {
                    let (choose, value) = (props.onchoose.clone(), choice.value.clone());
                    Callback::from(move |_: MouseEvent| choose.emit(value.clone()))
                };
                let pressed = if choice.value == props.chosen { "true" } else { "false" };
                html! {
                    <button type="button" aria-pressed={pressed} {onclick}
                        data-testid={format!("{}-{}", props.testid, choice.name)}>
                        { choice.label }
                    </button>
                }
            }) }
        </div>
    }
}
