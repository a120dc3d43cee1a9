use yew::prelude::*;

use super::{
    PageProps,
    lessons::lesson_sheet,
    models::{DropTarget, Models},
    sets::Sets,
};

/// Under the columns, and the dialogs.
pub(crate) fn below(props: &PageProps, models: &NodeRef) -> Html {
    let PageProps { state, dispatch, picks, .. } = props.clone();
    html! {
        <>
            <Sets state={state.clone()} dispatch={dispatch.clone()} />
            { lesson_sheet(&props.panel()) }
            <DropTarget is_over={state.models.is_dropping} />
            <Models {state} {dispatch} {picks} dialog={models.clone()} />
        </>
    }
}
