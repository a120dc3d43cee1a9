use peek_app::{SetField, SetRow, SetsAction, Shared};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlTextAreaElement};
use yew::prelude::*;

/// Rows on the page at once: a set may have thousands, each with four fields.
const PAGE: usize = 10;

#[derive(Properties, PartialEq)]
pub(crate) struct RowsProps {
    pub(crate) rows: Shared<Vec<SetRow>>,
    pub(crate) act: Callback<SetsAction>,
}

/// The pairs, to be edited a page at a time. Rows that are pasted, tabs or commas between, become pairs.
#[component(Rows)]
pub(crate) fn rows(props: &RowsProps) -> Html {
    let RowsProps { rows, act } = props;
    let page = use_state_eq(|| 0_usize);
    let last = rows.len().saturating_sub(1) / PAGE;
    let shown = (*page).min(last);
    let onpaste = {
        let act = act.clone();
        Callback::from(move |event: Event| {
            let pasted = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
            let text = pasted.and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
            // One line without a tab is a text for the field.
            if text.contains('\t') || text.trim_end().contains('\n') {
                event.prevent_default();
                act.emit(SetsAction::Import(Ok(text)));
            }
        })
    };
    let go = |to: usize| {
        let page = page.clone();
        Callback::from(move |_: MouseEvent| page.set(to))
    };
    html! {
        <div {onpaste}>
            if !rows.is_empty() {
                <div class="scroll">
                <table class="set-rows">
                    <caption>{ format!("{} {}. Rows of a spreadsheet can be pasted here.", rows.len(), if rows.len() == 1 { "pair" } else { "pairs" }) }</caption>
                    <thead><tr>{ for ["Clean", "Corrupt", "Answer", "Foil"].map(|name| html! { <th scope="col">{ name }</th> }) }<td /></tr></thead>
                    <tbody>
                        { for rows.iter().enumerate().skip(shown * PAGE).take(PAGE).map(|(at, row)| html! {
                            <tr key={row.key.0.to_string()} data-testid="set-row">
                                { for fields(row).map(|(field, name, text)| cell(at, row, field, name, text, act)) }
                                <td>
                                    <button type="button" class="icon small" aria-label={format!("Remove pair {}", at + 1)}
                                        onclick={let key = row.key; act.reform(move |_: MouseEvent| SetsAction::Remove(key))}>{ "×" }</button>
                                </td>
                            </tr>
                        }) }
                    </tbody>
                </table>
                </div>
            }
            if last > 0 {
                <div class="buttons pages">
                    <button type="button" class="quiet" disabled={shown == 0} onclick={go(shown.saturating_sub(1))}>{ "Earlier" }</button>
                    <span class="aside">{ format!("Page {} of {}", shown + 1, last + 1) }</span>
                    <button type="button" class="quiet" disabled={shown == last} onclick={go(shown + 1)}>{ "Later" }</button>
                </div>
            }
        </div>
    }
}

fn fields(row: &SetRow) -> [(SetField, &'static str, &String); 4] {
    let pair = &row.pair;
    [
        (SetField::Clean, "clean", &pair.clean),
        (SetField::Corrupt, "corrupt", &pair.corrupt),
        (SetField::Answer, "answer", &pair.answer),
        (SetField::Foil, "foil", &pair.foil),
    ]
}

fn cell(
    at: usize,
    row: &SetRow,
    field: SetField,
    name: &'static str,
    text: &str,
    act: &Callback<SetsAction>,
) -> Html {
    let key = row.key;
    let oninput = act.reform(move |event: InputEvent| {
        SetsAction::Edit(key, field, event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    html! {
        <td>
            <textarea rows="1" class="one-line" value={text.to_owned()} {oninput} spellcheck="false"
                aria-label={format!("Pair {}, {name}", at + 1)} data-testid={format!("set-{name}-{at}")} />
        </td>
    }
}
