//! A lesson's file, read.

use serde_json::Value;

use crate::{
    Lesson, LessonError, POINTS, Problem, Step,
    fields::{Fields, as_list, as_text, listed, short},
    lesson::is_id,
    question,
    setup::Stand,
};

/// Longest file, in bytes.
const BYTES: usize = 200_000;
/// Most steps of a lesson.
const STEPS: usize = 40;
/// Most paragraphs of a step, and characters of each.
const PARAGRAPHS: usize = 8;
const PARAGRAPH: usize = 1500;

impl Lesson {
    /// Reads a file's text.
    ///
    /// # Errors
    /// Where it is no lesson, or has a field that nobody knows: the sentence names the lesson and the step.
    pub fn from_json(text: &str) -> Result<Self, LessonError> {
        let nowhere = |problem| LessonError { place: String::new(), problem };
        if text.len() > BYTES {
            return Err(nowhere(Problem::TooMuch { field: "file", most: BYTES, of: "bytes" }));
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| nowhere(Problem::Json(error.to_string())))?;
        // First what it claims to be: what a later version has in it is unknown.
        if value.get("format").and_then(Value::as_str) != Some("peek-lesson") {
            return Err(nowhere(Problem::Format));
        }
        if value.get("version").and_then(Value::as_u64) != Some(1) {
            return Err(nowhere(Problem::Version));
        }
        let name = value.get("id").and_then(Value::as_str).map(short).unwrap_or_default();
        let mut at = 0;
        read(value, &mut at).map_err(|problem| {
            let mut place = "Lesson “".to_owned() + &name + "”";
            if at > 0 {
                place += ", step ";
                place += &at.to_string();
            }
            LessonError { place: place + ": ", problem }
        })
    }
}

/// Reads a lesson; `at` tells which step is being read, counted from 1, 0 for none.
fn read(value: Value, at: &mut usize) -> Result<Lesson, Problem> {
    let mut fields = Fields::of(value, "lesson")?;
    for claim in ["format", "version"] {
        fields.take(claim);
    }
    let id = fields.needed("id", 1000)?;
    if !is_id(&id) {
        let known = "small letters, digits, - and _, 40 at most".to_owned();
        return Err(Problem::Value { field: "id".to_owned(), value: short(&id), known });
    }
    let (title, intro) = (fields.needed("title", 120)?, fields.needed("intro", 600)?);
    let minutes = fields.count("minutes", 120)?.ok_or(Problem::Missing("minutes"))?;
    let steps = as_list(fields.take("steps").ok_or(Problem::Missing("steps"))?, "steps", STEPS)?;
    fields.finish()?;
    let mut stand = Stand::new();
    let mut read = Vec::with_capacity(steps.len());
    for step in steps {
        *at += 1;
        read.push(read_step(step, &mut stand)?);
    }
    if read.is_empty() {
        return Err(Problem::Missing("steps"));
    }
    Ok(Lesson { id, title, minutes, intro, steps: read })
}

fn read_step(value: Value, stand: &mut Stand) -> Result<Step, Problem> {
    let mut fields = Fields::of(value, "step")?;
    let title = fields.needed("title", 120)?;
    let text = match fields.take("text").ok_or(Problem::Missing("text"))? {
        Value::Array(list) => as_list(Value::Array(list), "text", PARAGRAPHS)?,
        other => vec![other],
    };
    let text = text.into_iter().map(|p| as_text(p, "text", PARAGRAPH)).collect::<Result<_, _>>()?;
    let setup = fields.take("setup");
    let sets = setup.is_some();
    if let Some(setup) = setup {
        stand.set(setup)?;
    }
    if !stand.has_prompts() {
        return Err(Problem::NoPrompts);
    }
    let points_at = fields.text("points_at", 60)?.map(|name| {
        POINTS.into_iter().find(|point| *point == name).ok_or_else(|| Problem::Value {
            field: "points_at".to_owned(),
            value: short(&name),
            known: listed(&POINTS),
        })
    });
    let points_at = points_at.transpose()?;
    let question = fields.take("question").map(question::read).transpose()?;
    fields.finish()?;
    Ok(Step { title, text, page: stand.page.clone(), pin: stand.pin, sets, points_at, question })
}
