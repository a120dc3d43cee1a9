use std::rc::Rc;

use peek_app::{Action, State};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{
    attention::AttentionPanel,
    engine_line::EngineLine,
    header::Header,
    heads::HeadsPanel,
    lens::LensPanel,
    lens_rows::LensRows,
    lessons::LessonSheet,
    models::{DropTarget, Models},
    next_tokens::NextTokens,
    pair::PairPanel,
    parts_panel::PartsPanel,
    sentence::SentenceLine,
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
    html! {
        <div class="page">
            <Header state={state.clone()} dispatch={dispatch.clone()} picks={picks.clone()} {open_models} />
            <EngineLine state={state.clone()} dispatch={dispatch.clone()} />
            <main class="layout">
                <div class="column asked">
                    <PairPanel state={state.clone()} dispatch={dispatch.clone()} />
                    <NextTokens state={state.clone()} dispatch={dispatch.clone()} />
                </div>
                <SentenceLine state={state.clone()} dispatch={dispatch.clone()} />
                <div class="column which">
                    <HeadsPanel state={state.clone()} dispatch={dispatch.clone()} />
                    <LensPanel state={state.clone()} dispatch={dispatch.clone()} />
                </div>
                <div class="column one">
                    <AttentionPanel state={state.clone()} dispatch={dispatch.clone()} />
                    <LensRows state={state.clone()} dispatch={dispatch.clone()} />
                </div>
                <PartsPanel state={state.clone()} dispatch={dispatch.clone()} />
            </main>
            <Sets state={state.clone()} dispatch={dispatch.clone()} />
            <LessonSheet state={state.clone()} dispatch={dispatch.clone()} />
            <DropTarget is_over={state.models.is_dropping} />
            <Models {state} {dispatch} {picks} {dialog} />
        </div>
    }
}
