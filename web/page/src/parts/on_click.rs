use peek_app::Action;
use yew::prelude::*;

/// What a click does that always does the same. A function makes the action anew: nothing is captured, and none is copied.
pub(crate) fn on_click(dispatch: &Callback<Action>, make: fn() -> Action) -> Callback<MouseEvent> {
    dispatch.reform(move |_| make())
}
