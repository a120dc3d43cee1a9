//! Tables as RFC 4180 has them: writing cells, and reading what a spreadsheet or a person wrote.

use std::fmt::Write;

/// A row that is being written.
#[derive(Debug, Default)]
pub struct Row(String);

impl Row {
    /// A line of plain words, such as a header's.
    #[must_use]
    pub fn header(names: &[&str]) -> String {
        names.join(",") + "\r\n"
    }

    /// Adds something that needs no quotes: a number, a name of ours.
    #[must_use]
    pub fn plain(mut self, value: impl std::fmt::Display) -> Self {
        self.separate();
        // Writing to a string does not fail.
        let _ = write!(self.0, "{value}");
        self
    }

    /// Adds a number; nothing where it is undefined.
    #[must_use]
    pub fn number(mut self, value: Option<f32>) -> Self {
        self.separate();
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let _ = write!(self.0, "{value}");
        }
        self
    }

    /// Adds a text of the user's or of the vocabulary's, which a spreadsheet must not take for a formula.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.separate();
        let guard = if is_formula(text) { "'" } else { "" };
        // A leading space is part of a token, and some readers trim what has no quotes.
        if text.contains([',', '"', '\n', '\r', '\t', ' ']) {
            let _ = write!(self.0, "\"{guard}{}\"", text.replace('"', "\"\""));
        } else {
            let _ = write!(self.0, "{guard}{text}");
        }
        self
    }

    /// The row as a line.
    #[must_use]
    pub fn line(mut self) -> String {
        self.0 += "\r\n";
        self.0.split_off(usize::from(self.0.starts_with(',')))
    }

    fn separate(&mut self) {
        self.0.push(',');
    }
}

/// Whether a spreadsheet would take this for a formula, behind any guards that it has already.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text without the guard that [`Row::text`] gave it.
pub(crate) fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

/// One record of a table and the line that it begins on, from 1.
pub(crate) type Record = (usize, Vec<String>);

/// The records of a table with one separator. Quotes may hold separators, line ends and doubled quotes; empty lines are
/// left out.
///
/// # Errors
/// The line of a quote that never ends.
pub(crate) fn records(text: &str, separator: char) -> Result<Vec<Record>, usize> {
    let mut all = Vec::new();
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut line, mut begun_on) = (1, 1);
    let mut chars = text.chars().peekable();
    // Whether the field that is being read has quotes, and whether they are still open.
    let (mut was_quoted, mut is_open) = (false, false);
    let mut opened_on = 1;
    while let Some(c) = chars.next() {
        match c {
            '"' if is_open && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if is_open => is_open = false,
            c if is_open => {
                line += usize::from(c == '\n');
                field.push(c);
            }
            '"' if field.is_empty() && !was_quoted => {
                (was_quoted, is_open, opened_on) = (true, true, line);
            }
            c if c == separator => {
                fields.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' => {
                fields.push(std::mem::take(&mut field));
                if fields.len() > 1 || was_quoted || !fields[0].is_empty() {
                    all.push((begun_on, std::mem::take(&mut fields)));
                }
                fields.clear();
                was_quoted = false;
                line += 1;
                begun_on = line;
            }
            c => field.push(c),
        }
    }
    if is_open {
        return Err(opened_on);
    }
    fields.push(field);
    if fields.len() > 1 || was_quoted || !fields[0].is_empty() {
        all.push((begun_on, fields));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_row_or_start_a_formula_is_guarded() {
        let line = |text: &str| Row::default().plain(1).text(text).number(Some(-0.5)).line();
        assert_eq!(line("Jane"), "1,Jane,-0.5\r\n");
        assert_eq!(line(" Jane"), "1,\" Jane\",-0.5\r\n");
        assert_eq!(line("a,\"b\"\n"), "1,\"a,\"\"b\"\"\n\",-0.5\r\n");
        assert_eq!(line("=1+1"), "1,'=1+1,-0.5\r\n");
        assert_eq!(line("@a b"), "1,\"'@a b\",-0.5\r\n");
        assert_eq!(Row::default().text("").number(Some(f32::NAN)).line(), ",\r\n");
    }

    #[test]
    fn records_may_hold_anything() {
        let read = records("a,\"b\n,\"\"c\"\n\n d,\r\n\"\"\n", ',').expect("whole");
        let expected: Vec<Record> = vec![
            (1, vec!["a".into(), "b\n,\"c".into()]),
            (4, vec![" d".into(), String::new()]),
            (5, vec![String::new()]),
        ];
        assert_eq!(read, expected);
        assert_eq!(records("a\n\"b\nc", ','), Err(2));
    }
}
