use yew::prelude::*;

use super::{PageProps, engine_line::engine_line, header::Header, present::present_bar};

/// Above the columns: the header, and how model and engine are.
pub(crate) fn above(props: &PageProps, open_models: &Callback<()>) -> Html {
    let PageProps { state, dispatch, picks, .. } = props.clone();
    let panel = props.panel();
    html! {
        <>
            { present_bar(&panel) }
            <Header {state} {dispatch} {picks} open_models={open_models.clone()} />
            { engine_line(&panel) }
        </>
    }
}
