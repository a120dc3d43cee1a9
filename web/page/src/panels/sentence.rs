use peek_app::{Action, Life, Part, Phase};
use yew::prelude::*;

use super::{PanelProps, lessons::first_minute, phase_name};
use crate::parts::focus_beside;

/// The result in words.
pub(crate) fn sentence_line(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let stale = state.patch_is_stale();
    let said = match state.sentence() {
        Some(sentence) => sentence.parts.iter().map(|part| show(part, dispatch)).collect(),
        None => html! {
            <span class="muted">
                { match &state.patch.phase {
                    Phase::Refused => "Mend the marked field to see what the model says.",
                    _ if matches!(state.engine.life, Life::NoModel { .. }) => {
                        "What a model says of the two prompts will be summed up here once one is loaded."
                    }
                    _ => "What the model says of the two prompts will be summed up here.",
                } }
            </span>
        },
    };
    html! {
        <section class="panel sentence" aria-label="In words" tabindex="-1">
            { welcome(props) }
            <p class={classes!(stale.then_some("stale"))} data-testid="sentence" data-phase={phase_name(&state.patch.phase)}
                data-stale={stale.to_string()}>
                { said }
            </p>
        </section>
    }
}

/// For whoever sees the page for the first time: what it is, and the one thing to do next.
fn welcome(props: &PanelProps) -> Html {
    let Some(said) = props.state.welcome() else { return html! {} };
    let onclick = props.dispatch.reform(|event: MouseEvent| {
        // The button goes: the focus stays with what stands around it.
        focus_beside(&event, |button| button.closest(".sentence").ok().flatten());
        Action::Greet(false)
    });
    html! {
        <div class="welcome" data-testid="welcome">
            <p><strong>{ "New here? " }</strong>{ said }</p>
            { first_minute(props, "primary", "Take the first minute") }
            <button type="button" class="icon small" aria-label="Close the welcome" data-testid="welcome-close" {onclick}>{ "×" }</button>
        </div>
    }
}

fn show(part: &Part, dispatch: &Callback<Action>) -> Html {
    match part {
        Part::Text(text) => html! { { text } },
        Part::Token(token) => html! { <code class="token inline">{ token }</code> },
        Part::Head(head) => {
            let head = *head;
            let onclick = dispatch.reform(move |_: MouseEvent| Action::Pin(head));
            html! { <button type="button" class="head-link" {onclick} title="Pin this head">{ head.to_string() }</button> }
        }
    }
}
