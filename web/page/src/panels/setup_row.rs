use peek_app::{Action, EDITS, metric_words, site_words};
use peek_names::{Metric, Site};
use peek_protocol::{At, Edit, Place, Setup, Token};
use yew::prelude::*;

use super::{PanelProps, owned};
use crate::{
    chart::token_label,
    parts::{Select, note_list},
};

/// What is put where and what is read, as a sentence with choices in it.
pub(crate) fn setup_row(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let now = &state.inputs.setup;
    let change = |make: fn(&mut Setup, usize)| {
        let (now, dispatch) = (now.clone(), dispatch.clone());
        Callback::from(move |choice: usize| {
            let mut next = now.clone();
            make(&mut next, choice);
            dispatch.emit(Action::SetUp(next));
        })
    };
    let place = |found: Option<usize>| found.unwrap_or(0);
    let sites = Site::ALL.iter().map(|site| (site.name().into(), site_words(*site).into()));
    let edits = EDITS.iter().map(|(_, name, words)| ((*name).into(), (*words).into()));
    let metrics = Metric::ALL.iter().map(|metric| (metric.name().into(), metric_words(*metric).into()));
    html! {
        <>
            <p class="setup" role="group" aria-label="Intervention" data-testid="setup">
                { "Put " }
                <Select label="What is changed" testid="setup-site" options={sites.collect::<Vec<_>>()}
                    chosen={place(Site::ALL.iter().position(|site| *site == now.site))}
                    onchoose={change(|setup, i| setup.site = Site::ALL.get(i).copied().unwrap_or_default())} />
                { " " }
                <Select label="Into what" testid="setup-edit" options={edits.collect::<Vec<_>>()}
                    chosen={place(EDITS.iter().position(|(edit, ..)| *edit == now.edit))}
                    onchoose={change(|setup, i| setup.edit = EDITS.get(i).map(|edit| edit.0).unwrap_or_default())} />
                { " at " }
                { positions(props) }
                { ", read " }
                <Select label="What is read" testid="setup-metric" options={metrics.collect::<Vec<_>>()}
                    chosen={place(Metric::ALL.iter().position(|metric| *metric == now.metric))}
                    onchoose={change(|setup, i| setup.metric = Metric::ALL.get(i).copied().unwrap_or_default())} />
                { mean_over(props) }
            </p>
            { note_list("setup-notes", &owned(state.notes_at(Place::Setup))) }
        </>
    }
}

/// Of a mean: over the pair's own prompts, or over those of the set.
fn mean_over(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let now = &state.inputs.setup;
    if !matches!(now.edit, Edit::Mean(_)) {
        return html! {};
    }
    let of_set = state.sets.mean_prompts();
    // From an address, or of a set that was changed since.
    let others = Some(now.mean_prompts.clone()).filter(|prompts| !prompts.is_empty() && *prompts != of_set);
    let lists = [
        Some(("pair", "these two prompts", Vec::new())),
        others.map(|prompts| ("others", "other prompts", prompts)),
        Some(("set", "prompts of the set below", of_set)).filter(|(.., prompts)| !prompts.is_empty()),
    ];
    let lists: Vec<_> = lists.into_iter().flatten().collect();
    if lists.len() == 1 {
        return html! { ", mean over these two prompts" };
    }
    let option = |(name, words, list): &(&'static str, &'static str, Vec<String>)| -> (AttrValue, AttrValue) {
        let words = if list.is_empty() { (*words).to_owned() } else { format!("{} {words}", list.len()) };
        ((*name).into(), words.into())
    };
    let options: Vec<_> = lists.iter().map(option).collect();
    let chosen = lists.iter().position(|(.., list)| *list == now.mean_prompts).unwrap_or(0);
    let (now, dispatch) = (now.clone(), dispatch.clone());
    let onchoose = Callback::from(move |choice: usize| {
        let mean_prompts = lists.get(choice).map(|(.., list)| list.clone()).unwrap_or_default();
        dispatch.emit(Action::SetUp(Setup { mean_prompts, ..now.clone() }));
    });
    html! { <>{ ", mean over " }<Select label="Over which prompts" testid="setup-mean" {options} {chosen} {onchoose} /></> }
}

/// At which tokens; of one position also which.
fn positions(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let now = &state.inputs.setup;
    let tokens = state.base_tokens();
    let last = tokens.len().saturating_sub(1);
    let choices = [
        ("last", "the last position"),
        ("one", "one position"),
        ("all", "all positions at once"),
        ("grid", "each position by itself"),
    ];
    let chosen = match now.at {
        At::Last => 0,
        At::One(_) => 1,
        At::All => 2,
        At::Grid => 3,
    };
    let choose = |make: fn(usize, usize) -> At, last: usize| {
        let (now, dispatch) = (now.clone(), dispatch.clone());
        Callback::from(move |choice: usize| {
            dispatch.emit(Action::SetUp(Setup { at: make(choice, last), ..now.clone() }));
        })
    };
    let kind = choose(
        |choice, last| match choice {
            0 => At::Last,
            1 => At::One(last),
            2 => At::All,
            _ => At::Grid,
        },
        last,
    );
    html! {
        <>
            <Select label="Where" testid="setup-at"
                options={choices.map(|(name, words)| (name.into(), words.into())).to_vec()} {chosen} onchoose={kind} />
            if let At::One(at) = now.at {
                { ", " }
                <Select label="Which position" testid="setup-position" chosen={at} options={named(tokens)}
                    onchoose={choose(|choice, _| At::One(choice), last)} />
            }
        </>
    }
}

fn named(tokens: &[Token]) -> Vec<(AttrValue, AttrValue)> {
    let name = |(at, token): (usize, &Token)| {
        (at.to_string().into(), format!("{at}: {}", token_label(token)).into())
    };
    tokens.iter().enumerate().map(name).collect()
}

/// Opens and closes the strip.
pub(super) fn alignment_button(props: &PanelProps) -> Html {
    let open = props.state.alignment_is_open();
    let onclick = props.dispatch.reform(move |_: MouseEvent| Action::ShowAlignment(!open));
    html! {
        <button type="button" class="head-link plain" data-testid="alignment-toggle" aria-expanded={open.to_string()}
            {onclick}>{ if open { "Hide how the prompts line up" } else { "How the prompts line up" } }</button>
    }
}
