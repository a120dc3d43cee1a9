use peek_app::State;
use yew::prelude::*;

use super::{
    PageProps,
    lessons::lesson_sheet,
    models::{Models, drop_target},
    sets::Sets,
};

/// Under the columns, and the dialogs.
pub(crate) fn below(props: &PageProps, models: &NodeRef) -> Html {
    let PageProps { state, dispatch, picks, .. } = props.clone();
    html! {
        <>
            { way_back(&state) }
            <Sets state={state.clone()} dispatch={dispatch.clone()} />
            { lesson_sheet(&props.panel()) }
            if state.models.is_dropping { { drop_target() } }
            <Models {state} {dispatch} {picks} dialog={models.clone()} />
        </>
    }
}

/// From a part that stands alone in another page to all of it.
fn way_back(state: &State) -> Html {
    if state.only.is_none() {
        return html! {};
    }
    html! {
        <footer class="way-back">
            <a href={format!("#{}", state.link())} target="_blank" rel="noopener" data-testid="way-back">{ "Open in Peek" }</a>
        </footer>
    }
}
