use peek_app::{Action, Meeting, meetings};
use peek_protocol::{Alignment, At, Setup, Token};
use yew::prelude::*;

use super::PanelProps;
use crate::chart::token_label;

/// Both prompts side by side, the one that is changed above the one that lends. A token of the upper one, then one of the
/// lower one, lets the two meet.
#[component(AlignmentStrip)]
pub(crate) fn alignment_strip(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let picked = use_state_eq(|| None::<usize>);
    let Some((alignment, stale)) = state.alignment() else {
        return html! { <div class="strip waiting" aria-hidden="true"><span /><span /><span /><span /></div> };
    };
    let setup = state.inputs.setup.clone();
    let borrows = !alignment.donor.is_empty();
    let base = {
        let (picked, dispatch, setup) = (picked.clone(), dispatch.clone(), setup.clone());
        Callback::from(move |at: usize| {
            picked.set(if *picked == Some(at) { None } else { Some(at) });
            if matches!(setup.at, At::One(_)) {
                dispatch.emit(Action::SetUp(Setup { at: At::One(at), ..setup.clone() }));
            }
        })
    };
    let meet = {
        let (picked, dispatch) = (picked.clone(), dispatch.clone());
        Callback::from(move |donor: Option<usize>| {
            if let Some(base) = *picked {
                dispatch.emit(Action::Meet { base, donor });
                picked.set(None);
            }
        })
    };
    let none = meet.reform(|_: MouseEvent| None);
    let suggested = {
        let setup = setup.clone();
        dispatch.reform(move |_: MouseEvent| Action::SetUp(Setup { alignment: None, ..setup.clone() }))
    };
    let columns = if borrows {
        meetings(&alignment.map, alignment.donor.len())
    } else {
        (0..alignment.base.len()).map(|at| Meeting { base: Some(at), donor: None }).collect()
    };
    let strip = Strips { alignment, picked: *picked, at: setup.at, base, meet };
    html! {
        <div class={classes!("alignment", stale.then_some("stale"))} data-testid="alignment"
            data-edited={setup.alignment.is_some().to_string()} data-stale={stale.to_string()}>
            <p class="help">{ said(alignment, *picked, setup.at, borrows) }</p>
            <ol class="meetings" aria-label="How the prompts line up">
                { for columns.iter().map(|column| strip.column(*column, borrows)) }
            </ol>
            if borrows {
                <div class="buttons">
                    <button type="button" class="quiet" data-testid="meets-none" disabled={picked.is_none()}
                        onclick={none}>{ "Meets none" }</button>
                    <button type="button" class="quiet" data-testid="suggested-alignment"
                        disabled={setup.alignment.is_none()} onclick={suggested}>{ "Suggested alignment" }</button>
                </div>
            }
        </div>
    }
}

/// What can be done here now.
fn said(alignment: &Alignment, picked: Option<usize>, at: At, borrows: bool) -> Html {
    let token = picked.and_then(|at| alignment.base.get(at));
    match (token, at, borrows) {
        (Some(token), _, true) => html! {
            <>
                { "Choose the token that " }
                <code class="token inline">{ token_label(token) }</code>
                { " takes from, in the lower row; or let it meet none." }
            </>
        },
        (_, At::One(_), true) => html! {
            { "Above, the prompt that is changed: click a token to choose the position. Below, the token that it takes from." }
        },
        (_, At::One(_), false) => html! { { "Click a token to choose the position that is changed." } },
        (_, _, true) => html! {
            { "Above, the prompt that is changed; below, the token that each position takes from. Click one above, then one below, to change that." }
        },
        (_, _, false) => html! { { "No prompt lends here, so there is nothing to line up." } },
    }
}

/// The two rows.
struct Strips<'a> {
    alignment: &'a Alignment,
    picked: Option<usize>,
    at: At,
    base: Callback<usize>,
    meet: Callback<Option<usize>>,
}

impl Strips<'_> {
    fn column(&self, Meeting { base, donor }: Meeting, borrows: bool) -> Html {
        let is_alone = borrows && (base.is_none() || donor.is_none());
        html! {
            <li class={classes!(is_alone.then_some("alone"))} data-base={base.map(|at| at.to_string())}
                data-donor={donor.map(|at| at.to_string())}>
                { base.map_or_else(blank, |at| self.upper(at)) }
                if borrows {
                    { donor.map_or_else(blank, |at| self.lower(at)) }
                }
            </li>
        }
    }

    fn upper(&self, at: usize) -> Html {
        let Some(token) = self.alignment.base.get(at) else { return blank() };
        let is_picked = self.picked == Some(at);
        let is_changed = match self.at {
            At::One(one) => one == at,
            At::Last => at + 1 == self.alignment.base.len(),
            At::All | At::Grid => false,
        };
        let onclick = self.base.reform(move |_: MouseEvent| at);
        let class = classes!("token", token.is_bos.then_some("bos"), is_changed.then_some("at"));
        html! {
            <button type="button" {class} {onclick} aria-pressed={is_picked.to_string()} data-testid="align-base"
                data-position={at.to_string()} aria-label={label(token, at, if is_changed { ", changed here" } else { "" })}>
                { token_label(token) }
            </button>
        }
    }

    fn lower(&self, at: usize) -> Html {
        let Some(token) = self.alignment.donor.get(at) else { return blank() };
        let onclick = self.meet.reform(move |_: MouseEvent| Some(at));
        let class = classes!("token", token.is_bos.then_some("bos"));
        html! {
            <button type="button" {class} {onclick} disabled={self.picked.is_none()} data-testid="align-donor"
                data-position={at.to_string()} aria-label={label(token, at, ", lends")}>{ token_label(token) }</button>
        }
    }
}

fn label(token: &Token, at: usize, what: &str) -> String {
    format!("{}, position {at}{what}", token_label(token))
}

fn blank() -> Html {
    html! { <span class="token none"><span class="visually-hidden">{ "meets none" }</span></span> }
}
