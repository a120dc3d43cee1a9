//! A whole state leaves and comes back: by an address and by a file.

mod common;

use common::{Page, curve, note};
use peek_app::{
    Action, AttentionMode, AttentionRun, CellColor, Effect, Field, KeepAction, LensQuantity, Run, SetsAction,
    State, TopOrder, ViewAction,
};
use peek_experiment::{Experiment, PromptPair, TEXT_CHARS};
use peek_names::{DirectScale, HeadId, Layer, LensConvention, LogitScale, Metric, Site, Unit};
use peek_protocol::{At, Edit, Place, Request, Response, Setup};

/// A page on which everything is other than it opens with.
fn changed() -> Page {
    let mut page = Page::with_results();
    page.act(Action::Edit(Field::Clean, "Who, \u{1f600}?".into()));
    page.act(Action::Edit(Field::Foil, " Emily".into()));
    let metric = Metric::Logit(LogitScale::Raw);
    page.act(Action::SetUp(Setup {
        site: Site::V,
        edit: Edit::Noise,
        at: At::All,
        metric,
        ..Setup::default()
    }));
    page.act(Action::SetBos(false));
    page.act(Action::SetQuantity(LensQuantity::Rank));
    page.act(Action::SetTopOrder(TopOrder::BySize));
    page.act(Action::ShowRun(AttentionRun::Patched));
    page.act(Action::ShowShares(true));
    page.act(Action::Pin(HeadId::new(1, 2)));
    page.act(Action::ToggleUnit(Unit::Head(HeadId::new(0, 1))));
    page.act(Action::ShowAlignment(true));
    for action in [
        ViewAction::LensGrid(true),
        ViewAction::LensRun(Run::Corrupt),
        ViewAction::LensColor(CellColor::Entropy),
        ViewAction::LensMid(true),
        ViewAction::LensConvention(LensConvention::Final),
        ViewAction::Parts(true),
        ViewAction::PartsRun(Run::Corrupt),
        ViewAction::PartsScale(DirectScale::Clean),
        ViewAction::Attention(AttentionMode::Layer),
        ViewAction::Weighted(true),
        ViewAction::AsLines(true),
        ViewAction::LabelHeads(true),
    ] {
        page.act(Action::View(action));
    }
    page
}

fn visit(page: &mut Page, fragment: &str) {
    page.act(Action::Keep(KeepAction::Visit(fragment.to_owned())));
}

#[test]
fn an_address_opens_the_page_as_it_was() {
    let page = changed();
    let link = page.state.link();
    let mut other = Page::loaded();
    visit(&mut other, &format!("#{link}"));
    assert_eq!(other.state.analysis(), page.state.analysis());
    assert_eq!(other.state.inputs.patch.scale, LogitScale::Raw);
    assert!(other.state.keep.notes.is_empty());
    let views = |page: &Page| {
        let peek_app::Views { lens, parts, patterns, kinds, lit, .. } = peek_app::Views::default();
        peek_app::Views { lens, parts, patterns, kinds, lit, ..page.state.views.clone() }
    };
    assert_eq!(views(&other), views(&page), "every choice of a view");
    assert_eq!(other.state.view.alignment_open, Some(true));
    other.sent_lens();
    // The views ask for what they show once the scores are there.
    let patch = other.sent_patch();
    other.tokens(patch);
    other.runs(patch);
    assert!(other.requests().iter().any(|r| matches!(r, Request::Together(r) if r.units.len() == 1)));
    other.row(patch, 1, 1.0);
    other.row(patch, 0, 1.0);
    other.hear(Response::PatchDone { id: patch, elapsed_ms: 1.0 });
    let asked = |wanted: fn(&Request) -> bool| other.requests().into_iter().filter(|r| wanted(r)).count();
    assert_eq!(asked(|r| matches!(r, Request::LensGrid(r) if r.with_mid)), 1);
    assert_eq!(asked(|r| matches!(r, Request::Attribute(r) if r.by == DirectScale::Clean)), 1);
    assert_eq!(asked(|r| matches!(r, Request::Patterns(r) if r.weighted)), 1);

    // Before the engine is there nothing is asked; what is asked then is what the address says.
    let mut early = Page::opened();
    visit(&mut early, &link);
    assert!(early.requests().is_empty());
    assert_eq!(early.state.analysis(), page.state.analysis());
}

