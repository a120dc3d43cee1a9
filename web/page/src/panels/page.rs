use std::rc::Rc;

use peek_app::{Action, State};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{
    PanelProps,
    attention::attention_panel,
    engine_line::engine_line,
    header::Header,
    heads::heads_panel,
    lens::lens_panel,
    lens_rows::lens_rows,
    lessons::lesson_sheet,
    models::{DropTarget, Models},
    next_tokens::next_tokens,
    pair::pair_panel,
    parts_panel::parts_panel,
    present::present_bar,
    sentence::sentence_line,
    sets::Sets,
};
use crate::shell::Picks;

#[derive(Clone, Properties)]
pub(crate) struct PageProps {
    pub(crate) state: Rc<State>,
    pub(crate) dispatch: Callback<Action>,
    pub(crate) picks: Picks,
}

impl PartialEq for PageProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state) && self.dispatch == other.dispatch && self.picks == other.picks
    }
}

/// The whole page.
#[component(Page)]
pub(crate) fn page(props: &PageProps) -> Html {
    let PageProps { state, dispatch, picks } = props.clone();
    let dialog = use_node_ref();
    let open_models = {
        let (dialog, dispatch) = (dialog.clone(), dispatch.clone());
        use_callback((), move |(), ()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>().filter(|dialog| !dialog.open()) {
                // It is in the document and not open, so it can be shown.
                let _ = dialog.show_modal();
                dispatch.emit(Action::LookAtModels);
            }
        })
    };
    let panel = PanelProps { state: state.clone(), dispatch: dispatch.clone() };
    html! {
        <div class="page" data-slide={state.part_alone()} data-only={state.only.map(|_| "true")}>
            { present_bar(&panel) }
            <Header state={state.clone()} dispatch={dispatch.clone()} picks={picks.clone()} {open_models} />
            { engine_line(&panel) }
            <main class="layout">
                <div class="column asked">
                    { pair_panel(&panel) }
                    { next_tokens(&panel) }
                </div>
                { sentence_line(&panel) }
                <div class="column which">
                    { heads_panel(&panel) }
                    { lens_panel(&panel) }
                </div>
                <div class="column one">
                    { attention_panel(&panel) }
                    { lens_rows(&panel) }
                </div>
                { parts_panel(&panel) }
            </main>
            { way_back(&state) }
            <Sets state={state.clone()} dispatch={dispatch.clone()} />
            { lesson_sheet(&panel) }
            <DropTarget is_over={state.models.is_dropping} />
            <Models {state} {dispatch} {picks} {dialog} />
        </div>
    }
}

/// From a part that stands alone in another page to all of it.
fn way_back(state: &State) -> Html {
    if state.only.is_none() {
        return html! {};
    }
    html! { <footer class="way-back"><a href={format!("#{}", state.link())} target="_blank" rel="noopener" data-testid="way-back">{ "Open in Peek" }</a></footer> }
}
