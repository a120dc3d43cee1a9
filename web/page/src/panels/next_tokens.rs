use peek_app::{Action, PatchResult, Run, State, ViewAction, logit, percent};
use peek_charts::text::visible_token;
use peek_protocol::{LogitScale, NextToken, RunSummary};
use yew::prelude::*;

use super::PanelProps;
use crate::parts::{Select, save_table};

/// What the model would say next, for both prompts.
pub(crate) fn next_tokens(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let shown = state.patch.shown.as_deref();
    let continues = state.views.continues;
    let goes_on = |run: Run| continues.then_some(run);
    let tables = |shown: &PatchResult| {
        html! {
            <>
                { table("clean", "Clean", &shown.clean, shown, goes_on(Run::Clean), dispatch) }
                { table("corrupt", "Corrupt", &shown.corrupt, shown, goes_on(Run::Corrupt), dispatch) }
            </>
        }
    };
    let clicks = [("answer", "makes it the answer"), ("continue", "continues its prompt")];
    let clicks = clicks.map(|(name, words)| (name.into(), words.into())).to_vec();
    let onchoose = dispatch.reform(|choice| Action::View(ViewAction::Continue(choice == 1)));
    html! {
        <section class="panel next" aria-label="Next tokens">
            <div class="panel-head"><h2>{ "What comes next?" }</h2>{ crate::parts::more(&peek_app::NEXT) }
                if shown.is_some() {
                    { save_table(state, "next-tokens", "Save these tables as CSV", State::next_tokens_csv) }
                }
            </div>
            <p class="help">
                { "The ten likeliest tokens. A click on one " }
                <Select label="What a click on a token does" testid="next-click" options={clicks} chosen={usize::from(continues)} {onchoose} />
            </p>
            <div class={classes!("next-tables", state.patch_is_stale().then_some("stale"))}>
                { shown.map_or_else(waiting, tables) }
            </div>
        </section>
    }
}

fn waiting() -> Html {
    html! { <>{ for (0..2).map(|_| html! { <div class="rows-waiting" aria-hidden="true" /> }) }</> }
}

fn table(
    name: &'static str,
    title: &'static str,
    run: &RunSummary,
    shown: &PatchResult,
    goes_on: Option<Run>,
    dispatch: &Callback<Action>,
) -> Html {
    let scale = shown.inputs.scale;
    let answer = shown.tokens.answer.as_ref().and_then(|a| a.first()).map(|t| t.id);
    html! {
        <table class="next-table" data-testid={format!("next-{name}")} data-answer-logit={run.answer.logit.to_string()}
            data-answer-probability={run.answer.probability.to_string()} data-answer-rank={run.answer.rank.to_string()}>
            <thead>
                <tr>
                    <th scope="col">{ title }</th>
                    <th scope="col" class="number">{ "logit" }</th>
                    <th scope="col" class="number">{ "prob." }</th>
                </tr>
            </thead>
            <tbody>{ for run.top.iter().map(|token| row(token, answer == Some(token.id), scale, goes_on, dispatch)) }</tbody>
        </table>
    }
}

/// One token. A click on it makes it the answer, or goes on with a run's prompt.
fn row(
    token: &NextToken,
    is_answer: bool,
    scale: LogitScale,
    goes_on: Option<Run>,
    dispatch: &Callback<Action>,
) -> Html {
    let shown = visible_token(&token.text);
    let label = match goes_on {
        Some(Run::Clean) => format!("Continue the clean prompt with {shown}"),
        Some(Run::Corrupt) => format!("Continue the corrupt prompt with {shown}"),
        None if is_answer => format!("{shown}, the answer"),
        None => format!("Make {shown} the answer"),
    };
    let onpick = dispatch.reform(move |text| match goes_on {
        Some(run) => Action::Continue(run, text),
        None => Action::UseAsAnswer(text),
    });
    let r = &token.reading;
    html! {
        <tr class={classes!(is_answer.then_some("answer"))} data-token={token.id.to_string()} data-text={token.text.clone()}>
            <td>
                { token_button(token, label, "next-token", &onpick) }
            </td>
            <td class="number" data-logit={r.logit.to_string()} data-raw-logit={r.raw_logit.to_string()}>{ logit(r.on(scale)) }</td>
            <td class="number" data-probability={r.probability.to_string()}>{ percent(r.probability) }</td>
        </tr>
    }
}

/// A token to be clicked, which gives its exact text.
pub(super) fn token_button(
    token: &NextToken,
    label: String,
    testid: &'static str,
    onpick: &Callback<String>,
) -> Html {
    let text = token.text.clone();
    let title = format!("{label} (id {})", token.id);
    // Part of a character: its text would not come back as this token.
    let is_partial = text.is_empty() || text.contains('\u{fffd}');
    let shown = visible_token(&text);
    let onclick = onpick.reform(move |_: MouseEvent| text.clone());
    html! {
        <button type="button" class="token" aria-label={label} {title} disabled={is_partial} {onclick} data-testid={testid}>
            { shown }
        </button>
    }
}
