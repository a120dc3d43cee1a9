use js_sys::Date;
use peek_app::{Action, Offer, State, Storage, bytes, bytes_of, total_bytes};
use peek_protocol::{StoreKind, StoredModel};
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// What chooses a model, and what takes other actions.
type Acts<'a> = (&'a Callback<Action>, &'a Callback<Action>);

/// What lies in the browser's storage. `sure` is the model whose deletion waits for a second press.
pub(super) fn kept_models(state: &State, acts: Acts<'_>, sure: &UseStateHandle<Option<String>>) -> Html {
    let Some(stored) = &state.models.stored else { return html! {} };
    html! {
        <section class="models-section" aria-labelledby="models-kept" data-testid="models-kept">
            <h3 id="models-kept">{ "Kept in this browser" }</h3>
            <p class="help" data-testid="models-place">{ place(stored) }</p>
            if !stored.models.is_empty() {
                <ul class="models-list">{ for stored.models.iter().map(|kept| entry(acts, kept, sure)) }</ul>
            }
        </section>
    }
}

fn place(stored: &Storage) -> String {
    let place = match stored.place {
        StoreKind::Opfs => "In the browser's private file system",
        StoreKind::Cache => "In the browser's cache storage",
        StoreKind::IndexedDb => "In the browser's database (IndexedDB)",
        StoreKind::Memory => "This browser lets the page keep nothing: models are gone when it is closed",
    };
    let nothing = if stored.models.is_empty() { "; no model is there" } else { "" };
    let quota = stored.quota.map(|(used, all)| format!(". The site uses {} of {}", bytes(used), bytes(all)));
    format!("{place}{nothing}{}.", quota.unwrap_or_default())
}

fn entry((choose, dispatch): Acts<'_>, kept: &StoredModel, sure: &UseStateHandle<Option<String>>) -> Html {
    let model = &kept.model;
    let is_sure = sure.as_ref() == Some(&model.id);
    let onload = {
        let model = model.clone();
        choose.reform(move |_: MouseEvent| Action::ChooseModel(model.clone()))
    };
    let ondelete = {
        let (sure, id, dispatch) = (sure.clone(), model.id.clone(), dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            if is_sure {
                sure.set(None);
                dispatch.emit(Action::ForgetModel(id.clone()));
            } else {
                sure.set(Some(id.clone()));
            }
        })
    };
    let onkeep = {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| sure.set(None))
    };
    let size = if kept.is_complete {
        format!("{}, whole", bytes(kept.bytes))
    } else {
        format!("{}, not whole", bytes_of(kept.bytes, total_bytes(model)))
    };
    let offer = if kept.is_complete {
        Offer::Load
    } else {
        Offer::Continue { have: kept.bytes, total: total_bytes(model) }
    };
    html! {
        <li class="models-entry" data-testid="kept-entry" data-id={model.id.clone()}
            data-stored={if kept.is_complete { "whole" } else { "part" }}>
            <div class="models-what">
                <p class="models-label"><strong>{ &model.label }</strong></p>
                <p class="help">{ format!("{size}, written {}", date(kept.stored_at_ms)) }</p>
            </div>
            <div class="models-buttons">
                <button type="button" class="quiet" data-testid="kept-load" onclick={onload}
                    aria-label={format!("{}: {}", offer.label(), model.label)}>{ offer.label() }</button>
                <button type="button" class={if is_sure { "danger" } else { "quiet" }} data-testid="model-delete"
                    data-sure={is_sure.to_string()} onclick={ondelete}
                    aria-label={format!("{}: {}", if is_sure { "Really delete" } else { "Delete" }, model.label)}>
                    { if is_sure { "Really delete" } else { "Delete" } }
                </button>
                if is_sure {
                    <button type="button" class="quiet" data-testid="model-keep" onclick={onkeep}>{ "Keep" }</button>
                }
            </div>
        </li>
    }
}

/// A day as the browser's user writes it.
fn date(ms: f64) -> String {
    Date::new(&JsValue::from_f64(ms)).to_locale_date_string("default", &JsValue::UNDEFINED).into()
}
