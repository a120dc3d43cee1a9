use peek_app::Action;
use yew::prelude::*;

use super::PanelProps;
use crate::parts::on_click;

/// Undo and redo.
pub(crate) fn history(props: &PanelProps) -> Html {
    let history = &props.state.history;
    // A lesson gives back by itself what it found.
    let in_lesson = props.state.lessons.open.is_some();
    let undoes = history.undoes().filter(|_| !in_lesson);
    let redoes = history.redoes().filter(|_| !in_lesson);
    html! {
        <div class="history" role="group" aria-label="Changes">
            { button(props, ("undo", "Undo", "↶"), undoes, "Ctrl+Z", || Action::Undo) }
            { button(props, ("redo", "Redo", "↷"), redoes, "Ctrl+Shift+Z", || Action::Redo) }
        </div>
    }
}

fn button(
    props: &PanelProps,
    (testid, name, sign): (&'static str, &'static str, &'static str),
    what: Option<&'static str>,
    keys: &'static str,
    make: fn() -> Action,
) -> Html {
    let onclick = on_click(&props.dispatch, make);
    let label = what.map_or_else(|| format!("{name}: nothing yet"), |what| format!("{name}: {what}"));
    // Disabled by a word and not by the attribute: the focus stays on it after the last step.
    html! {
        <button type="button" class="icon small" data-testid={testid} aria-disabled={what.is_none().to_string()}
            title={format!("{label} ({keys})")} aria-label={label} {onclick}>{ sign }</button>
    }
}
