//! Taking a lesson, and getting back what one had.

mod common;

use common::Page;
use peek_app::{
    Action, Effect, Field, KeepAction, LensQuantity, LessonAction, LessonsPanel, State, ThemeChoice, Verdict,
};
use peek_names::{HeadId, Unit};
use peek_protocol::{At, Setup};

const LESSON: &str = r#"{"format":"peek-lesson","version":1,"id":"mine","title":"Mine","minutes":2,"intro":"I",
    "steps":[
        {"title":"One","text":"x","points_at":"grid","setup":{"clean":"Who","corrupt":"Whom","answer":" Jane","edit":"noise","at":"all","pin":"L1H2","view":{"quantity":"rank"}},
         "question":{"kind":"head","rule":"strongest_head","text":"t","hint":"h","explain":"e"}},
        {"title":"Two","text":"y","question":{"kind":"number","rule":"cost","within":0.1,"text":"t","hint":"h","explain":"e"}},
        {"title":"Three","text":"z","setup":{"edit":"denoise","at":"last","pin":"strongest_head"}}
    ]}"#;

fn act(page: &mut Page, action: LessonAction) {
    page.act(Action::Lessons(action));
}

fn read(page: &mut Page, file: &str, text: &str) {
    act(page, LessonAction::Read { file: file.to_owned(), text: Ok(text.to_owned()) });
}

