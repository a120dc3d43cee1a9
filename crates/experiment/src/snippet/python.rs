//! Values as Python writes them.

use std::fmt::Write;

/// A string literal. What could end it, start an escape or hide a line is escaped; the rest stays readable.
pub(super) fn text(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            // Controls, and what turns the direction of reading or ends a line without showing it.
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
            {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A list of string literals.
pub(super) fn list_of_texts(texts: &[String]) -> String {
    let all: Vec<String> = texts.iter().map(|one| text(one)).collect();
    format!("[{}]", all.join(", "))
}

/// A list of positions.
pub(super) fn list_of_places(places: &[Option<usize>]) -> String {
    let place = |place: &Option<usize>| place.map_or_else(|| "None".to_owned(), |at| at.to_string());
    let all: Vec<String> = places.iter().map(place).collect();
    format!("[{}]", all.join(", "))
}
