use peek_app::Action;
use yew::prelude::*;

use super::on_click;

/// Why something did not come, and the button that asks for it once more.
pub(crate) fn failed(message: &str, testid: &'static str, dispatch: &Callback<Action>) -> Html {
    let again = on_click(dispatch, || Action::AskAgain);
    html! {
        <div class="note error failed" data-testid={testid}>
            <p>{ message }</p>
            <button type="button" class="quiet small" data-testid={format!("{testid}-again")} onclick={again}>{ "Try again" }</button>
        </div>
    }
}