#[test]
fn an_address_without_views_closes_them_and_one_with_unknown_views_is_read() {
    let mut page = changed();
    visit(&mut page, "#v1.c=Who%3F&view=lens:sideways&view=orbit:on&bos=1");
    assert!(page.state.keep.notes.is_empty(), "{:?}", page.state.keep.notes);
    assert_eq!(page.state.inputs.patch.clean, "Who?");
    assert!(page.state.analysis().views.is_empty() && page.state.together.units.is_empty());
    assert!(!page.state.views.is_grid && !page.state.views.parts_open);
}

#[test]
fn a_file_has_the_list_of_many_prompts_and_one_without_leaves_that_alone() {
    let pair = |n: usize| PromptPair {
        clean: format!("Who {n}?"),
        corrupt: format!("Whom {n}?"),
        answer: " Jane".into(),
        foil: String::new(),
    };
    let typed = |page: &mut Page, pairs: &[PromptPair]| {
        let line = |pair: &PromptPair| format!("{}\t{}\t{}\n", pair.clean, pair.corrupt, pair.answer);
        page.act(Action::Sets(SetsAction::Import(Ok(pairs.iter().map(line).collect()))));
    };
    let listed = |page: &Page| page.state.sets.rows.iter().map(|row| row.pair.clone()).collect::<Vec<_>>();
    let mut page = changed();
    typed(&mut page, &[pair(0), pair(1)]);
    page.act(Action::Sets(SetsAction::Add));
    let file = page.state.experiment_json(String::new()).expect("written");
    let mut other = Page::loaded();
    typed(&mut other, &[pair(7)]);
    other.act(Action::Keep(KeepAction::Open(Ok(file))));
    assert_eq!(listed(&other), [pair(0), pair(1)], "in the place of what was there");
    other.act(Action::Undo);
    assert_eq!(listed(&other), [pair(7)]);
    let without = changed().state.experiment_json(String::new()).expect("written");
    other.act(Action::Keep(KeepAction::Open(Ok(without))));
    assert_eq!(listed(&other), [pair(7)]);
}

#[test]
fn a_set_that_does_not_fit_the_model_or_the_site_is_left_out() {
    let mut page = Page::loaded();
    visit(&mut page, "#v1.set=L1H2,L0H0,L9H0,L0H9,L1,L0H0&bos=1");
    let heads = [HeadId::new(0, 0), HeadId::new(1, 2)].map(Unit::Head);
    assert_eq!(page.state.together.units, heads);
    visit(&mut page, "#v1.site=mlp_out&set=L1H2,L1,L9&bos=1");
    assert_eq!(page.state.together.units, [Unit::Layer(Layer(1))]);
    // Before the model is there nobody knows; when it comes, they do.
    let mut early = Page::opened();
    let id = early.sent_load();
    visit(&mut early, "#v1.pin=L9H0&set=L1H2,L9H0&bos=1");
    early.hear(Response::Loaded {
        id,
        model: common::info(common::LAYERS, common::HEADS),
        backend: peek_protocol::BackendKind::Cpu,
        notes: Vec::new(),
    });
    assert_eq!(early.state.together.units, heads[1..]);
    assert_eq!(early.state.view.pinned, None);
}

#[test]
fn a_bad_address_leaves_the_page_as_it_opens() {
    for fragment in ["#v1.", "#v1.bos=2", "#v9.c=a&bos=1", "#v1.c=%FF&bos=1", "#v1.c=Who", "#v1.set=x&bos=1"]
    {
        let mut page = Page::loaded();
        visit(&mut page, fragment);
        assert_eq!(page.state.inputs, State::default().inputs);
        let [said] = &page.state.keep.notes[..] else { panic!("{fragment}: {:?}", page.state.keep.notes) };
        assert!(said.message.starts_with("What this address asks for"), "{}", said.message);
        assert!(page.announced().contains(&said.message));
        page.act(Action::Keep(KeepAction::Dismiss));
        assert!(page.state.keep.notes.is_empty());
    }
    let mut page = Page::loaded();
    visit(&mut page, "");
    visit(&mut page, "#app");
    assert!(page.state.keep.notes.is_empty() && page.effects.is_empty());
}

