use peek_app::{Action, LessonAction};
use web_sys::{HtmlDetailsElement, HtmlInputElement};
use yew::prelude::*;

use super::super::PanelProps;
use crate::shell::read;

/// The menu of lessons, and a teacher's own from a file.
#[component(LessonsMenu)]
pub(crate) fn lessons_menu(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let (menu, picker) = (use_node_ref(), use_node_ref());
    let close = {
        let menu = menu.clone();
        Callback::from(move |()| {
            if let Some(menu) = menu.cast::<HtmlDetailsElement>() {
                menu.set_open(false);
            }
        })
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close.emit(());
            }
        })
    };
    let open = {
        let (picker, close) = (picker.clone(), close.clone());
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            if let Some(input) = picker.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onpicked = {
        let opened = dispatch.reform(|text| Action::Lessons(LessonAction::Open(text)));
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                read(file, opened.clone());
            }
            // So that the same file can be picked again, mended.
            input.set_value("");
        })
    };
    html! {
        <>
            <details class="menu" ref={menu} {onkeydown}>
                <summary data-testid="lessons">{ "Lessons" }</summary>
                <ul class="menu-list">
                    { for state.lessons.listed().map(|lesson| {
                        let (dispatch, close, id) = (dispatch.clone(), close.clone(), lesson.id.clone());
                        let onclick = Callback::from(move |_: MouseEvent| {
                            close.emit(());
                            dispatch.emit(Action::Lessons(LessonAction::Start(id.clone())));
                        });
                        html! {
                            <li key={lesson.id.clone()}>
                                <button type="button" {onclick} data-testid={format!("lesson-{}", lesson.id)}>
                                    <span class="menu-label">
                                        { &lesson.title }{ " " }<span class="badge">{ lesson.minutes }{ " min" }</span>
                                    </span>
                                    <span class="menu-about">{ &lesson.intro }</span>
                                </button>
                            </li>
                        }
                    }) }
                    <li>
                        <button type="button" onclick={open} data-testid="lesson-open">
                            <span class="menu-label">{ "Open lesson file…" }</span>
                            <span class="menu-about">{ "A lesson that somebody wrote: a .json file." }</span>
                        </button>
                    </li>
                    { for state.lessons.notes.iter().map(|note| html! { <li class="note warning" data-testid="lessons-note">{ note }</li> }) }
                </ul>
            </details>
            <input ref={picker} class="visually-hidden" type="file" accept=".json" tabindex="-1"
                aria-label="A lesson's file" data-testid="lesson-file" onchange={onpicked} />
        </>
    }
}

/// For whoever sees the page for the first time: the lesson that walks around it, where the site has it.
pub(crate) fn first_minute(props: &PanelProps) -> Html {
    const FIRST: &str = "start";
    let lessons = &props.state.lessons;
    if lessons.open.is_some() || !lessons.listed().any(|lesson| lesson.id == FIRST) {
        return html! {};
    }
    let onclick =
        props.dispatch.reform(|_: MouseEvent| Action::Lessons(LessonAction::Start(FIRST.to_owned())));
    html! {
        <button type="button" class="quiet small" data-testid="first-minute" {onclick}
            title="A lesson of one minute; your own inputs come back after it">{ "New here?" }</button>
    }
}
