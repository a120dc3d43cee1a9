use peek_protocol::{Note, NoteLevel};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::note_list;

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
    /// Below it: what it is for, where that needs saying.
    #[prop_or_default]
    pub(crate) hint: Option<String>,
}

/// A labelled text with what is to be said of it. Always a `textarea`: an `input` drops newlines, and a newline can be
/// an answer.
#[component(TextField)]
pub(crate) fn text_field(props: &TextFieldProps) -> Html {
    let notes_id = AttrValue::from(format!("{}-notes", props.id));
    let is_bad = props.notes.iter().any(|note| note.level == NoteLevel::Error);
    let invalid = is_bad.then_some("true");
    let hint_id = AttrValue::from(format!("{}-hint", props.id));
    let described = match (props.notes.is_empty(), &props.hint) {
        (true, None) => None,
        (true, Some(_)) => Some(hint_id.clone()),
        (false, None) => Some(notes_id.clone()),
        (false, Some(_)) => Some(AttrValue::from(format!("{hint_id} {notes_id}"))),
    };
    let changed = props.oninput.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        changed.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
    });
    // Enter ends a line only where lines are plain to see; Shift and Enter always do.
    let one_line = !props.multiline;
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if one_line && event.key() == "Enter" && !event.shift_key() {
            event.prevent_default();
        }
    });
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((props.value.clone(), props.multiline), move |(_, grows)| {
            if let (true, Some(area)) = (*grows, node.cast::<HtmlTextAreaElement>()) {
                grow(&area);
            }
        });
    }
    let label_class = if props.quiet_label { "visually-hidden" } else { "label" };
    html! {
        <div class={classes!("field", is_bad.then_some("bad"))}>
            <div class="label-row">
                <label class={label_class} for={props.id.clone()}>{ &props.label }</label>
                { props.aside.clone() }
            </div>
            <textarea ref={node} id={props.id.clone()} data-testid={props.id.clone()} value={props.value.clone()} rows="1"
                class={classes!(one_line.then_some("one-line"))} placeholder={props.placeholder.clone()}
                spellcheck="false" autocomplete="off" autocapitalize="off"
                aria-invalid={invalid} aria-describedby={described} {oninput} {onkeydown} />
            if let Some(hint) = &props.hint {
                <p class="help" id={hint_id.clone()} data-testid={hint_id}>{ hint }</p>
            }
            { note_list(notes_id, &props.notes) }
        </div>
    }
}

/// Makes a text as tall as its lines where the browser does not know `field-sizing`.
fn grow(area: &HtmlTextAreaElement) {
    let style = web_sys::window().and_then(|window| window.get_computed_style(area).ok()?);
    let is_known =
        style.and_then(|style| style.get_property_value("field-sizing").ok()).is_some_and(|v| !v.is_empty());
    if is_known {
        return;
    }
    let style = area.style();
    // Lengths in pixels are always valid. First it shrinks: the scroll height never says less than the height.
    let _ = style.set_property("height", "auto");
    let borders = area.offset_height() - area.client_height();
    let _ = style.set_property("height", &format!("{}px", area.scroll_height() + borders));
}
