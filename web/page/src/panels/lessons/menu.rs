use peek_app::{Action, LessonAction};
use yew::prelude::*;

use super::super::PanelProps;
use crate::parts::{Menu, on_click, use_file_picker, use_menu};

/// The menu of lessons, and a teacher's own from a file.
#[component(LessonsMenu)]
pub(crate) fn lessons_menu(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let Menu { node, close, onkeydown } = use_menu();
    let opened = dispatch.reform(|text| Action::Lessons(LessonAction::Open(text)));
    let picker = use_file_picker("A lesson's file", "lesson-file", opened);
    let open = {
        let (pick, close) = (picker.open.clone(), close.clone());
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            pick.emit(());
        })
    };
    html! {
        <>
            <details class="menu" ref={node} {onkeydown}>
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
            { picker.input }
        </>
    }
}

/// For whoever sees the page for the first time: the lesson that walks around it, where the site has it.
pub(crate) fn first_minute(props: &PanelProps, class: &'static str, label: &'static str) -> Html {
    const FIRST: &str = "start";
    let lessons = &props.state.lessons;
    if lessons.open.is_some() || !lessons.listed().any(|lesson| lesson.id == FIRST) {
        return html! {};
    }
    let onclick = on_click(&props.dispatch, || Action::Lessons(LessonAction::Start(FIRST.to_owned())));
    html! {
        <button type="button" {class} data-testid="first-minute" {onclick}
            title="A lesson of one minute; your own inputs come back after it">{ label }</button>
    }
}
