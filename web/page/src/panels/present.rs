use peek_app::{Action, SLIDES};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{PanelProps, present_fit::use_fit, present_linger::use_lingering};
use crate::{
    parts::on_click,
    shell::{copy, whole_address},
};

/// The way through a presentation, in a corner; nothing while there is none.
pub(crate) fn present_bar(props: &PanelProps) -> Html {
    match props.state.slide {
        Some(_) => html! { <Bar state={props.state.clone()} dispatch={props.dispatch.clone()} /> },
        None => html! {},
    }
}

/// Begins to present, or goes on where the last presentation ended.
pub(crate) fn present_button(PanelProps { state, dispatch }: &PanelProps) -> Html {
    let left_at = state.stage.left_at;
    let onclick = dispatch.reform(move |_: MouseEvent| Action::Present(Some(left_at)));
    html! {
        <button type="button" class="quiet small" data-testid="present" {onclick}
            title="One part of the page at a time, in large type: arrow keys turn over, Escape ends it">{ "Present" }</button>
    }
}

#[component(Bar)]
fn bar(props: &PanelProps) -> Html {
    let next = use_node_ref();
    let told = use_state(String::new);
    {
        let next = next.clone();
        use_effect_with((), move |()| {
            focus(next.cast());
            || {
                let document = web_sys::window().and_then(|window| window.document());
                let button =
                    document.and_then(|document| document.query_selector("[data-testid=present]").ok()?);
                focus(button.and_then(|button| button.dyn_into().ok()));
            }
        });
    }
    let plays = props.state.stage.plays();
    use_lingering(plays, &props.dispatch);
    use_fit(props.state.slide, props.state.stage.zoom, &props.dispatch);
    let Some((place, _, title)) = props.state.presented() else { return html! {} };
    let copy_link = {
        let (state, told) = (props.state.clone(), told.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(address) = state.part_link().and_then(|fragment| whole_address(&fragment)) else {
                return;
            };
            let told = told.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let is_copied = copy(&address).await;
                told.set(if is_copied { "Copied".to_owned() } else { address });
            });
        })
    };
    let (play, about_play, about_link) = if plays {
        ("Pause", "Holds it here", "Copies the address of a presentation that goes by itself")
    } else {
        (
            "Play",
            "Goes by itself from part to part, then to the next preset; whoever changes something has the page for a minute",
            "Copies the address of this part alone, for a frame in a slide or in another page",
        )
    };
    let act = |make: fn() -> Action| on_click(&props.dispatch, make);
    let onplay = props.dispatch.reform(move |_: MouseEvent| Action::Play(!plays));
    html! {
        <section class="present-bar" aria-label="Presentation" data-testid="present-bar">
            <h1 data-testid="present-title">{ title }<span class="muted">{ format!(" {} of {}", place + 1, SLIDES.len()) }</span></h1>
            <button type="button" class="quiet" aria-label="Part before" data-testid="present-back" onclick={act(|| Action::Turn(false))}>{ "‹" }</button>
            <button type="button" class="quiet" ref={next} aria-label="Next part" data-testid="present-next" onclick={act(|| Action::Turn(true))}>{ "›" }</button>
            if props.state.lessons.open.is_none() {
                <button type="button" class="quiet small" data-testid="present-play" title={about_play} onclick={onplay}>{ play }</button>
            }
            <button type="button" class="quiet small" data-testid="present-link" title={about_link} onclick={copy_link}>{ "Copy link" }</button>
            <span class="help" role="status" data-testid="present-told">{ &*told }</span>
            <button type="button" class="icon small" aria-label="End the presentation" title="End (Escape)" data-testid="present-end"
                onclick={act(|| Action::Present(None))}>{ "×" }</button>
        </section>
    }
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        // It is on the page, so it can be focused.
        let _ = element.focus();
    }
}
