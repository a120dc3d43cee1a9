use peek_app::{Action, Field, Phase, Run};
use peek_charts::text::visible_token;
use peek_protocol::{LogitScale, Place, Token};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{PanelProps, owned, prompt_strip::PromptStrip};
use crate::parts::{Choice, TextField, on_click, segmented, strip};

/// What is asked: two prompts, an answer, and how they are read.
pub(crate) fn pair_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let inputs = &state.inputs.patch;
    let edit = |field: Field| dispatch.reform(move |text| Action::Edit(field, text));
    let tokens = state.patch.tokens.as_ref();
    let waits = state.patch.phase == Phase::Waiting;
    let answer = tokens.and_then(|t| t.answer.as_ref()).map_or(&[][..], |answer| &answer.tokens);
    html! {
        <section class="panel pair" aria-label="Prompts" data-folded={state.prompts_are_folded().then_some("")}>
            { fold(props) }
            <TextField id="clean" label="Clean prompt" multiline=true value={inputs.clean.clone()}
                placeholder="A prompt that the model answers well"
                notes={owned(state.notes_at(Place::Clean))} oninput={edit(Field::Clean)} aside={length(tokens.map(|t| &*t.clean))} />
            { tokens_of(props, Run::Clean, waits) }
            <TextField id="corrupt" label="Corrupt prompt" multiline=true value={inputs.corrupt.clone()}
                placeholder="The same, changed so that it answers worse"
                notes={owned(state.notes_at(Place::Corrupt))} oninput={edit(Field::Corrupt)}
                aside={html! { <span class="aside-group">{ length(tokens.map(|t| &*t.corrupt)) }{ swap(props) }</span> }} />
            { tokens_of(props, Run::Corrupt, waits) }
            <div class={classes!("answer-row", state.foil_token().is_some().then_some("with-foil"))}>
                <TextField id="answer" label="Answer" value={inputs.answer.clone()}
                    placeholder="Usually begins with a space"
                    notes={owned(state.notes_at(Place::Answer))} oninput={edit(Field::Answer)} />
                <TextField id="foil" label="Foil (optional)" value={state.inputs.foil.clone()} placeholder="none, or e.g. ·Emily"
                    notes={owned(state.notes_at(Place::Foil))} oninput={edit(Field::Foil)} hint={state.foil_hint()} />
                { strip(("Tokens of the answer", "answer-tokens"), answer, waits) }
                // Only the foil's first token is known, which is the one that is read.
                { state.foil_token().map(|(token, stale)| strip(("Token of the foil", "foil-tokens"), std::slice::from_ref(token), stale)) }
            </div>
            <div class="switches">
                { bos_switch(inputs.prepend_bos, dispatch) }
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

fn length(tokens: Option<&[Token]>) -> Html {
    tokens.map_or_else(Html::default, |these| {
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

/// A prompt's tokens, or a shape of them until there are any.
fn tokens_of(props: &PanelProps, run: Run, stale: bool) -> Html {
    let PanelProps { state, dispatch } = props;
    let Some(tokens) = &state.patch.tokens else {
        return html! { <div class="strip waiting" aria-hidden="true"><span /><span /><span /><span /></div> };
    };
    let lit = state.views.lit.filter(|lit| lit.run == run);
    let lit = lit.map_or([None; 2], |lit| [Some(lit.token), lit.key]);
    let locked = state.views.locked.filter(|token| token.run == run).map(|token| token.position);
    html! { <PromptStrip {run} tokens={tokens.clone()} {stale} {lit} {locked} dispatch={dispatch.clone()} /> }
}

fn bos_switch(on: bool, dispatch: &Callback<Action>) -> Html {
    let onchange = dispatch
        .reform(|event: Event| Action::SetBos(event.target_unchecked_into::<HtmlInputElement>().checked()));
    html! {
        <label class="check" title="Puts <|endoftext|> in front of every prompt, as TransformerLens does">
            <input type="checkbox" data-testid="bos" checked={on} {onchange} />
            <span>{ "BOS in front" }</span>
        </label>
    }
}