#[test]
fn a_file_holds_the_state_and_its_numbers() {
    let mut page = Page::with_results();
    let id = page.state.lens.newest.expect("asked");
    page.hear(Response::Lens { id, index: 0, result: Ok(curve(2.5)), total: 5 });
    let broken = vec![note(Place::LensPrompt(1), "too long")];
    page.hear(Response::Lens { id, index: 1, result: Err(broken), total: 5 });
    let text = page.state.experiment_json("2026-01-02".into()).expect("writes");

    let file = Experiment::from_json(&text).expect("reads");
    assert_eq!((&*file.date, file.model.as_ref().map(|m| m.layers)), ("2026-01-02", Some(2)));
    assert_eq!(file.ran_on.as_ref().map(|on| &*on.backend), Some("cpu"));
    let results = file.results.expect("there are some");
    assert_eq!((results.baselines.clean, results.baselines.corrupt), (Some(3.0), Some(1.0)));
    let best = results.scores.iter().find(|line| line.unit == "L1H1").expect("scored");
    assert_eq!((best.delta, best.value, results.scores.len()), (Some(1.0), Some(2.0), 6));
    let lens: Vec<bool> = results.lens.iter().map(Option::is_some).collect();
    assert_eq!(lens, [true, false, false, false, false]);

    let mut other = changed();
    other.act(Action::Keep(KeepAction::Open(Ok(text))));
    assert_eq!(other.state.analysis(), page.state.analysis());
    assert_eq!(other.state.keep.opened, (1, false), "said beside the button");

    // Once the texts are others, the numbers on the screen are no results of theirs.
    page.act(Action::Edit(Field::Clean, "Who else?".into()));
    let text = page.state.experiment_json(String::new()).expect("writes");
    assert_eq!(Experiment::from_json(&text).expect("reads").results, None);
}

#[test]
fn what_is_no_file_of_ours_changes_nothing() {
    let mut page = Page::with_results();
    let before = page.state.analysis();
    page.act(Action::Keep(KeepAction::Open(Ok("{\"format\":\"peek-experiment\",\"version\":7}".into()))));
    assert!(page.state.keep.notes[0].message.contains("version 7"), "{:?}", page.state.keep.notes);
    page.act(Action::Keep(KeepAction::Open(Err("It could not be read.".into()))));
    assert_eq!(page.state.keep.notes[0].message, "It could not be read.");
    assert_eq!(page.state.analysis(), before);
}

#[test]
fn a_text_is_kept_however_long_it_is_and_no_file_is_written_that_cannot_be_opened() {
    let mut page = Page::with_results();
    let long = "Who wrote Emma? ".repeat(TEXT_CHARS / 16);
    page.act(Action::Edit(Field::Corrupt, long.clone()));
    assert!(!page.state.inputs.pair_is_in_lens());
    let file = page.state.experiment_json(String::new()).expect("writes");
    let kept = page.effects.iter().find_map(|effect| match effect {
        Effect::KeepSession(kept) => Some(kept.clone()),
        _ => None,
    });
    for action in [KeepAction::Open(Ok(file)), KeepAction::Resume(kept.expect("kept"))] {
        let mut other = Page::loaded();
        other.act(Action::Keep(action));
        assert!(other.state.keep.notes.is_empty(), "{:?}", other.state.keep.notes);
        assert_eq!(other.state.inputs.patch.corrupt.len(), long.len());
    }
    let longer = "\u{4e2d}".repeat(TEXT_CHARS + 1);
    page.act(Action::Edit(Field::Corrupt, longer.clone()));
    let mut other = Page::loaded();
    other.act(Action::Keep(KeepAction::Resume(page.state.inputs.patch.corrupt.clone())));
    assert_ne!(other.state.inputs.patch.corrupt, longer, "that is nothing that was kept");
    let kept = page.effects.iter().find_map(|effect| match effect {
        Effect::KeepSession(kept) => Some(kept.clone()),
        _ => None,
    });
    other.act(Action::Keep(KeepAction::Resume(kept.expect("kept"))));
    assert_eq!(other.state.inputs.patch.corrupt, longer, "a reload keeps it all");
    let error = page.state.experiment_json(String::new()).expect_err("too long").to_string();
    assert!(error.contains(&format!("no more than {TEXT_CHARS} are taken")), "{error}");
}

#[test]
fn a_file_of_another_model_says_so() {
    let page = Page::with_results();
    let text = page.state.experiment_json(String::new()).expect("writes").replace("0000", "1111");
    let mut other = Page::loaded();
    other.act(Action::Keep(KeepAction::Open(Ok(text))));
    assert!(other.state.keep.notes[0].message.contains("another model, Demo"), "{:?}", other.state.keep);
}

#[test]
fn tables_have_the_numbers_on_the_screen() {
    let page = Page::with_results();
    let scores = page.state.scores_csv().expect("scored");
    assert!(
        scores.starts_with("layer,head,position,value,delta\r\n0,0,,1,0\r\n0,1,,1.5,0.5\r\n"),
        "{scores}"
    );
    assert_eq!(page.state.top_heads_csv(1).expect("scored").lines().nth(1), Some("1,1,,2,1"));
    assert_eq!(page.state.lens_csv(), None, "nothing has come");
    assert!(page.state.snippet().expect("defined").contains("hook_z"));
}
