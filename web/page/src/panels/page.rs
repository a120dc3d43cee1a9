use std::rc::Rc;

use peek_app::{Action, State};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{PanelProps, pair::pair_panel};
use crate::{rest::Rest, shell::Picks};

#[derive(Clone, Properties)]
pub(crate) struct PageProps {
    pub(crate) state: Rc<State>,
    pub(crate) dispatch: Callback<Action>,
    pub(crate) picks: Picks,
    /// `None` until it has arrived.
    pub(crate) rest: Option<Rest>,
    /// Asks for the rest once more, where it did not come.
    pub(crate) again: Option<Callback<MouseEvent>>,
}

impl PartialEq for PageProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
            && self.dispatch == other.dispatch
            && self.picks == other.picks
            && self.rest == other.rest
            && self.again == other.again
    }
}

impl PageProps {
    /// What a panel gets of it.
    pub(crate) fn panel(&self) -> PanelProps {
        PanelProps { state: self.state.clone(), dispatch: self.dispatch.clone() }
    }
}

/// The whole page. The prompts are there from the first frame on, and stay the same elements when the rest arrives around
/// them, so that nothing is lost of what is being typed.
#[component(Page)]
pub(crate) fn page(props: &PageProps) -> Html {
    let models = use_node_ref();
    let open_models = {
        let (dialog, dispatch) = (models.clone(), props.dispatch.clone());
        use_callback((), move |(), ()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>().filter(|dialog| !dialog.open()) {
                // It is in the document and not open, so it can be shown.
                let _ = dialog.show_modal();
                dispatch.emit(Action::LookAtModels);
            }
        })
    };
    let panel = props.panel();
    let slide = props.state.part_alone();
    let [above, asked, results, below] = match props.rest {
        Some(rest) => [
            (rest.above)(props, &open_models),
            (rest.asked)(&panel),
            (rest.results)(&panel),
            (rest.below)(props, &models),
        ],
        None => [first_above(props.again.as_ref()), Html::default(), first_results(), Html::default()],
    };
    html! {
        <div class="page" data-slide={slide} data-only={props.state.only.map(|_| "true")}>
            { above }
            <main class="layout" data-tab={props.state.tab().name()} aria-busy={props.rest.is_none().then_some("true")}>
                <div class="column asked">
                    { pair_panel(&panel) }
                    { asked }
                </div>
                { results }
            </main>
            { below }
        </div>
    }
}

/// As in `index.html`, until the rest has arrived.
fn first_above(again: Option<&Callback<MouseEvent>>) -> Html {
    html! {
        <>
            <header class="header">
                <h1 class="name">{ "Peek" }<span class="tagline">{ "how a language model finds its answer" }</span></h1>
            </header>
            if let Some(again) = again {
                <div class="banner" role="alert" data-testid="page-incomplete">
                    <p>{ "A part of the page could not be fetched. What you typed is kept. Check the connection, then try again." }</p>
                    <button type="button" class="primary" data-testid="page-again" onclick={again}>{ "Try again" }</button>
                </div>
            } else {
                <p class="engine-line">{ "Starting…" }</p>
            }
        </>
    }
}

fn first_results() -> Html {
    let shape = |class: &'static str| {
        html! { <section class={classes!("panel", class)}><div class="heat-waiting"></div></section> }
    };
    html! {
        <>
            <section class="panel sentence">
                <p class="muted">{ "Two prompts, one answer: which attention heads make the difference?" }</p>
            </section>
            // As many as there will be, column by column: each stays where it is.
            <div class="column which">{ shape("heads") }<section class="panel lens" /></div>
            <div class="column one">{ shape("attention") }<section class="panel probes" /></div>
            <section class="panel parts" />
        </>
    }
}
