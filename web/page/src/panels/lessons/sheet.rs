use peek_app::{Action, LessonAction, OpenLesson, State, Verdict};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{super::PanelProps, point, question::question};
use crate::shell::{copy, show_address};

/// The lesson that is taken: what it says, what it asks, and the way on. It stays at the bottom of the window and leaves
/// what it points at in sight.
pub(crate) fn lesson_sheet(props: &PanelProps) -> Html {
    match &props.state.lessons.open {
        Some(open) => html! {
            <Sheet state={props.state.clone()} dispatch={props.dispatch.clone()} key={open.lesson.id.clone()} />
        },
        None => html! {},
    }
}

#[component(Sheet)]
fn sheet(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let (node, heading) = (use_node_ref(), use_node_ref());
    let told = use_state_eq(|| None::<(usize, bool)>);
    let at = state.lessons.open.as_ref().map_or(0, |open| open.step);
    let part = state.pointed_at();
    let stands = use_mut_ref(|| None::<f64>);
    {
        let (node, stands) = (node.clone(), stands.clone());
        // After every frame: what it outlines may have been made anew, or have grown below the sheet. Whoever has moved
        // the page since is left where they are.
        use_effect(move || {
            point::mark(part);
            let is_still = stands.borrow().is_some_and(|at| point::scrolled() == Some(at));
            if let (true, Some(part), Some(sheet)) = (is_still, part, node.cast::<Element>()) {
                *stands.borrow_mut() = point::bring(part, &sheet);
            }
        });
    }
    {
        let (node, heading) = (node.clone(), heading.clone());
        use_effect_with((at, part), move |(_, part)| {
            if let Some(heading) = heading.cast::<HtmlElement>() {
                let still = FocusOptions::new();
                // The sheet is in sight already, and where the page goes is decided below.
                still.set_prevent_scroll(true);
                // It is on the page, so it can be focused.
                let _ = heading.focus_with_options(&still);
            }
            if let (Some(part), Some(sheet)) = (part, node.cast::<Element>()) {
                *stands.borrow_mut() = point::bring(part, &sheet);
            }
        });
    }
    {
        let (node, judged) = (node.clone(), verdict_of(state).is_some());
        // On a small screen the sheet scrolls: what has come of an answer is to be seen.
        use_effect_with((at, judged), move |(_, judged)| {
            if let (true, Some(sheet)) = (*judged, node.cast::<Element>()) {
                sheet.set_scroll_top(sheet.scroll_height());
            }
        });
    }
    use_effect_with((), |()| {
        || {
            point::mark(None);
            back_to_menu();
        }
    });
    let Some((open, step, work)) =
        state.lessons.open.as_ref().and_then(|open| Some((open, open.current()?, open.current_work()?)))
    else {
        return html! {};
    };
    let send = dispatch.reform(Action::Lessons);
    let last = open.lesson.steps.len();
    let onkeydown = {
        let send = send.clone();
        Callback::from(move |event: KeyboardEvent| {
            let is_field = event.target().is_some_and(|target| {
                target.has_type::<HtmlInputElement>() || target.has_type::<HtmlSelectElement>()
            });
            let to = match event.key().as_str() {
                "Escape" => LessonAction::Leave,
                // Within a field the arrows are the field's own; past the last step they do not end the lesson.
                "ArrowRight" if !is_field && at + 1 < last => LessonAction::Go(at + 1),
                "ArrowLeft" if !is_field && at > 0 => LessonAction::Go(at - 1),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            send.emit(to);
        })
    };
    let go = |to: usize| send.reform(move |_: MouseEvent| LessonAction::Go(to));
    let is_answered =
        step.question.is_none() || matches!(work.verdict, Some(Verdict::Right | Verdict::Shown(_)));
    html! {
        <section class="lesson" ref={node} aria-label={format!("Lesson: {}", open.lesson.title)} data-testid="lesson"
            data-lesson={open.lesson.id.clone()} data-step={(at + 1).to_string()} {onkeydown}>
            <div class="lesson-head">
                <h2 ref={heading} tabindex="-1" data-testid="lesson-heading">
                    <span class="muted">{ format!("{}: step {} of {last}. ", open.lesson.title, at + 1) }</span>
                    { &step.title }
                </h2>
                <div class="lesson-ways">
                    <button type="button" class="quiet small" data-testid="lesson-again" title="Sets the page up as this step has it, once more"
                        onclick={send.reform(|_: MouseEvent| LessonAction::SetUpAgain)}>{ "Set up again" }</button>
                    { copy_link(open, &told) }
                    <button type="button" class="quiet" data-testid="lesson-back" disabled={at == 0} onclick={go(at.saturating_sub(1))}
                        title="Back (left arrow)">{ "‹ Back" }</button>
                    <button type="button" class={if is_answered { "primary" } else { "quiet" }} data-testid="lesson-next"
                        onclick={go(at + 1)} title="Next (right arrow)">{ if at + 1 < last { "Next ›" } else { "Finish" } }</button>
                    <button type="button" class="icon small" data-testid="lesson-leave" aria-label="Leave the lesson"
                        title="Leaves the lesson; your own inputs come back (Escape)"
                        onclick={send.reform(|_: MouseEvent| LessonAction::Leave)}>{ "×" }</button>
                </div>
            </div>
            <div class="lesson-body">
                <div class="lesson-text" data-testid="lesson-text">
                    if at == 0 {
                        <p class="muted">{ &open.lesson.intro }</p>
                    }
                    { for step.text.iter().map(|text| html! { <p>{ text }</p> }) }
                </div>
                if let Some(asked) = &step.question {
                    { question(state, dispatch, asked, work, (at + 1 < last).then_some(at + 1)) }
                }
            </div>
        </section>
    }
}

fn verdict_of(state: &State) -> Option<&Verdict> {
    state.lessons.open.as_ref()?.current_work()?.verdict.as_ref()
}

/// Puts the step's address into the address bar and on the clipboard; says so on the button until another step comes.
fn copy_link(open: &OpenLesson, told: &UseStateHandle<Option<(usize, bool)>>) -> Html {
    let (link, step) = (open.link(), open.step);
    let onclick = {
        let told = told.clone();
        Callback::from(move |_: MouseEvent| {
            let told = told.clone();
            let Some(address) = show_address(&link) else { return };
            wasm_bindgen_futures::spawn_local(async move { told.set(Some((step, copy(&address).await))) });
        })
    };
    let label = match **told {
        Some((at, true)) if at == step => html! { "Link copied" },
        Some((at, false)) if at == step => html! { "Link is in the address bar" },
        _ => html! { <>{ "Copy link" }<span class="wide">{ " to this step" }</span></> },
    };
    html! { <button type="button" class="quiet small" data-testid="lesson-link" aria-live="polite" {onclick}>{ label }</button> }
}

/// Where the lesson was chosen.
fn back_to_menu() {
    let document = web_sys::window().and_then(|window| window.document());
    let menu = document.and_then(|document| document.query_selector("[data-testid=lessons]").ok().flatten());
    if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
        // It is on the page, so it can be focused.
        let _ = menu.focus();
    }
}
