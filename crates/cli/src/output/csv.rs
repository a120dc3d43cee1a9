//! Tables with a header line, as RFC 4180 has them.

use std::fmt::Write;

use crate::report::{Attention, Lens, Patch, Tokens};

pub(super) fn tokens(report: &Tokens) -> String {
    let mut out = "position,id,text\n".to_owned();
    for (position, token) in report.tokens.iter().enumerate() {
        let _ = writeln!(out, "{position},{},{}", token.id, field(&token.text));
    }
    out
}

pub(super) fn lens(report: &Lens) -> String {
    let mut out = "label,logit,raw_logit,probability,rank\n".to_owned();
    for p in &report.points {
        let _ = writeln!(out, "{},{},{},{},{}", p.label, p.logit, p.raw_logit, p.probability, p.rank);
    }
    out
}

pub(super) fn patch(report: &Patch) -> String {
    let mut out = "layer,head,delta\n".to_owned();
    for (layer, row) in report.deltas.iter().enumerate() {
        for (head, delta) in row.iter().enumerate() {
            let _ = writeln!(out, "{layer},{head},{delta}");
        }
    }
    out
}

pub(super) fn attention(report: &Attention) -> String {
    let mut out = "query,query_text,key,key_text,weight\n".to_owned();
    for (query, row) in report.pattern.iter().enumerate() {
        for (key, weight) in row.iter().enumerate().take(query + 1) {
            let (from, to) = (&report.tokens[query].text, &report.tokens[key].text);
            let _ = writeln!(out, "{query},{},{key},{},{weight}", field(from), field(to));
        }
    }
    out
}

/// A text as a field, quoted where it has to be. A leading space is part of a token, and some readers trim it.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r', ' ']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn what_would_break_a_row_is_quoted() {
        assert_eq!(field("Jane"), "Jane");
        assert_eq!(field(" Jane"), "\" Jane\"");
        assert_eq!(field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    }
}
