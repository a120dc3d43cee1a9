use peek_app::{Action, Field, Lit, PatchTokens, Phase, Run, TokenAt, ViewAction};
use peek_charts::text::visible_token;
use peek_protocol::{LogitScale, Place, Token};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{PanelProps, owned};
use crate::parts::{Choice, Strip, TextField, on_click, segmented};

/// A prompt's tokens, and which of them are not the other's.
type Split<'a> = (&'a [Token], &'a [bool]);

/// What is asked: two prompts, an answer, and how they are read.
pub(crate) fn pair_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let inputs = &state.inputs.patch;
    let edit = |field: Field| dispatch.reform(move |text| Action::Edit(field, text));
    let tokens = state.patch.tokens.as_ref();
    let waits = state.patch.phase == Phase::Waiting;
    let strips = |pick: fn(&PatchTokens) -> Split<'_>| tokens.map(|t| pick(t));
    let clean = strips(|t| (&t.clean, &t.changed.0));
    let corrupt = strips(|t| (&t.corrupt, &t.changed.1));
    html! {
        <section class="panel pair" aria-label="Prompts" data-folded={state.prompts_are_folded().then_some("")}>
            { fold(props) }
            <TextField id="clean" label="Clean prompt" multiline=true value={inputs.clean.clone()}
                placeholder="A prompt that the model answers well"
                notes={owned(state.notes_at(Place::Clean))} oninput={edit(Field::Clean)} aside={length(clean)} />
            { prompt_strip(props, Run::Clean, clean, waits) }
            <TextField id="corrupt" label="Corrupt prompt" multiline=true value={inputs.corrupt.clone()}
                placeholder="The same, changed so that it answers worse"
                notes={owned(state.notes_at(Place::Corrupt))} oninput={edit(Field::Corrupt)}
                aside={html! { <span class="aside-group">{ length(corrupt) }{ swap(props) }</span> }} />
            { prompt_strip(props, Run::Corrupt, corrupt, waits) }
            <div class={classes!("answer-row", state.foil_token().is_some().then_some("with-foil"))}>
                <TextField id="answer" label="Answer" value={inputs.answer.clone()}
                    placeholder="Usually begins with a space"
                    notes={owned(state.notes_at(Place::Answer))} oninput={edit(Field::Answer)} />
                <TextField id="foil" label="Foil (optional)" value={state.inputs.foil.clone()} placeholder="none, or e.g. ·Emily"
                    notes={owned(state.notes_at(Place::Foil))} oninput={edit(Field::Foil)} hint={state.foil_hint()} />
                { answer_strip(tokens.and_then(|t| t.answer.as_ref()).map(|a| &*a.tokens), waits) }
                { state.foil_token().map(|(token, stale)| foil_strip(token, stale)) }
            </div>
            <div class="switches">
                <BosSwitch on={inputs.prepend_bos} dispatch={dispatch.clone()} />
                { segmented("Scale of the logits", "scale", &inputs.scale, &[
                        Choice::new(LogitScale::Centred, "centred", "Centred logits"),
                        Choice::new(LogitScale::Raw, "raw", "Raw"),
                    ], &dispatch.reform(Action::SetScale)) }
            </div>
        </section>
    }
}

/// On a small screen: the prompts as a line, which unfolds them.
fn fold(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let (folded, asked) = (state.prompts_are_folded(), &state.inputs.patch);
    let onclick = dispatch.reform(move |_: MouseEvent| Action::UnfoldPrompts(folded));
    html! {
        <button type="button" class="fold" data-testid="fold" aria-expanded={(!folded).to_string()} {onclick}>
            <span class="fold-text">{ if folded { asked.clean.clone() } else { "Prompts".to_owned() } }</span>
            if folded { <code class="token inline">{ visible_token(&asked.answer) }</code> }
            <span class="muted">{ if folded { "Edit" } else { "Fold" } }</span>
        </button>
    }
}

/// Puts each prompt in the other's place.
fn swap(props: &PanelProps) -> Html {
    let onclick = on_click(&props.dispatch, || Action::SwapPrompts);
    html! {
        <button type="button" class="quiet small" data-testid="swap" title="Puts each prompt in the other's place" {onclick}>{ "⇅ Swap" }</button>
    }
}

fn length(tokens: Option<Split<'_>>) -> Html {
    tokens.map_or_else(Html::default, |(these, _)| {
        let unit = if these.len() == 1 { "token" } else { "tokens" };
        let ends_in_space = these.last().is_some_and(|token| token.text.ends_with(' '));
        html! {
            <span class="aside">
                { format!("{} {unit}", these.len()) }
                if ends_in_space {
                    <span class="odd-end" title="A word's space is the beginning of its token: after a prompt that ends in a space the model expects no word. Leave the space to the answer.">
                        { ", ends in a space" }
                    </span>
                }
            </span>
        }
    })
}

/// A prompt's tokens: pointing at one lights what it reads in the drawing of attention, and what reads it.
fn prompt_strip(props: &PanelProps, run: Run, tokens: Option<Split<'_>>, stale: bool) -> Html {
    let (label, testid) = match run {
        Run::Clean => ("Tokens of the clean prompt", "clean-tokens"),
        Run::Corrupt => ("Tokens of the corrupt prompt", "corrupt-tokens"),
    };
    let lit = props.state.views.lit.filter(|lit| lit.run == run);
    let lit: Vec<usize> =
        lit.map_or_else(Vec::new, |l| [Some(l.token), l.key].into_iter().flatten().collect());
    let onhover = props.dispatch.reform(move |token: Option<usize>| {
        Action::View(ViewAction::Light(token.map(|token| Lit { run, token, key: None })))
    });
    let locked = props.state.views.locked.filter(|token| token.run == run).map(|token| token.position);
    let onpick = props
        .dispatch
        .reform(move |position| Action::View(ViewAction::Lock(Some(TokenAt { run, position }))));
    match tokens {
        Some((these, changed)) => html! {
            <Strip {label} {testid} tokens={these.to_vec()} changed={changed.to_vec()} {stale} {lit} {onhover}
                {locked} {onpick} />
        },
        None => {
            html! { <div class="strip waiting" aria-hidden="true"><span /><span /><span /><span /></div> }
        }
    }
}

fn answer_strip(tokens: Option<&[Token]>, stale: bool) -> Html {
    let tokens = tokens.map(<[Token]>::to_vec).unwrap_or_default();
    html! { <Strip label="Tokens of the answer" testid="answer-tokens" {tokens} only_first=true {stale} /> }
}

/// Only the foil's first token is known, which is the one that is read.
fn foil_strip(token: &Token, stale: bool) -> Html {
    html! { <Strip label="Token of the foil" testid="foil-tokens" tokens={vec![token.clone()]} {stale} /> }
}

#[derive(Properties, PartialEq)]
struct BosProps {
    on: bool,
    dispatch: Callback<Action>,
}

#[component(BosSwitch)]
fn bos_switch(props: &BosProps) -> Html {
    let onchange = props
        .dispatch
        .reform(|event: Event| Action::SetBos(event.target_unchecked_into::<HtmlInputElement>().checked()));
    html! {
        <label class="check" title="Puts <|endoftext|> in front of every prompt, as TransformerLens does">
            <input type="checkbox" data-testid="bos" checked={props.on} {onchange} />
            <span>{ "BOS in front" }</span>
        </label>
    }
}
