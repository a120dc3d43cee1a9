use peek_app::Action;
use peek_delivery::from_address;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct FromAddressProps {
    pub(crate) dispatch: Callback<Action>,
    pub(crate) close: Callback<()>,
    pub(crate) error: Option<String>,
}

/// An address that is typed.
#[component(FromAddress)]
pub(crate) fn from_address_field(props: &FromAddressProps) -> Html {
    let field = use_node_ref();
    let onsubmit = {
        let (field, dispatch, close) = (field.clone(), props.dispatch.clone(), props.close.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = field.cast::<HtmlInputElement>() else { return };
            let typed = field.value();
            // An address that will be refused keeps the dialog, so that it can be mended where it stands.
            if from_address(&typed).is_ok() {
                close.emit(());
            }
            dispatch.emit(Action::LoadAddress(typed));
        })
    };
    let said = use_node_ref();
    use_effect_with(props.error.clone(), {
        let said = said.clone();
        move |error| {
            // On a small screen it would appear below the edge.
            if let Some(said) = said.cast::<Element>().filter(|_| error.is_some()) {
                said.scroll_into_view_with_bool(false);
            }
        }
    });
    let is_bad = props.error.is_some();
    html! {
        <section class="models-section" aria-labelledby="models-address-title">
            <h3 id="models-address-title">{ "From an address" }</h3>
            <p class="help" id="models-address-help">
                { "The address of a .safetensors file on any server that lets other sites read it (CORS), or of a model's page such as \
                   https://huggingface.co/openai-community/gpt2. Its config.json and tokenizer.json are looked for beside it. Its size \
                   is known only once it begins, and nothing verifies it." }
            </p>
            <form class="models-address" novalidate=true {onsubmit}>
                <input ref={field} type="text" inputmode="url" autocomplete="off" spellcheck="false" aria-label="Address of a model"
                    placeholder="https://…/model.safetensors" aria-invalid={is_bad.then_some("true")}
                    aria-describedby="models-address-help models-address-error" data-testid="model-address" />
                <button type="submit" class="quiet" data-testid="model-address-load">{ "Download, size unknown" }</button>
            </form>
            <div ref={said} id="models-address-error" data-testid="model-address-error">
                if let Some(error) = &props.error {
                    <p class="note error"><span class="mark" aria-hidden="true">{ "✕" }</span><span>{ error }</span></p>
                }
            </div>
        </section>
    }
}
