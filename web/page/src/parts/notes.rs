use peek_protocol::{Note, NoteLevel};
use yew::prelude::*;

/// Sentences beside a field. A field can say by `id` that they describe it.
pub(crate) fn note_list(id: impl Into<AttrValue>, notes: &[Note]) -> Html {
    let id: AttrValue = id.into();
    if notes.is_empty() {
        return html! {};
    }
    html! {
        <ul class="notes" id={id.clone()} data-testid={id.clone()}>
            { for notes.iter().map(|note| {
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
