use peek_app::State;
use yew::prelude::*;

use crate::shell::give;

/// A button that saves a table which belongs to no chart.
pub(crate) fn save_table(
    state: &std::rc::Rc<State>,
    name: &'static str,
    label: &'static str,
    csv: fn(&State) -> Option<String>,
) -> Html {
    let state = state.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(text) = csv(&state) {
            give(&format!("{name}.csv"), "text/csv;charset=utf-8", &text);
        }
    });
    html! {
        <button type="button" class="icon small save-table" title={label} aria-label={label} {onclick} data-testid={format!("export-{name}-csv")}>
            { "⤓" }
        </button>
    }
}
