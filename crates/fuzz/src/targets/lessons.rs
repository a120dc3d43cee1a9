//! Lessons, lists of them, and addresses that open one.

use peek_lessons::{Lesson, POINTS, read_index, read_lesson_link, write_lesson_link};

use super::{LONG, TEXT_MEMORY, page};
use crate::{Form, Outcome, Target, target::kind};

pub(super) const TARGET: Target = Target {
    name: "lessons",
    form: Form::Json,
    long: LONG,
    short: 4000,
    memory: TEXT_MEMORY,
    words: &[
        "\"peek-lesson\"",
        "\"format\":",
        "\"steps\":",
        "\"setup\":",
        "\"question\":",
        "\"kind\":\"choose\"",
        "\"kind\":\"number\"",
        "\"kind\":\"token\"",
        "\"kind\":\"head\"",
        "\"rule\":",
        "\"right\":",
        "\"choices\":",
        "\"points_at\":\"grid\"",
        "\"pin\":",
        "\"L1H2\"",
        "#lesson=",
        "&step=",
        "999",
        ".json",
        "../",
    ],
    seeds,
    run,
};

/// The lessons that ship, and their list.
fn seeds() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 5] = [
        include_bytes!("../../../../assets/lessons/index.json"),
        include_bytes!("../../../../assets/lessons/tokens.json"),
        include_bytes!("../../../../assets/lessons/heads.json"),
        include_bytes!("../../../../assets/lessons/lens.json"),
        b"#lesson=direct-total&step=3",
    ];
    texts.map(<[u8]>::to_vec).into()
}

fn run(bytes: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    if let Some(link) = read_lesson_link(&text) {
        assert_eq!(read_lesson_link(&write_lesson_link(&link)), Some(link), "an address is another's");
        return Ok("an address".into());
    }
    if let Ok(names) = read_index(&text) {
        assert!(
            names.iter().all(|name| name.ends_with(".json") && !name.contains(['/', '\\', ':'])),
            "{names:?}"
        );
        return Ok("a list".into());
    }
    let state = page::lesson(&text);
    match Lesson::from_json(&text) {
        Ok(lesson) => {
            assert!(!lesson.steps.is_empty() && !lesson.title.trim().is_empty());
            for step in &lesson.steps {
                assert!(step.points_at.is_none_or(|point| POINTS.contains(&point)));
                assert!(!step.page.pair.clean.is_empty() && !step.page.pair.answer.is_empty());
            }
            let open = state.lessons.open.as_ref().map(|open| open.lesson.id.as_str());
            assert_eq!(open, Some(lesson.id.as_str()), "the page has not opened it");
            Ok(format!("{} steps", lesson.steps.len().min(4)))
        }
        Err(error) => Err(kind(&error.to_string())),
    }
}
