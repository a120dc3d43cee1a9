use peek_app::{Action, PRESETS};
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PresetsProps {
    pub(crate) dispatch: Callback<Action>,
}

/// The menu of ready-made inputs.
#[component(Presets)]
pub(crate) fn presets(props: &PresetsProps) -> Html {
    let menu = use_node_ref();
    let close = {
        let menu = menu.clone();
        move || {
            if let Some(menu) = menu.cast::<HtmlDetailsElement>() {
                menu.set_open(false);
            }
        }
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close();
            }
        })
    };
    html! {
        <details class="menu" ref={menu} {onkeydown}>
            <summary data-testid="presets">{ "Presets" }</summary>
            <ul class="menu-list">
                { for PRESETS.iter().map(|preset| {
                    let onclick = {
                        let (dispatch, close) = (props.dispatch.clone(), close.clone());
                        Callback::from(move |_: MouseEvent| {
                            close();
                            dispatch.emit(Action::UsePreset(preset));
                        })
                    };
                    html! {
                        <li>
                            <button type="button" {onclick} data-testid={format!("preset-{}", preset.id)}>
                                <span class="menu-label">{ preset.label }</span>
                                <span class="menu-about">{ preset.about }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </details>
    }
}
