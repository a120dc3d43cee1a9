use peek_protocol::Token;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::chart::{token_label, unless_by_finger};

#[derive(Properties, PartialEq)]
pub(crate) struct StripProps {
    pub(crate) label: AttrValue,
    pub(crate) testid: AttrValue,
    pub(crate) tokens: Vec<Token>,
    /// Which tokens differ from the other prompt's; empty where there is no other.
    #[prop_or_default]
    pub(crate) changed: Vec<bool>,
    /// Whether only the first is used.
    #[prop_or_default]
    pub(crate) only_first: bool,
    /// Whether the text has changed since.
    #[prop_or_default]
    pub(crate) stale: bool,
    /// Tokens that are lit, since the pointer is on what reads them.
    #[prop_or_default]
    pub(crate) lit: Vec<usize>,
    /// Which token the pointer is on.
    #[prop_or_default]
    pub(crate) onhover: Callback<Option<usize>>,
    /// The token that is locked.
    #[prop_or_default]
    pub(crate) locked: Option<usize>,
    /// Which token was clicked; without it tokens are nothing to click.
    #[prop_or_default]
    pub(crate) onpick: Option<Callback<usize>>,
}

/// A text as the model reads it: one chip a token.
#[component(Strip)]
pub(crate) fn strip(props: &StripProps) -> Html {
    // One token is in the tab order; arrows move from there.
    let in_order = props.locked.filter(|at| *at < props.tokens.len()).unwrap_or(0);
    let onkeydown = Callback::from(|event: KeyboardEvent| {
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
    });
    let is_changed = |i: usize| props.changed.get(i).is_some_and(|changed| *changed);
    html! {
        <ol class={classes!("strip", props.stale.then_some("stale"))} aria-label={props.label.clone()}
            data-testid={props.testid.clone()} {onkeydown}>
            { for props.tokens.iter().enumerate().map(|(i, token)| {
                let class = classes!(
                    "token",
                    token.is_bos.then_some("bos"),
                    is_changed(i).then_some("changed"),
                    (props.lit.contains(&i) || props.locked == Some(i)).then_some("lit"),
                    (props.only_first && i > 0).then_some("unused"),
                );
                let is_locked = props.locked == Some(i);
                let said = html! { <>{ token_label(token) }<span class="visually-hidden">{ format!(", id {} ", token.id) }</span></> };
                let title = format!("Token {}, id {}", i, token.id);
                let onpointerenter = unless_by_finger(&props.onhover.reform(move |()| Some(i)), |_| ());
                let onpointerleave = unless_by_finger(&props.onhover, |_| None);
                let onfocus = props.onhover.reform(move |_: FocusEvent| Some(i));
                let onblur = props.onhover.reform(|_: FocusEvent| None);
                html! {
                    <li {class} {title} {onpointerenter} {onpointerleave} data-id={token.id.to_string()} data-text={token.text.clone()}>
                        if let Some(onpick) = &props.onpick {
                            <button type="button" tabindex={if i == in_order { "0" } else { "-1" }} aria-pressed={is_locked.to_string()}
                                onclick={onpick.reform(move |_: MouseEvent| i)} {onfocus} {onblur}>{ said }</button>
                        } else {
                            { said }
                        }
                    </li>
                }
            }) }
        </ol>
    }
}
