use peek_app::{Action, Ask, LessonAction, Question, State, StepWork, Verdict};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::parts::{Select, focus_beside};

/// A question with its answer, what has come of it, and the way to the `next` step, if there is one.
pub(super) fn question(
    state: &State,
    dispatch: &Callback<Action>,
    question: &Question,
    work: &StepWork,
    next: Option<usize>,
) -> Html {
    let send = dispatch.reform(Action::Lessons);
    let check = send.reform(|()| LessonAction::Check);
    let answer = match &question.ask {
        Ask::Choose { choices, .. } => choose(&question.text, choices, work, &send, &check),
        Ask::Layer(_) => layer(state, &question.text, work, &send),
        Ask::Head { .. } => typed(&question.text, "Click a head, or type its name", work, &send, &check),
        Ask::Token(_) => typed(&question.text, "A token", work, &send, &check),
        Ask::Number { .. } => typed(&question.text, "A number", work, &send, &check),
    };
    let is_done = matches!(work.verdict, Some(Verdict::Right | Verdict::Shown(_)));
    html! {
        <div class="lesson-question" data-testid="lesson-question">
            { answer }
            <div class="buttons">
                <button type="button" class={if is_done { "quiet" } else { "primary" }} data-testid="lesson-check"
                    onclick={check.reform(|_: MouseEvent| ())}>{ "Check" }</button>
                if work.missed && !is_done {
                    <button type="button" class="quiet" data-testid="lesson-reveal"
                        onclick={send.reform(|event: MouseEvent| {
                            // The button goes: the focus goes to the one before it.
                            focus_beside(&event, |button| button.previous_element_sibling());
                            LessonAction::Reveal
                        })}>{ "Show the answer" }</button>
                }
                if let (true, Some(next)) = (is_done, next) {
                    <button type="button" class="primary" data-testid="lesson-onward"
                        onclick={send.reform(move |_: MouseEvent| LessonAction::Go(next))}>{ "Next step ›" }</button>
                }
            </div>
            { verdict(question, work) }
        </div>
    }
}

/// Checks an answer on Enter.
fn on_enter(check: &Callback<()>) -> Callback<KeyboardEvent> {
    let check = check.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            check.emit(());
        }
    })
}

fn choose(
    text: &str,
    choices: &[String],
    work: &StepWork,
    send: &Callback<LessonAction>,
    check: &Callback<()>,
) -> Html {
    html! {
        <fieldset onkeydown={on_enter(check)}>
            <legend>{ text }</legend>
            { for choices.iter().enumerate().map(|(place, choice)| {
                let place = place.to_string();
                let checked = work.given == place;
                let onchange = { let place = place.clone(); send.reform(move |_: Event| LessonAction::Answer(place.clone())) };
                html! {
                    <label class="choice" key={place.clone()}>
                        <input type="radio" name="lesson-answer" {checked} {onchange} data-testid={format!("choice-{place}")} />
                        <span>{ choice }</span>
                    </label>
                }
            }) }
        </fieldset>
    }
}

fn layer(state: &State, text: &str, work: &StepWork, send: &Callback<LessonAction>) -> Html {
    let points = state.lens_choices();
    let mut options: Vec<(AttrValue, AttrValue)> = vec![("".into(), "choose…".into())];
    options.extend(points.iter().map(|point| (point.clone().into(), point.clone().into())));
    let chosen = points.iter().position(|point| *point == work.given).map_or(0, |place| place + 1);
    let onchoose = send.reform(move |place: usize| {
        let point = place.checked_sub(1).and_then(|place| points.get(place));
        LessonAction::Answer(point.cloned().unwrap_or_default())
    });
    html! {
        <>
            <p>{ text }</p>
            <Select label="A point of the lens" testid="lesson-answer" {options} {chosen} {onchoose} />
        </>
    }
}

fn typed(
    text: &str,
    placeholder: &'static str,
    work: &StepWork,
    send: &Callback<LessonAction>,
    check: &Callback<()>,
) -> Html {
    let oninput = send.reform(|event: InputEvent| {
        LessonAction::Answer(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let onkeydown = on_enter(check);
    html! {
        <>
            <label for="lesson-answer">{ text }</label>
            <input id="lesson-answer" class="answer-field" type="text" data-testid="lesson-answer" value={work.given.clone()} {placeholder}
                autocomplete="off" autocapitalize="off" spellcheck="false" {oninput} {onkeydown} />
        </>
    }
}

/// What has come of the answer. It is announced by the page's live region, so that it is not said twice here.
fn verdict(question: &Question, work: &StepWork) -> Html {
    let Some(verdict) = &work.verdict else { return html! {} };
    let (name, mark, text) = match verdict {
        Verdict::Right => ("right", "✓ Right. ", &*question.explain),
        Verdict::Wrong => ("wrong", "✕ Not yet. ", &*question.hint),
        Verdict::Open(why) => ("open", "", *why),
        Verdict::Shown(_) => ("shown", "", &*question.explain),
    };
    html! {
        <p class={classes!("verdict", name)} data-testid="verdict" data-verdict={name}>
            if let Verdict::Shown(answer) = verdict {
                <strong>{ "The answer is " }{ answer }{ ". " }</strong>
            }
            <strong>{ mark }</strong>
            { text }
        </p>
    }
}
