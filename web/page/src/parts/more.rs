use peek_app::Explanation;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDetailsElement, HtmlElement};
use yew::prelude::*;

/// A chart's explanation, behind a question mark.
pub(crate) fn more(explanation: &Explanation) -> Html {
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        let menu = event.target_dyn_into::<Element>().and_then(|at| at.closest("details").ok().flatten());
        let menu =
            menu.and_then(|menu| menu.dyn_into::<HtmlDetailsElement>().ok()).filter(HtmlDetailsElement::open);
        if let ("Escape", Some(menu)) = (event.key().as_str(), menu) {
            event.stop_propagation();
            menu.set_open(false);
            if let Some(summary) = menu.first_element_child().and_then(|s| s.dyn_into::<HtmlElement>().ok()) {
                // It is on the page, so it can be focused.
                let _ = summary.focus();
            }
        }
    });
    html! {
        <details class="menu more" {onkeydown}>
            <summary data-testid={format!("about-{}", explanation.name)} title="What am I looking at?"
                aria-label={format!("? About {}", explanation.of)}>{ "?" }</summary>
            <div class="menu-list about" data-testid={format!("about-{}-text", explanation.name)}>
                { for explanation.text.iter().map(|text| html! { <p>{ *text }</p> }) }
                { for explanation.formulas.iter().map(|formula| html! { <p class="formula">{ *formula }</p> }) }
            </div>
        </details>
    }
}
