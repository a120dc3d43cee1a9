//! The dialog in which a model is chosen: from the site, from the browser's storage, from this computer, from an address.

mod address;
mod computer;
mod drop_target;
mod kept;
mod listed;

use std::rc::Rc;

use peek_app::{Action, State};
use peek_protocol::Place;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::owned;
use crate::{parts::note_list, shell::Picks};
use address::FromAddress;
use computer::FromComputer;
use kept::kept_models;
use listed::listed_models;

pub(crate) use computer::{MODEL_FILES, picked};
pub(crate) use drop_target::drop_target;

#[derive(Clone, Properties)]
pub(crate) struct ModelsProps {
    pub(crate) state: Rc<State>,
    pub(crate) dispatch: Callback<Action>,
    pub(crate) picks: Picks,
    pub(crate) dialog: NodeRef,
}

impl PartialEq for ModelsProps {
    fn eq(&self, other: &Self) -> bool {
        // Typing and results are none of its business; it is not made anew for them.
        let (a, b) = (&self.state, &other.state);
        self.dispatch == other.dispatch
            && a.models == b.models
            && a.engine.pick == b.engine.pick
            && a.engine.notes == b.engine.notes
    }
}

/// The dialog. Whoever holds its node opens it; choosing a model closes it, and what comes of it is told by the page.
#[component(Models)]
pub(crate) fn models(props: &ModelsProps) -> Html {
    let ModelsProps { state, dispatch, picks, dialog } = props.clone();
    // The kept model whose deletion waits for a second press.
    let sure = use_state(|| None::<String>);
    let close = {
        let dialog = dialog.clone();
        Callback::from(move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    let choose = {
        let (dispatch, close) = (dispatch.clone(), close.clone());
        Callback::from(move |action: Action| {
            close.emit(());
            dispatch.emit(action);
        })
    };
    // Escape closes the dialog by the browser's own doing, and unpins nothing below it.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
        }
    });
    html! {
        <dialog class="models" ref={dialog} aria-labelledby="models-title" data-testid="models" {onkeydown}>
            <div class="models-head">
                <h2 id="models-title">{ "Models" }</h2>
                <button type="button" class="icon" aria-label="Close" data-testid="models-close"
                    onclick={close.reform(|_: MouseEvent| ())}>{ "×" }</button>
            </div>
            <div class="models-body" tabindex="0" role="group" aria-labelledby="models-title">
                <p class="help">
                    { "A model runs on this device. Nothing is downloaded before you press its button, which says how much it is; \
                       nothing that you type or open is uploaded." }
                </p>
                { note_list("models-notes", &owned(state.notes_at(Place::Model))) }
                { listed_models(&state, &choose) }
                { kept_models(&state, (&choose, &dispatch), &sure) }
                <FromComputer dispatch={choose} {picks} />
                <FromAddress {dispatch} close={close} error={state.models.address_error.clone()} />
            </div>
        </dialog>
    }
}
