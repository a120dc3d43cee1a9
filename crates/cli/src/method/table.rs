//! Columns of text.

use std::fmt::Write;

use peek_charts::text::{format_delta, visible_token};

use crate::report::TokenOut;

/// A change, or what stands for one that is undefined.
pub(super) fn cell(delta: Option<f32>) -> String {
    delta.map_or_else(|| "–".to_owned(), format_delta)
}

/// A table: a head line, then lines of a name and cells, right-aligned.
pub(super) fn table(columns: &[String], rows: impl IntoIterator<Item = (String, Vec<String>)>) -> String {
    let rows: Vec<(String, Vec<String>)> = rows.into_iter().collect();
    let long = |text: &String| text.chars().count();
    let cells = rows.iter().flat_map(|(_, cells)| cells).chain(columns);
    let width = cells.map(long).max().unwrap_or(0);
    let name = rows.iter().map(|(name, _)| long(name)).max().unwrap_or(0);
    let mut out = String::new();
    let mut line = |first: &str, cells: &[String]| {
        let cells: String = cells.iter().map(|cell| format!("  {cell:>width$}")).collect();
        let _ = writeln!(out, "{first:>name$}{cells}");
    };
    line("", columns);
    rows.iter().for_each(|(name, cells)| line(name, cells));
    out
}

/// Tokens as one line.
pub(super) fn strip(tokens: &[TokenOut]) -> String {
    tokens.iter().map(|token| visible_token(&token.text)).collect::<Vec<_>>().join("|")
}

/// A number that may be undefined, as a field of a CSV file.
pub(super) fn field(value: Option<f32>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