/// The list and its one lesson have come.
fn listed(page: &mut Page) {
    read(page, "index.json", r#"{"lessons":["mine.json"]}"#);
    assert!(page.effects.contains(&Effect::FetchLesson("mine.json".into())));
    read(page, "mine.json", LESSON);
}

fn visit(page: &mut Page, fragment: &str) {
    page.act(Action::Keep(KeepAction::Visit(fragment.to_owned())));
}

fn step(page: &Page) -> Option<usize> {
    page.state.lessons.open.as_ref().map(|open| open.step)
}

fn verdict(page: &mut Page, given: &str) -> Option<Verdict> {
    act(page, LessonAction::Answer(given.to_owned()));
    act(page, LessonAction::Check);
    page.state.lessons.open.as_ref().and_then(|open| open.work[open.step].verdict.clone())
}

#[test]
fn the_page_asks_for_its_lessons_when_it_opens() {
    let mut page = Page { state: State::default(), effects: Vec::new() };
    page.act(Action::Start);
    assert!(page.effects.contains(&Effect::FetchLesson("index.json".into())));
    listed(&mut page);
    let titles: Vec<&str> = page.state.lessons.listed().map(|lesson| &*lesson.title).collect();
    assert_eq!((titles, page.state.lessons.notes.len()), (vec!["Mine"], 0));
}

#[test]
fn a_file_that_cannot_be_used_is_left_out_with_a_word() {
    let mut page = Page::loaded();
    read(&mut page, "index.json", r#"{"lessons":["a.json","mine.json","b.json"]}"#);
    read(&mut page, "b.json", LESSON);
    read(&mut page, "mine.json", LESSON);
    act(&mut page, LessonAction::Read { file: "a.json".into(), text: Err("it is not there".into()) });
    let LessonsPanel { notes, .. } = &page.state.lessons;
    assert_eq!(page.state.lessons.listed().count(), 1);
    assert_eq!(notes[0], "mine.json is left out: another lesson has its id.");
    assert_eq!(notes[1], "a.json could not be fetched: it is not there.");
    // A file that nobody asked for is nobody's.
    read(&mut page, "c.json", &LESSON.replace("mine", "other"));
    assert_eq!(page.state.lessons.listed().count(), 1);
}

#[test]
fn nothing_that_one_had_is_lost() {
    let mut page = Page::with_results();
    listed(&mut page);
    page.act(Action::Edit(Field::Clean, "My own text".into()));
    page.act(Action::Edit(Field::Foil, " Emily".into()));
    page.act(Action::AddLensRow);
    page.act(Action::SetUp(Setup { at: At::All, ..Setup::default() }));
    page.act(Action::SetQuantity(LensQuantity::Probability));
    page.act(Action::ToggleUnit(Unit::Head(HeadId::new(0, 1))));
    page.act(Action::View(peek_app::ViewAction::Parts(true)));
    page.act(Action::Pin(HeadId::new(0, 2)));
    let (inputs, view) = (page.state.inputs.clone(), page.state.view.clone());

    act(&mut page, LessonAction::Start("mine".into()));
    assert_eq!(step(&page), Some(0));
    assert_eq!(page.state.inputs.patch.clean, "Who");
    assert_eq!(page.state.inputs.setup.at, At::All);
    assert_eq!(page.state.view.quantity, LensQuantity::Rank);
    assert_eq!(page.state.view.pinned, Some(HeadId::new(1, 2)));
    assert!(page.state.together.units.is_empty() && !page.state.views.parts_open);
    assert_eq!(page.state.pointed_at(), Some("grid"));
    page.sent_patch();
    // Another lesson in between does not become what one had.
    act(&mut page, LessonAction::Start("mine".into()));
    act(&mut page, LessonAction::Go(2));
    page.act(Action::SetTheme(ThemeChoice::Dark));
    page.act(Action::Edit(Field::Clean, "Typed within the lesson".into()));
    page.act(Action::AddLensRow);
    let added = page.state.inputs.lens.last().expect("added").key;

    act(&mut page, LessonAction::Leave);
    assert!(page.effects.contains(&Effect::ForgetAddress));
    assert!(page.announced().contains("Your own inputs are back."), "{}", page.announced());
    page.sent_patch();
    page.sent_lens();
    let now = &page.state.inputs;
    assert_eq!((now.pair(), &now.setup, &now.lens), (inputs.pair(), &inputs.setup, &inputs.lens));
    assert_eq!(page.state.view, peek_app::View { theme: ThemeChoice::Dark, hovered: None, ..view });
    assert_eq!(page.state.together.units, [Unit::Head(HeadId::new(0, 1))]);
    assert!(page.state.views.parts_open && page.state.lessons.open.is_none());
    page.act(Action::AddLensRow);
    assert!(page.state.inputs.lens.last().expect("added").key > added, "a name is not given twice");
}

#[test]
fn escape_unpins_first_and_then_leaves() {
    let mut page = Page::with_results();
    listed(&mut page);
    act(&mut page, LessonAction::Start("mine".into()));
    page.act(Action::Escape);
    assert_eq!((page.state.view.pinned, step(&page)), (None, Some(0)));
    page.act(Action::Escape);
    assert_eq!(step(&page), None);
    page.act(Action::Pin(HeadId::new(1, 1)));
    page.act(Action::Escape);
    assert_eq!(page.state.view.pinned, None, "without a lesson it unpins as ever");
}

#[test]
fn an_address_opens_a_step_whenever_the_lessons_come() {
    let mut page = Page::opened();
    visit(&mut page, "#lesson=mine&step=2");
    assert_eq!((step(&page), page.state.keep.notes.len()), (None, 0));
    listed(&mut page);
    assert_eq!(step(&page), Some(1));
    assert_eq!(page.state.inputs.patch.clean, "Who", "set by a step before");
    assert_eq!(
        page.state.lessons.open.as_ref().map(|open| open.link()).as_deref(),
        Some("lesson=mine&step=2")
    );

    visit(&mut page, "#lesson=mine&step=99");
    assert_eq!(step(&page), Some(2), "the last there is");
    // An address that holds a whole state ends the lesson, and is what is shown.
    visit(&mut page, "#v1.c=Who+else&x=Whom&a=+Jane&bos=1");
    assert_eq!((step(&page), &*page.state.inputs.patch.clean), (None, "Who else"));
}

#[test]
fn an_address_of_no_lesson_leaves_the_page_as_it_is() {
    for fragment in [
        "#lesson=",
        "#lesson=<script>alert(1)</script>",
        "#lesson=other",
        "#lesson=%6D%69",
        "#lesson=../mine&step=1",
    ] {
        let mut page = Page::loaded();
        visit(&mut page, fragment);
        listed(&mut page);
        let [said] = &page.state.keep.notes[..] else { panic!("{fragment}: {:?}", page.state.keep.notes) };
        assert!(said.message.starts_with("There is no lesson of that name"), "{}", said.message);
        assert_eq!((step(&page), page.state.inputs.clone()), (None, State::default().inputs));
    }
    let mut page = Page::loaded();
    visit(&mut page, "#lesson=mine");
    act(&mut page, LessonAction::Read { file: "index.json".into(), text: Err("it is not there".into()) });
    assert_eq!(page.state.keep.notes.len(), 1, "nothing more is to come");
    assert!(page.state.lessons.notes[0].contains("it is not there"));
}

#[test]
fn a_lesson_of_ones_own_opens_from_its_file() {
    let mut page = Page::with_results();
    act(&mut page, LessonAction::Open(Ok(LESSON.replace("strongest_head", "loudest"))));
    let said = &page.state.keep.notes[0].message;
    assert!(said.contains("Lesson “mine”, step 1: `rule` cannot be `loudest`"), "{said}");
    assert!(page.announced().contains(&**said) && step(&page).is_none());
    act(&mut page, LessonAction::Open(Err("x.json could not be read.".into())));
    assert_eq!(page.state.keep.notes[0].message, "x.json could not be read.");
    act(&mut page, LessonAction::Open(Ok(LESSON.into())));
    assert_eq!((step(&page), page.state.keep.notes.len()), (Some(0), 0));
    assert_eq!(page.state.lessons.listed().count(), 1);
}

#[test]
fn an_answer_is_judged_by_what_is_there() {
    let mut page = Page::with_results();
    listed(&mut page);
    act(&mut page, LessonAction::Start("mine".into()));
    assert!(matches!(verdict(&mut page, ""), Some(Verdict::Open(why)) if why.contains("Give an answer")));
    assert!(matches!(verdict(&mut page, "L1H1"), Some(Verdict::Open(why)) if why.contains("on their way")));
    assert!(page.announced().contains("on their way"));
    act(&mut page, LessonAction::Go(1));
    assert!(matches!(verdict(&mut page, "2"), Some(Verdict::Open(_))));
    let id = page.state.patch.newest.expect("asked");
    page.answer_patch(id, 1.0);
    assert!(matches!(verdict(&mut page, "two"), Some(Verdict::Open(why)) if why.contains("Write a number")));
    assert_eq!(verdict(&mut page, "3"), Some(Verdict::Wrong));
    assert_eq!(page.announced(), "Not yet. h");
    assert_eq!(verdict(&mut page, "2,05"), Some(Verdict::Right));
    assert_eq!(page.announced(), "Right. e");
    act(&mut page, LessonAction::Reveal);
    assert_eq!(page.announced(), "The answer is 2.00");
    // What one typed oneself is judged by what came of it, and of nothing else.
    page.act(Action::Edit(Field::Clean, "Who else".into()));
    assert!(matches!(verdict(&mut page, "2"), Some(Verdict::Open(_))));
    act(&mut page, LessonAction::SetUpAgain);
    assert_eq!(page.state.inputs.patch.clean, "Who");
}

#[test]
fn a_click_on_a_head_answers_and_a_rule_pins() {
    let mut page = Page::with_results();
    listed(&mut page);
    act(&mut page, LessonAction::Start("mine".into()));
    page.act(Action::Pin(HeadId::new(0, 1)));
    let given = |page: &Page| page.state.lessons.open.as_ref().map(|open| open.work[open.step].given.clone());
    assert_eq!(given(&page).as_deref(), Some("L0H1"));
    act(&mut page, LessonAction::Go(1));
    page.act(Action::Pin(HeadId::new(0, 2)));
    assert_eq!(given(&page).as_deref(), Some(""), "a number is asked for here");

    act(&mut page, LessonAction::Go(2));
    assert_eq!(page.state.view.pinned, None, "nothing is known yet");
    let id = page.sent_patch();
    page.answer_patch(id, 1.0);
    assert_eq!(page.state.view.pinned, Some(HeadId::new(1, 1)), "the strongest, once it is known");
    assert_eq!(page.attention_request().map(|(_, head)| head), Some(HeadId::new(1, 1)));

    // Who pins another before it is known keeps that one.
    act(&mut page, LessonAction::Go(0));
    act(&mut page, LessonAction::Go(2));
    let id = page.sent_patch();
    page.act(Action::Pin(HeadId::new(0, 0)));
    page.answer_patch(id, 1.0);
    assert_eq!(page.state.view.pinned, Some(HeadId::new(0, 0)));
}
