use peek_protocol::Token;
use yew::prelude::*;

use crate::chart::token_label;

/// A token of a text, and how it stands in its row.
#[derive(Clone, Copy)]
pub(crate) struct Chip<'a> {
    pub(crate) at: usize,
    pub(crate) token: &'a Token,
    /// It is not the other prompt's.
    pub(crate) is_changed: bool,
    /// The pointer is on it, or on what reads it.
    pub(crate) is_lit: bool,
    /// Only those before it are used.
    pub(crate) is_unused: bool,
}

/// A chip with what is in it. Where it is in the row is its `data-at`.
pub(crate) fn chip(chip: Chip<'_>, inside: impl FnOnce(Html) -> Html) -> Html {
    let Chip { at, token, .. } = chip;
    let class = classes!(
        "token",
        token.is_bos.then_some("bos"),
        chip.is_changed.then_some("changed"),
        chip.is_lit.then_some("lit"),
        chip.is_unused.then_some("unused"),
    );
    let said = html! { <>{ token_label(token) }<span class="visually-hidden">{ format!(", id {} ", token.id) }</span></> };
    html! {
        <li {class} title={format!("Token {at}, id {}", token.id)} data-at={at.to_string()} data-id={token.id.to_string()}
            data-text={token.text.clone()}>{ inside(said) }</li>
    }
}

/// A short text as the model reads it. Only its first token is used.
pub(crate) fn strip((label, testid): (&'static str, &'static str), tokens: &[Token], stale: bool) -> Html {
    let plain = |(at, token)| {
        let look = Chip { at, token, is_changed: false, is_lit: false, is_unused: at > 0 };
        chip(look, |said| said)
    };
    html! {
        <ol class={classes!("strip", stale.then_some("stale"))} aria-label={label} data-testid={testid}>
            { for tokens.iter().enumerate().map(plain) }
        </ol>
    }
}
