//! The site's lessons, and files that are none.

use std::{fs, path::PathBuf};

use peek_lessons::{Ask, Lesson, Pin, Problem, read_index};

/// Parts of the address that a page is written as.
const AT_ALL: &str = "&at=all&";
const NOISE: &str = "&edit=noise&";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets/lessons")
}

fn shipped() -> Vec<(String, Lesson)> {
    let index = fs::read_to_string(folder().join("index.json")).expect("there is a list");
    let read = |name: String| {
        let text = fs::read_to_string(folder().join(&name)).expect("it is listed");
        let lesson = Lesson::from_json(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, lesson)
    };
    read_index(&index).expect("a list").into_iter().map(read).collect()
}

#[test]
fn every_file_is_listed_and_named_by_its_id() {
    let lessons = shipped();
    assert!(lessons.len() >= 7);
    let mut names: Vec<String> = lessons.iter().map(|(name, _)| name.clone()).collect();
    for (name, lesson) in &lessons {
        assert_eq!(*name, format!("{}.json", lesson.id));
        assert!(lesson.minutes <= 5, "{name} is to be short");
        assert!(lesson.steps.len() >= 4, "{name}");
        assert!(lesson.steps.iter().any(|step| step.question.is_some()), "{name} asks nothing");
    }
    names.push("index.json".into());
    names.sort();
    let mut files: Vec<String> = fs::read_dir(folder())
        .expect("a folder")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(files, names, "what lies there is listed, and the other way round");
}

#[test]
fn a_step_keeps_what_the_steps_before_it_set() {
    let lessons = shipped();
    let of = |id: &str| &lessons.iter().find(|(_, lesson)| lesson.id == id).expect("shipped").1;
    let heads = of("heads");
    let link = |step: usize| peek_experiment::write_link(&heads.steps[step].page);
    assert!(link(3).contains(NOISE) && !link(4).contains(NOISE));
    assert!(link(4).contains(AT_ALL));
    assert_eq!(heads.steps[1].page, heads.steps[0].page);
    assert!(!heads.steps[1].sets && heads.steps[2].sets);
    let first = &heads.steps[0].page;
    assert_eq!(first.lens.len(), 2, "the pair, where a lesson gives no prompts of its own");
    assert_eq!(first.lens[1].prompt, first.pair.corrupt);
    let pinned = of("induction").steps[4].pin;
    assert_eq!(pinned, Pin::Nothing, "`none` ends what an earlier step had pinned");
}

/// A lesson of one step with `step` in it and `more` beside it.
fn lesson(step: &str, more: &str) -> Result<Lesson, String> {
    let setup = r#""setup":{"clean":"a","corrupt":"b","answer":" c"}"#;
    let text = format!(
        r#"{{"format":"peek-lesson","version":1,"id":"mine","title":"T","minutes":3,"intro":"I",{more}
            "steps":[{{"title":"S","text":"x",{setup}}},{{"title":"S","text":["x","y"]{step}}}]}}"#
    );
    Lesson::from_json(&text).map_err(|error| error.to_string())
}

#[test]
fn a_lesson_of_ones_own_is_read() {
    let step = r#","points_at":"grid","setup":{"at":3,"bos":false,"pin":"L0H1","foil":" d","lens":[{"prompt":"p","answer":" q"}]},
        "question":{"kind":"number","rule":"cost","within":0.5,"text":"t","hint":"h","explain":"e"}"#;
    let lesson = lesson(step, "").expect("reads");
    let step = &lesson.steps[1];
    assert_eq!((step.text.len(), step.points_at), (2, Some("grid")));
    assert!(!step.page.pair.prepend_bos && step.page.pair.foil == " d" && step.page.pair.clean == "a");
    assert!(matches!(step.pin, Pin::Head(head) if head.to_string() == "L0H1"));
    assert_eq!(step.page.lens[0].answer, " q");
    let ask = step.question.as_ref().map(|question| &question.ask);
    assert!(matches!(ask, Some(Ask::Number { within_thousandths: 500, .. })));
}

