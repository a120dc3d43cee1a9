use peek_protocol::{Note, NoteLevel};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::Notes;

#[derive(Properties, PartialEq)]
pub(crate) struct TextFieldProps {
    /// Also the test id.
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    /// Whether the label is for screen readers only.
    #[prop_or_default]
    pub(crate) quiet_label: bool,
    pub(crate) value: AttrValue,
    /// Whether it may have several lines, and grows with them.
    #[prop_or_default]
    pub(crate) multiline: bool,
    #[prop_or_default]
    pub(crate) placeholder: AttrValue,
    pub(crate) notes: Vec<Note>,
    pub(crate) oninput: Callback<String>,
    /// Beside the label.
    #[prop_or_default]
    pub(crate) aside: Html,
}

/// A labelled text with what is to be said of it.
#[component(TextField)]
pub(crate) fn text_field(props: &TextFieldProps) -> Html {
    let notes_id = AttrValue::from(format!("{}-notes", props.id));
    let is_bad = props.notes.iter().any(|note| note.level == NoteLevel::Error);
    let invalid = is_bad.then_some("true");
    let described = (!props.notes.is_empty()).then(|| notes_id.clone());
    let changed = props.oninput.clone();
    let control = if props.multiline {
        let oninput = Callback::from(move |event: InputEvent| {
            changed.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        });
        html! {
            <textarea id={props.id.clone()} data-testid={props.id.clone()} value={props.value.clone()} rows="1"
                spellcheck="false" autocomplete="off" placeholder={props.placeholder.clone()}
                aria-invalid={invalid} aria-describedby={described} {oninput} />
        }
    } else {
        let oninput = Callback::from(move |event: InputEvent| {
            changed.emit(event.target_unchecked_into::<HtmlInputElement>().value());
        });
        html! {
            <input type="text" id={props.id.clone()} data-testid={props.id.clone()} value={props.value.clone()}
                spellcheck="false" autocomplete="off" autocapitalize="off" placeholder={props.placeholder.clone()}
                aria-invalid={invalid} aria-describedby={described} {oninput} />
        }
    };
    let label_class = if props.quiet_label { "visually-hidden" } else { "label" };
    html! {
        <div class={classes!("field", is_bad.then_some("bad"))}>
            <div class="label-row">
                <label class={label_class} for={props.id.clone()}>{ &props.label }</label>
                { props.aside.clone() }
            </div>
            { control }
            <Notes id={notes_id} testid={format!("{}-notes", props.id)} notes={props.notes.clone()} />
        </div>
    }
}
