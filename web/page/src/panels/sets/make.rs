use peek_app::{SetsAction, Templates};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::shell::read;

#[derive(Properties, PartialEq)]
pub(crate) struct MakeProps {
    pub(crate) act: Callback<SetsAction>,
}

/// Where pairs come from: typed, read from a file, made.
#[component(Make)]
pub(crate) fn make(props: &MakeProps) -> Html {
    let act = &props.act;
    let picker = use_node_ref();
    let (count, seed) = (use_state(|| "16".to_owned()), use_state(|| "0".to_owned()));
    let open = {
        let picker = picker.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = picker.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onpicked = {
        let told = act.reform(SetsAction::Import);
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                read(file, told.clone());
            }
            input.set_value("");
        })
    };
    let indirect = {
        let (act, count, seed) = (act.clone(), count.clone(), seed.clone());
        Callback::from(move |_: MouseEvent| {
            // What is no number is 0.
            act.emit(SetsAction::IndirectObjects(
                count.parse().unwrap_or_default(),
                seed.parse().unwrap_or_default(),
            ));
        })
    };
    let typed = |into: &UseStateHandle<String>| {
        let into = into.setter();
        Callback::from(move |event: InputEvent| {
            into.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let simple = |label: &'static str, testid: &'static str, action: SetsAction| {
        let onclick = act.reform(move |_: MouseEvent| action.clone());
        html! { <button type="button" class="quiet" data-testid={testid} {onclick}>{ label }</button> }
    };
    html! {
        <>
            <div class="buttons">
                { simple("Add a pair", "set-add", SetsAction::Add) }
                <button type="button" class="quiet" data-testid="set-import" onclick={open}>{ "Import CSV or JSONL…" }</button>
                { simple("Questions", "set-questions", SetsAction::Questions) }
                { simple("Remove all", "set-clear", SetsAction::Clear) }
                <input ref={picker} class="visually-hidden" type="file" accept=".csv,.tsv,.jsonl,.txt" tabindex="-1"
                    aria-label="A file of pairs" data-testid="set-file" onchange={onpicked} />
            </div>
            <div class="buttons">
                <label class="select"><span>{ "Indirect objects" }</span>
                    <input type="number" min="1" max="500" value={(*count).clone()} oninput={typed(&count)} data-testid="set-count" /></label>
                <label class="select"><span>{ "seed" }</span>
                    <input type="number" min="0" value={(*seed).clone()} oninput={typed(&seed)} data-testid="set-seed" /></label>
                <button type="button" class="quiet" data-testid="set-indirect" onclick={indirect}>{ "Generate" }</button>
            </div>
            <TemplateForm act={act.clone()} />
        </>
    }
}

const LABELS: [(&str, &str); 5] = [
    ("clean", "Clean, such as {a} saw {b}. {a} waved to"),
    ("corrupt", "Corrupt, such as {a} saw {b}. {b} waved to"),
    ("answer", "Answer, such as “ {b}” with its space"),
    ("foil", "Foil, or nothing"),
    ("lists", "Lists, a line each, such as a, b: Mary, John, Anna"),
];

/// The user's own templates.
#[component(TemplateForm)]
fn template_form(props: &MakeProps) -> Html {
    let nodes = [use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref()];
    let fill = {
        let (act, nodes) = (props.act.clone(), nodes.clone());
        Callback::from(move |_: MouseEvent| {
            let [clean, corrupt, answer, foil, lists] = nodes
                .each_ref()
                .map(|node| node.cast::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default());
            act.emit(SetsAction::Fill(Box::new(Templates { clean, corrupt, answer, foil, lists })));
        })
    };
    html! {
        <details class="table-of">
            <summary data-testid="set-templates">{ "From a template" }</summary>
            { for LABELS.iter().zip(&nodes).map(|((name, label), node)| html! {
                <label class="field"><span class="label">{ *label }</span>
                    <textarea ref={node.clone()} rows={if *name == "lists" { "3" } else { "1" }} spellcheck="false"
                        data-testid={format!("template-{name}")} /></label>
            }) }
            <div class="buttons">
                <button type="button" class="quiet" data-testid="set-fill" onclick={fill}>{ "Fill in every combination" }</button>
            </div>
        </details>
    }
}
