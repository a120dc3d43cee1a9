//! The fields of a JSON object, taken out one by one: one that nobody asked for is nobody's.

use serde_json::{Map, Value};

use crate::Problem;

/// A name or a value from a stranger's file, short enough for a sentence.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Words in a row, for a sentence.
pub(crate) fn listed(words: &[&str]) -> String {
    words.join(", ")
}

/// What is still to be taken from an object.
pub(crate) struct Fields {
    map: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields {
    /// # Errors
    /// Where `value`, called `name`, is no object.
    pub(crate) fn of(value: Value, name: &'static str) -> Result<Self, Problem> {
        match value {
            Value::Object(map) => Ok(Self { map, known: Vec::new() }),
            _ => Err(Problem::Kind { field: name, wanted: "an object: { .. }" }),
        }
    }

    /// A field as it is; `None` where it is not there.
    pub(crate) fn take(&mut self, field: &'static str) -> Option<Value> {
        self.known.push(field);
        self.map.get_mut(field).map(Value::take)
    }

    /// A text of at most `most` characters; `None` where it is not there.
    pub(crate) fn text(&mut self, field: &'static str, most: usize) -> Result<Option<String>, Problem> {
        self.take(field).map(|value| as_text(value, field, most)).transpose()
    }

    /// A text that has to be there, and says something.
    pub(crate) fn needed(&mut self, field: &'static str, most: usize) -> Result<String, Problem> {
        self.text(field, most)?.filter(|text| !text.trim().is_empty()).ok_or(Problem::Missing(field))
    }

    /// A whole number from 1 to `most`; `None` where it is not there.
    pub(crate) fn count(&mut self, field: &'static str, most: usize) -> Result<Option<usize>, Problem> {
        let Some(value) = self.take(field) else { return Ok(None) };
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        match count.filter(|count| (1..=most).contains(count)) {
            Some(count) => Ok(Some(count)),
            None => Err(Problem::Kind { field, wanted: "a whole number from 1 on, and not a large one" }),
        }
    }

    /// One of a few words, given with what it means.
    pub(crate) fn word<T: Copy>(
        &mut self,
        field: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<T, Problem> {
        let text = self.needed(field, 1000)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Problem::Value { field: field.to_owned(), value: short(&text), known: listed(&known) }
        })
    }

    /// # Errors
    /// Where a field is left that nobody took.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.map.keys().find(|field| !self.known.contains(&&***field)) {
            None => Ok(()),
            Some(field) => Err(Problem::Unknown { field: short(field), known: listed(&self.known) }),
        }
    }
}

/// # Errors
/// Where `value` is no text, or one of more than `most` characters.
pub(crate) fn as_text(value: Value, field: &'static str, most: usize) -> Result<String, Problem> {
    match value {
        Value::String(text) if text.chars().count() <= most => Ok(text),
        Value::String(_) => Err(Problem::TooMuch { field, most, of: "characters" }),
        _ => Err(Problem::Kind { field, wanted: "a text: \"..\"" }),
    }
}

/// # Errors
/// Where `value` is no list, or one of more than `most` entries.
pub(crate) fn as_list(value: Value, field: &'static str, most: usize) -> Result<Vec<Value>, Problem> {
    match value {
        Value::Array(list) if list.len() <= most => Ok(list),
        Value::Array(_) => Err(Problem::TooMuch { field, most, of: "entries" }),
        _ => Err(Problem::Kind { field, wanted: "a list: [ .. ]" }),
    }
}
