use yew::prelude::*;

/// One of a few.
pub(crate) struct Choice<T> {
    pub(crate) value: T,
    pub(crate) label: &'static str,
    /// Names it in tests: `<testid>-<name>`.
    pub(crate) name: &'static str,
    /// Why it cannot be chosen now; `None` where it can.
    pub(crate) why_not: Option<&'static str>,
}

impl<T> Choice<T> {
    pub(crate) fn new(value: T, name: &'static str, label: &'static str) -> Self {
        Self { value, label, name, why_not: None }
    }
}

/// A switch between a few: buttons of which one is pressed. `label` is what a screen reader says of all of them.
pub(crate) fn segmented<T: Clone + PartialEq + 'static>(
    label: &'static str,
    testid: &'static str,
    chosen: &T,
    choices: &[Choice<T>],
    onchoose: &Callback<T>,
) -> Html {
    let button = |choice: &Choice<T>| {
        let (choose, value) = (onchoose.clone(), choice.value.clone());
        let can = choice.why_not.is_none();
        let onclick = Callback::from(move |_: MouseEvent| {
            if can {
                choose.emit(value.clone());
            }
        });
        button(testid, (choice.name, choice.label), choice.value == *chosen, choice.why_not, onclick)
    };
    group(label, testid, choices.iter().map(button).collect())
}

fn button(
    testid: &'static str,
    (name, label): (&'static str, &'static str),
    is_pressed: bool,
    why_not: Option<&'static str>,
    onclick: Callback<MouseEvent>,
) -> Html {
    // It stays in the tab order, so that its title can be heard.
    html! {
        <button type="button" aria-pressed={is_pressed.to_string()} aria-disabled={why_not.map(|_| "true")} title={why_not}
            {onclick} data-testid={format!("{testid}-{name}")}>
            { label }
        </button>
    }
}

fn group(label: &'static str, testid: &'static str, buttons: Vec<Html>) -> Html {
    html! {
        <div class="segmented" role="group" aria-label={label} data-testid={testid}>{ buttons }</div>
    }
}
