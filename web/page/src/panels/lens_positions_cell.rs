use peek_app::{Action, ViewAction, percent, rank};
use peek_charts::text::visible_token;
use yew::prelude::*;

use super::{PanelProps, next_tokens::token_button};
use crate::{chart::token_label, parts::on_click};

/// What the pinned cell of the lens says: its ten likeliest tokens, each of which can be followed; and which token is
/// followed, where it is not the answer.
pub(super) fn pinned_cell(props: &PanelProps) -> Html {
    html! { <>{ followed(props) }{ list(props) }</> }
}

fn followed(props: &PanelProps) -> Html {
    let views = &props.state.views;
    let Some(token) =
        views.lens.result().and_then(|r| r.followed.as_ref()).filter(|_| !views.follow.is_empty())
    else {
        return html! {};
    };
    let onclick = on_click(&props.dispatch, || Action::View(ViewAction::Follow(String::new())));
    html! {
        <p class="help" data-testid="lens-followed">
            { "The grid follows " }<code class="token inline">{ token_label(token) }</code>{ " instead of the answer. " }
            <button type="button" class="head-link plain" data-testid="lens-follow-answer" {onclick}>{ "Follow the answer" }</button>
        </p>
    }
}

fn list(props: &PanelProps) -> Html {
    let (state, send) = (&props.state, props.dispatch.reform(Action::View));
    let (Some((depth, position, cell)), Some(result)) = (state.pinned_lens_cell(), state.views.lens.result())
    else {
        return html! {};
    };
    let name = result.depths.get(depth).cloned().unwrap_or_default();
    let token = result.tokens.get(position).map(token_label);
    let is_followed = |id| result.followed.as_ref().is_some_and(|followed| followed.id == id);
    let reading = cell.followed.zip(result.followed.as_ref()).map(|(reading, token)| {
        let (probability, place) = (percent(reading.probability), rank(reading.rank));
        html! {
            <p class="help" data-testid="lens-cell-followed" data-probability={reading.probability.to_string()} data-rank={reading.rank.to_string()}>
                <code class="token inline">{ token_label(token) }</code>{ format!(" has {probability} here and is {place}.") }
            </p>
        }
    });
    let stale = state.views.lens.is_stale(state.wanted_lens_grid().as_ref());
    html! {
        <div class={classes!("lens-cell", stale.then_some("stale"))} role="group" aria-label="The pinned cell" data-testid="lens-cell" data-depth={name.clone()} data-position={position.to_string()}>
            <div class="panel-head">
                <h3>{ format!("{name} at {position} ") }<code class="token inline">{ token }</code></h3>
                <button type="button" class="icon small" aria-label="Let this cell go" title="Let go (Escape)" data-testid="lens-cell-close"
                    onclick={send.reform(|_: MouseEvent| ViewAction::LensPin(None))}>{ "×" }</button>
            </div>
            <p class="help">{ "What would come next, read here. Click a token and the whole grid follows it." }</p>
            { reading }
            <ol class="lens-top">{ for cell.top.iter().map(|top| {
                let follows = is_followed(top.id);
                let shown = visible_token(&top.text);
                let label = if follows { format!("{shown}, followed") } else { format!("Follow {shown}") };
                html! {
                    <li class={classes!(follows.then_some("answer"))} data-token={top.id.to_string()} data-text={top.text.clone()}
                        data-probability={top.reading.probability.to_string()}>
                        { token_button(top, label, "lens-follow", &send.reform(ViewAction::Follow)) }
                        <span class="number">{ percent(top.reading.probability) }</span>
                    </li>
                }
            }) }</ol>
        </div>
    }
}
