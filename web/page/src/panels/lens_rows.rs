use peek_app::{Action, Field, LensRow, Preset};
use peek_protocol::Place;
use yew::prelude::*;

use super::{PanelProps, owned};
use crate::parts::{TextField, focus_beside, on_click};

/// The prompts of the lens, each with its own answer.
pub(crate) fn lens_rows(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let probes = Preset::find("notebook-probes");
    html! {
        <section class="panel probes" aria-label="Lens prompts">
            <div class="panel-head"><h2>{ "Lens prompts" }</h2></div>
            <ol class="lens-rows" data-testid="lens-rows">
                { for state.inputs.lens.iter().enumerate().map(|(place, row)| line(props, place, row)) }
            </ol>
            <div class="buttons">
                <button type="button" class="quiet" data-testid="add-lens-row" onclick={on_click(dispatch, || Action::AddLensRow)}>{ "Add a prompt" }</button>
                <button type="button" class="quiet" data-testid="lens-from-pair" onclick={on_click(dispatch, || Action::LensFromPair)}
                    title="Adds the clean and the corrupt prompt with their answer">{ "Add the pair" }</button>
                if let Some(probes) = probes {
                    <button type="button" class="quiet" data-testid="five-probes" onclick={dispatch.reform(move |_: MouseEvent| Action::UsePreset(probes))}
                        title={probes.about}>{ "Five probes" }</button>
                }
            </div>
        </section>
    }
}

fn line(props: &PanelProps, place: usize, row: &LensRow) -> Html {
    let PanelProps { state, dispatch } = props;
    let key = row.key;
    let edit = |field: Field| dispatch.reform(move |text| Action::Edit(field, text));
    let nth = place + 1;
    let onremove = dispatch.reform(move |event: MouseEvent| {
        // The button goes with its row: the focus goes to the next row's, or to the one that adds rows.
        focus_beside(&event, |button| {
            let row = button.closest("li").ok()??;
            let next = row.next_element_sibling().or_else(|| row.previous_element_sibling());
            match next {
                Some(next) => next.query_selector(".icon").ok()?,
                None => row.closest(".probes").ok()??.query_selector(".buttons button").ok()?,
            }
        });
        Action::RemoveLensRow(key)
    });
    html! {
        <li key={key.0} class="lens-row" data-testid="lens-row">
            <TextField id={format!("lens-prompt-{place}")} label={format!("Lens prompt {nth}")} quiet_label=true
                value={row.prompt.clone()} placeholder="Prompt"
                notes={owned(state.notes_at(Place::LensPrompt(place)))} oninput={edit(Field::LensPrompt(key))} />
            <TextField id={format!("lens-answer-{place}")} label={format!("Answer of lens prompt {nth}")} quiet_label=true
                value={row.answer.clone()} placeholder=" Answer"
                notes={owned(state.notes_at(Place::LensAnswer(place)))} oninput={edit(Field::LensAnswer(key))} />
            <button type="button" class="icon" aria-label={format!("Remove lens prompt {nth}")}
                data-testid={format!("remove-lens-{place}")} onclick={onremove}>
                { "×" }
            </button>
        </li>
    }
}
