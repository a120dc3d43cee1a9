use peek_app::{Action, Lit, PatchTokens, Run, Shared, TokenAt, ViewAction};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};
use yew::prelude::*;

use crate::{
    chart::unless_by_finger,
    parts::{Chip, chip},
};

#[derive(Properties, PartialEq)]
pub(crate) struct PromptStripProps {
    pub(crate) run: Run,
    pub(crate) tokens: Shared<PatchTokens>,
    /// Whether the text has changed since.
    pub(crate) stale: bool,
    /// Tokens that are lit, since the pointer is on what reads them.
    pub(crate) lit: [Option<usize>; 2],
    /// The token that is locked.
    pub(crate) locked: Option<usize>,
    pub(crate) dispatch: Callback<Action>,
}

/// A prompt as the model reads it, one chip a token: pointing at one lights what it reads in the drawing of attention, and
/// what reads it; a click locks it. There may be a thousand, so that all have their listeners in common, and are made anew
/// only when they are others.
#[component(PromptStrip)]
pub(crate) fn prompt_strip(props: &PromptStripProps) -> Html {
    let (run, PatchTokens { changed, .. }) = (props.run, &*props.tokens);
    let (label, testid, tokens, changed) = match run {
        Run::Clean => ("Tokens of the clean prompt", "clean-tokens", &props.tokens.clean, &changed.0),
        Run::Corrupt => ("Tokens of the corrupt prompt", "corrupt-tokens", &props.tokens.corrupt, &changed.1),
    };
    let light = {
        // The pointer goes over several elements of one chip.
        let (now, dispatch) = (props.lit[0], props.dispatch.clone());
        Callback::from(move |token: Option<usize>| {
            if token != now {
                let lit = token.map(|token| Lit { run, token, key: None });
                dispatch.emit(Action::View(ViewAction::Light(lit)));
            }
        })
    };
    let onpointerover = unless_by_finger(&light, |event| at(event.target()));
    let onpointerleave = unless_by_finger(&light, |_| None);
    let onfocusin = light.reform(|event: FocusEvent| at(event.target()));
    // What the focus goes to may be a chip of another strip; one of this strip lights itself.
    let onfocusout = light.reform(|_: FocusEvent| None);
    let onclick = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(position) = at(event.target()) {
                dispatch.emit(Action::View(ViewAction::Lock(Some(TokenAt { run, position }))));
            }
        })
    };
    // One token is in the tab order; arrows move from there.
    let in_order = props.locked.filter(|at| *at < tokens.len()).unwrap_or(0);
    let chips = tokens.iter().enumerate().map(|(at, token)| {
        let is_locked = props.locked == Some(at);
        let is_changed = changed.get(at).is_some_and(|changed| *changed);
        let is_lit = is_locked || props.lit.contains(&Some(at));
        chip(Chip { at, token, is_changed, is_lit, is_unused: false }, |said| html! {
            <button type="button" tabindex={if at == in_order { "0" } else { "-1" }} aria-pressed={is_locked.to_string()}>{ said }</button>
        })
    });
    let onkeydown = Callback::from(|event: KeyboardEvent| move_on(&event));
    html! {
        <ol class={classes!("strip", props.stale.then_some("stale"))} aria-label={label} data-testid={testid}
            {onkeydown} {onpointerover} {onpointerleave} {onfocusin} {onfocusout} {onclick}>{ for chips }</ol>
    }
}

/// Which chip an element is in.
fn at(target: Option<EventTarget>) -> Option<usize> {
    let element = target?.dyn_into::<Element>().ok()?;
    element.closest("[data-at]").ok()??.get_attribute("data-at")?.parse().ok()
}

/// Arrows go from chip to chip.
fn move_on(event: &KeyboardEvent) {
    let chip = event.target_dyn_into::<Element>().and_then(|button| button.parent_element());
    let next = chip.and_then(|chip| match event.key().as_str() {
        "ArrowRight" => chip.next_element_sibling(),
        "ArrowLeft" => chip.previous_element_sibling(),
        _ => None,
    });
    let button = next.and_then(|chip| chip.first_element_child()?.dyn_into::<HtmlElement>().ok());
    if let Some(button) = button {
        event.prevent_default();
        // Where a presentation turns over its parts, this is no arrow of its.
        event.stop_propagation();
        // It is on the page, so it can be focused.
        let _ = button.focus();
    }
}
