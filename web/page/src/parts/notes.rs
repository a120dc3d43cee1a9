use peek_protocol::{Note, NoteLevel};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct NotesProps {
    /// So that a field can say that these describe it.
    pub(crate) id: AttrValue,
    pub(crate) testid: AttrValue,
    pub(crate) notes: Vec<Note>,
}

/// Sentences beside a field.
#[component(Notes)]
pub(crate) fn notes(props: &NotesProps) -> Html {
    if props.notes.is_empty() {
        return html! {};
    }
    html! {
        <ul class="notes" id={props.id.clone()} data-testid={props.testid.clone()}>
            { for props.notes.iter().map(|note| {
                let (class, level, mark) = match note.level {
                    NoteLevel::Error => ("note error", "error", "✕"),
                    NoteLevel::Warning => ("note warning", "warning", "!"),
                };
                html! {
                    <li {class} data-level={level}>
                        <span class="mark" aria-hidden="true">{ mark }</span>
                        <span>{ &note.message }</span>
                    </li>
                }
            }) }
        </ul>
    }
}
