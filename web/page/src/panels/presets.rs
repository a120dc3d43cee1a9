use peek_app::{Action, PRESETS};
use yew::prelude::*;

use crate::parts::{Menu, use_menu};

#[derive(Properties, PartialEq)]
pub(crate) struct PresetsProps {
    pub(crate) dispatch: Callback<Action>,
}

/// The menu of ready-made inputs.
#[component(Presets)]
pub(crate) fn presets(props: &PresetsProps) -> Html {
    let Menu { node, close, onkeydown } = use_menu();
    html! {
        <details class="menu" ref={node} {onkeydown}>
            <summary data-testid="presets">{ "Presets" }</summary>
            <ul class="menu-list">
                { for PRESETS.iter().map(|preset| {
                    let onclick = {
                        let (dispatch, close) = (props.dispatch.clone(), close.clone());
                        Callback::from(move |_: MouseEvent| {
                            close.emit(());
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
