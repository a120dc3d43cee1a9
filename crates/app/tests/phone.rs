//! What a small screen shows, and what of it is no change of the user's.

mod common;

use common::{Page, note};
use peek_app::{Action, EXPLANATIONS, Field, ModelPick, PickId, Tab};
use peek_protocol::{Place, Request, Response};

#[test]
fn keys_go_around_the_tabs() {
    assert_eq!(Tab::default(), Tab::Attention);
    let around = |key: &str| {
        let mut tab = Tab::default();
        let mut seen = vec![tab];
        for _ in 0..Tab::ALL.len() {
            tab = tab.after(key).expect("an arrow leads on");
            seen.push(tab);
        }
        seen
    };
    let (forth, back) = (around("ArrowRight"), around("ArrowLeft"));
    assert_eq!(forth[..4], Tab::ALL);
    assert_eq!(forth.iter().rev().copied().collect::<Vec<_>>(), back);
    assert_eq!((Tab::Lens.after("Home"), Tab::Lens.after("End")), (Some(Tab::ALL[0]), Some(Tab::ALL[3])));
    assert_eq!(Tab::Lens.after("ArrowDown"), None);
}

#[test]
fn a_tab_is_no_change_and_stays_when_one_is_taken_back() {
    let mut page = Page::with_results();
    page.act(Action::Edit(Field::Clean, "Who wrote Emma?".into()));
    page.act(Action::ShowTab(Tab::Lens));
    page.act(Action::UnfoldPrompts(true));
    assert!(page.is_quiet(), "{:?}", page.effects);
    page.act(Action::Undo);
    assert_eq!(page.state.view.phone.tab, Tab::Lens);
    assert!(page.state.view.phone.prompts_open);
    assert_eq!(page.state.history.undoes(), None, "nothing else could be taken back");
}

#[test]
fn the_tab_of_the_parts_asks_for_them() {
    let mut page = Page::with_results();
    page.act(Action::ShowTab(Tab::Parts));
    assert!(page.requests().iter().any(|request| matches!(request, Request::Attribute(_))));
    page.act(Action::ShowTab(Tab::Attention));
    page.act(Action::ShowTab(Tab::Parts));
    assert!(page.requests().is_empty(), "they are on their way");
}

#[test]
fn prompts_are_folded_unless_something_is_to_be_done_there() {
    let mut page = Page::opened();
    assert!(page.state.prompts_are_folded(), "before there is a result, so that nothing moves when it comes");
    page.act(Action::UnfoldPrompts(true));
    assert!(!page.state.prompts_are_folded());

    let mut page = Page::loaded();
    let id = page.sent_patch();
    page.hear(Response::Refused { id, notes: vec![note(Place::Corrupt, "too long")], tokens: None });
    assert!(!page.state.prompts_are_folded(), "a note must be seen");

    let mut page = Page::with_results();
    page.act(Action::Edit(Field::Answer, String::new()));
    assert!(!page.state.prompts_are_folded(), "an answer is to be typed");
}

#[test]
fn the_page_says_which_model_it_looks_into() {
    let mut page = Page::opened();
    assert_eq!(page.state.tagline(), "how the demo model finds its answer");
    let files = vec![("config.json".to_owned(), 9), ("tiny.safetensors".to_owned(), 9)];
    page.act(Action::FilesPicked { pick: PickId(1), files });
    assert!(matches!(page.state.engine.pick, ModelPick::Local { .. }));
    assert_eq!(page.state.tagline(), "how tiny.safetensors finds its answer");
}

#[test]
fn every_explanation_has_a_name_of_its_own_words_and_a_formula() {
    let mut names: Vec<_> = EXPLANATIONS.iter().map(|explanation| explanation.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), EXPLANATIONS.len());
    for explanation in EXPLANATIONS {
        assert!(!explanation.text.is_empty() && !explanation.formulas.is_empty(), "{}", explanation.name);
    }
}
