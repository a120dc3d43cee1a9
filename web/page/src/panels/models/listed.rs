use peek_app::{Action, Kept, Offer, State, bytes, is_verifiable, total_bytes};
use peek_delivery::Entry;
use yew::prelude::*;

/// The models of the site's lists.
pub(super) fn listed_models(state: &State, choose: &Callback<Action>) -> Html {
    let models = &state.models;
    html! {
        <section class="models-section" aria-labelledby="models-site" data-testid="models-site">
            <h3 id="models-site">{ "From this site" }</h3>
            if models.listed.is_empty() {
                <p class="help">{ "This site lists no models. The demo is under Model in the header." }</p>
            } else {
                <ul class="models-list">{ for models.listed.iter().map(|model| entry((state, choose), model)) }</ul>
            }
            if !models.list_notes.is_empty() {
                <ul class="notes" data-testid="models-list-notes">
                    { for models.list_notes.iter().map(|note| html! {
                        <li class="note warning"><span class="mark" aria-hidden="true">{ "!" }</span><span>{ note }</span></li>
                    }) }
                </ul>
            }
        </section>
    }
}

fn entry((state, choose): (&State, &Callback<Action>), entry: &Entry) -> Html {
    let model = &entry.model;
    let offer = state.offer(model);
    let kept = state.kept(model);
    let stored = match kept {
        Kept::Nothing => "none",
        Kept::Part(_) => "part",
        Kept::Whole => "whole",
    };
    let (testid, class) =
        if offer == Offer::Load { ("model-load", "primary") } else { ("model-download", "primary") };
    let onclick = {
        let model = model.clone();
        choose.reform(move |_: MouseEvent| Action::ChooseModel(model.clone()))
    };
    html! {
        <li class="models-entry" data-testid="model-entry" data-id={model.id.clone()} data-stored={stored}>
            <div class="models-what">
                <p class="models-label">
                    <strong>{ &model.label }</strong>
                    if kept == Kept::Whole {
                        <span class="badge">{ "kept in this browser" }</span>
                    }
                </p>
                if !entry.about.is_empty() {
                    <p>{ &entry.about }</p>
                }
                <p class="help" data-testid="model-facts">{ facts(entry) }</p>
            </div>
            <button type="button" {class} data-testid={testid} {onclick}
                aria-label={format!("{}: {}", offer.label(), model.label)}>
                { offer.label() }
            </button>
        </li>
    }
}

/// Size, numbers, shape, licence, verification: what is known of a model before it is there.
fn facts(entry: &Entry) -> String {
    let mut facts = vec![total_bytes(&entry.model).map_or_else(|| "size unknown".to_owned(), bytes)];
    if let Some(shape) = &entry.shape {
        facts.push(format!("{} layers × {} heads, width {}", shape.layers, shape.heads, shape.d_model));
    }
    facts.extend(entry.dtype.as_ref().map(|dtype| format!("stored as {dtype}")));
    let measured = entry.logit_error.filter(|&error| error > 0.0);
    facts.extend(measured.map(|error| format!("logits at most {error:.4} off")));
    if !entry.licence.is_empty() {
        facts.push(format!("licence {}", entry.licence));
    }
    let verified = match (&*entry.model.id, is_verifiable(&entry.model)) {
        // Part of the page, and as trustworthy as the page is.
        ("demo", _) => "ships with the page",
        (_, true) => "checked against its published SHA-256",
        (_, false) => "not verified",
    };
    facts.push(verified.to_owned());
    facts.join(" · ")
}