#[test]
fn a_fault_is_named_with_lesson_and_step() {
    let said = |step: &str| lesson(step, "").expect_err(step);
    for (step, words) in [
        (
            r#","colour":"red""#,
            "Lesson “mine”, step 2: there is no field `colour` here; the fields are title, text",
        ),
        (r#","points_at":"moon""#, "`points_at` cannot be `moon`; it can be prompts, tokens"),
        (r#","setup":{"site":"brain"}"#, "`site` cannot be `brain`; it can be z, q"),
        (r#","setup":{"edit":1}"#, "`edit` must be a text"),
        (
            r#","setup":{"pin":"H1L0"}"#,
            "`pin` cannot be `H1L0`; it can be none, a head such as L1H7, strongest_head",
        ),
        (r#","setup":{"view":{"run":"both"}}"#, "`run` cannot be `both`; it can be clean, corrupt, patched"),
        (r#","setup":{"view":{"ruin":"clean"}}"#, "there is no field `ruin` here"),
        (r#","setup":[]"#, "`setup` must be an object"),
        (r#","question":{"kind":"guess"}"#, "`kind` cannot be `guess`; it can be choose, head, layer"),
        (
            r#","question":{"kind":"head","rule":"loudest","text":"t","hint":"h","explain":"e"}"#,
            "`rule` cannot be `loudest`",
        ),
        (
            r#","question":{"kind":"head","rule":"induction","text":"t","hint":"h"}"#,
            "the field `explain` is missing",
        ),
        (
            r#","question":{"kind":"head","rule":"induction","among":0,"text":"t","hint":"h","explain":"e"}"#,
            "`among` must be a whole number",
        ),
        (
            r#","question":{"kind":"token","rule":"token_of_clean","text":"t","hint":"h","explain":"e"}"#,
            "the field `place` is missing",
        ),
        (
            r#","question":{"kind":"number","rule":"cost","within":-1,"text":"t","hint":"h","explain":"e"}"#,
            "`within` must be",
        ),
        (
            r#","question":{"kind":"choose","choices":["a","b"],"right":"c","text":"t","hint":"h","explain":"e"}"#,
            "`right` must be one of the choices",
        ),
    ] {
        let error = said(step);
        assert!(error.contains(words) && error.contains("step 2"), "{step}: {error}");
    }
    assert!(
        lesson("", r#""author":"me","#)
            .expect_err("unknown")
            .starts_with("Lesson “mine”: there is no field `author`")
    );
    let long = "a".repeat(1501);
    let error = said(&format!(r#","question":{{"kind":"choose","text":"{long}","hint":"h","explain":"e"}}"#));
    assert!(error.contains("`text` is too long: no more than 600 characters"), "{error}");
}

#[test]
fn what_is_no_lesson_is_refused() {
    let problem = |text: &str| Lesson::from_json(text).expect_err(text).problem;
    assert!(matches!(problem("{"), Problem::Json(_)));
    assert_eq!(problem("[]"), Problem::Format);
    assert_eq!(problem(r#"{"format":"peek-experiment","version":1}"#), Problem::Format);
    assert_eq!(problem(r#"{"format":"peek-lesson","version":2}"#), Problem::Version);
    assert!(matches!(problem(&" ".repeat(200_001)), Problem::TooMuch { .. }));
    let head = r#"{"format":"peek-lesson","version":1,"id":"a","title":"T","minutes":3,"intro":"I","steps":"#;
    let with = |steps: &str| problem(&format!("{head}{steps}}}"));
    assert_eq!(with("[]"), Problem::Missing("steps"));
    assert_eq!(with(r#"[{"title":"S","text":"x"}]"#), Problem::NoPrompts);
    assert_eq!(
        with(&format!("[{}]", vec!["{}"; 41].join(","))),
        Problem::TooMuch { field: "steps", most: 40, of: "entries" }
    );
    let bad_id = head.replace("\"a\"", "\"<b>\"") + "[]}";
    assert!(matches!(problem(&bad_id), Problem::Value { .. }));
    // Deeper than any reader should follow.
    assert!(matches!(problem(&"[".repeat(100_000)), Problem::Json(_)));
}
