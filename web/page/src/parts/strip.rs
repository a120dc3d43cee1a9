use peek_protocol::Token;
use yew::prelude::*;

use crate::chart::token_label;

#[derive(Properties, PartialEq)]
pub(crate) struct StripProps {
    pub(crate) label: AttrValue,
    pub(crate) testid: AttrValue,
    pub(crate) tokens: Vec<Token>,
    /// Half-open range of tokens that the other prompt does not have.
    #[prop_or_default]
    pub(crate) changed: Option<(usize, usize)>,
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
}

/// A text as the model reads it: one chip a token.
#[component(Strip)]
pub(crate) fn strip(props: &StripProps) -> Html {
    let is_changed = |i: usize| props.changed.is_some_and(|(from, to)| (from..to).contains(&i));
    html! {
        <ol class={classes!("strip", props.stale.then_some("stale"))} aria-label={props.label.clone()}
            data-testid={props.testid.clone()}>
            { for props.tokens.iter().enumerate().map(|(i, token)| {
                let class = classes!(
                    "token",
                    token.is_bos.then_some("bos"),
                    is_changed(i).then_some("changed"),
                    props.lit.contains(&i).then_some("lit"),
                    (props.only_first && i > 0).then_some("unused"),
                );
                let title = format!("Token {}, id {}", i, token.id);
                let (on, off) = (props.onhover.clone(), props.onhover.clone());
                let onpointerenter = move |_: PointerEvent| on.emit(Some(i));
                let onpointerleave = move |_: PointerEvent| off.emit(None);
                html! {
                    <li {class} {title} {onpointerenter} {onpointerleave} data-id={token.id.to_string()} data-text={token.text.clone()}>
                        { token_label(token) }
                        <span class="visually-hidden">{ format!(", id {} ", token.id) }</span>
                    </li>
                }
            }) }
        </ol>
    }
}

/// Where `these` differ from `others`: what lies between their common beginning and their common end.
pub(crate) fn changed_between(these: &[Token], others: &[Token]) -> Option<(usize, usize)> {
    let same = |(a, b): &(&Token, &Token)| a.id == b.id;
    let begin = these.iter().zip(others).take_while(same).count();
    let rest = these.len().min(others.len()) - begin;
    let end = these.iter().rev().zip(others.iter().rev()).take_while(same).count().min(rest);
    let changed = (begin, these.len() - end);
    (changed.0 < changed.1).then_some(changed)
}
