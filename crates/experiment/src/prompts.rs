//! Sets of prompts as CSV, tab-separated text and JSONL.

use serde::{Deserialize, Serialize};

use crate::{LimitError, csv, csv::Row, limits};

/// A pair of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptPair {
    /// The prompt that brings the answer.
    pub clean: String,
    /// The prompt that does not.
    pub corrupt: String,
    /// The text whose first token is followed.
    pub answer: String,
    /// The text whose first token the answer is held against; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub foil: String,
}

/// What a file had: its good lines, and what is wrong with the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The pairs, in order.
    pub pairs: Vec<PromptPair>,
    /// What could not be taken, each with its line.
    pub errors: Vec<LineError>,
}

/// What is wrong with a line of a set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}: {problem}.")]
pub struct LineError {
    /// Which, from 1.
    pub line: usize,
    /// What.
    pub problem: String,
}

impl LineError {
    fn new(line: usize, problem: impl Into<String>) -> Self {
        Self { line, problem: problem.into() }
    }
}

const COLUMNS: [&str; 4] = ["clean", "corrupt", "answer", "foil"];

/// Reads a set. A text that begins with `{` is JSONL: an object a line, with `clean`, `corrupt`, `answer` and, where there
/// is one, `foil`. Anything else is a table, separated by tabs if its first line has one, else by commas; its columns are
/// those of a header with these names, or without a header these four in this order. Texts are taken as they are: an
/// answer usually begins with a space.
///
/// Good lines are taken even where others are not.
#[must_use]
pub fn read_prompts(text: &str) -> Import {
    let mut import = Import::default();
    if let Err(error) = limits::at_most("bytes", text.len(), limits::FILE_BYTES) {
        import.errors.push(LineError::new(1, error.to_string()));
        return import;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let pair = serde_json::from_str(line).map_err(|error| limits::said(&error));
            import.take(at + 1, pair);
        }
        return import;
    }
    let separator = if text.lines().next().is_some_and(|line| line.contains('\t')) { '\t' } else { ',' };
    let records = csv::records(text, separator).unwrap_or_else(|line| {
        import.errors.push(LineError::new(line, "a quote is opened and never closed"));
        Vec::new()
    });
    let mut records = records.into_iter().peekable();
    let mut order = [Some(0), Some(1), Some(2), Some(3)];
    if let Some(header) = records.peek().and_then(|(_, names)| header(names)) {
        order = header;
        records.next();
    }
    for (line, fields) in records {
        import.take(line, pair(&fields, order));
    }
    import
}

/// A set as CSV with a header, which [`read_prompts`] reads back.
#[must_use]
pub fn write_prompts<'a>(pairs: impl IntoIterator<Item = &'a PromptPair>) -> String {
    let lines = pairs.into_iter().map(|pair| {
        Row::default().text(&pair.clean).text(&pair.corrupt).text(&pair.answer).text(&pair.foil).line()
    });
    Row::header(&COLUMNS) + &lines.collect::<String>()
}

/// The column of each of the four, where a record names them.
fn header(names: &[String]) -> Option<[Option<usize>; 4]> {
    let find = |wanted: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
    let order = COLUMNS.map(find);
    order[..3].iter().all(Option::is_some).then_some(order)
}

fn pair(fields: &[String], order: [Option<usize>; 4]) -> Result<PromptPair, String> {
    let least = order[..3].iter().flatten().max().map_or(3, |last| last + 1);
    if fields.len() < least {
        return Err(format!(
            "it has {} columns, and clean, corrupt and answer need at least {least}",
            fields.len()
        ));
    }
    let most = order.iter().flatten().max().map_or(4, |last| last + 1);
    if order == [Some(0), Some(1), Some(2), Some(3)] && fields.len() > most {
        return Err(format!(
            "it has {} columns, and there are four at most: put texts with commas in quotes",
            fields.len()
        ));
    }
    let text = |column: Option<usize>| {
        column.and_then(|at| fields.get(at)).map(|field| csv::unguarded(field).to_owned()).unwrap_or_default()
    };
    let [clean, corrupt, answer, foil] = order.map(text);
    Ok(PromptPair { clean, corrupt, answer, foil })
}

impl Import {
    fn take(&mut self, line: usize, pair: Result<PromptPair, String>) {
        // Of a file with nothing but faults a few lines say enough.
        const ERRORS: usize = 50;
        let checked = pair.and_then(|pair| pair.check().map(|()| pair)).and_then(|pair| {
            let full = limits::at_most("pairs", self.pairs.len() + 1, limits::PAIRS);
            full.map(|()| pair).map_err(|_| format!("a set has at most {} pairs", limits::PAIRS))
        });
        match checked {
            Ok(pair) => self.pairs.push(pair),
            Err(problem) if self.errors.len() < ERRORS => self.errors.push(LineError::new(line, problem)),
            Err(_) => {}
        }
    }
}

impl PromptPair {
    /// # Errors
    /// What keeps it from being run.
    fn check(&self) -> Result<(), String> {
        let named = [("clean", &self.clean), ("corrupt", &self.corrupt), ("answer", &self.answer)];
        if let Some((name, _)) = named.iter().find(|(_, text)| text.is_empty()) {
            return Err(format!("its {name} text is empty"));
        }
        for text in [&self.clean, &self.corrupt, &self.answer, &self.foil] {
            let checked: Result<(), LimitError> =
                limits::at_most("characters in one text", text.chars().count(), limits::TEXT_CHARS);
            checked.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
