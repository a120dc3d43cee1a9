use peek_app::{Action, Shared, ViewAction, Weights, percent, reads};
use peek_protocol::Pattern;
use yew::prelude::*;

use crate::{chart::token_label, parts::on_click};

/// More than these are in the table.
const MOST: usize = 8;

#[derive(Properties, PartialEq)]
pub(crate) struct LockedProps {
    pub(crate) pattern: Shared<Pattern>,
    /// The position that is locked.
    pub(crate) token: usize,
    /// Whether weights are multiplied by the norm of what is read: no shares any more.
    pub(crate) weighted: bool,
    /// Whether the texts have changed since.
    pub(crate) stale: bool,
    pub(crate) dispatch: Callback<Action>,
}

/// What the locked token reads and what reads it, in numbers.
#[component(Locked)]
pub(crate) fn locked(props: &LockedProps) -> Html {
    let LockedProps { pattern, token, .. } = props;
    let name = |at: usize| pattern.tokens.get(at).map(token_label);
    let (reads, is_read) = reads(pattern, *token);
    let onclick = on_click(&props.dispatch, || Action::View(ViewAction::Lock(None)));
    let list = |title: &'static str, testid: &'static str, weights: &Weights| {
        html! {
            <div>
                <h4>{ title }</h4>
                <ol data-testid={testid}>{ for weights.iter().take(MOST).map(|(at, weight)| html! {
                    <li data-position={at.to_string()} data-weight={weight.to_string()}>
                        <code class="token inline">{ name(*at) }</code>
                        <span class="number">{ if props.weighted { peek_app::logit(*weight) } else { percent(*weight) } }</span>
                    </li>
                }) }</ol>
                if let Some(more) = weights.len().checked_sub(MOST).filter(|more| *more > 0) {
                    <p class="help">{ format!("and {more} more, in the table") }</p>
                }
            </div>
        }
    };
    html! {
        <div class={classes!("locked", props.stale.then_some("stale"))} role="group" aria-label="The locked token" data-testid="locked" data-position={token.to_string()}>
            <div class="panel-head">
                <h3><code class="token inline">{ name(*token) }</code>{ format!(" at {token}") }</h3>
                <button type="button" class="icon small" aria-label="Unlock this token" title="Unlock (Escape)" data-testid="unlock" {onclick}>{ "×" }</button>
            </div>
            <div class="locked-lists">
                { list("reads", "locked-reads", &reads) }
                { list("is read by", "locked-read-by", &is_read) }
            </div>
        </div>
    }
}
