//! Tables for reading.

use std::fmt::Write;

use peek_charts::text::{format_delta, format_percent, format_value, visible_token};

use crate::report::{Attention, Lens, Patch, Side, TokenOut};

pub(super) fn tokens(tokens: &[TokenOut]) -> String {
    let mut out = String::new();
    for (position, token) in tokens.iter().enumerate() {
        let _ = writeln!(out, "{position:>4}  {:>6}  {}", token.id, visible_token(&token.text));
    }
    out
}

pub(super) fn lens(report: &Lens) -> String {
    let mut out = format!("answer {} ({})\n", visible_token(&report.answer.text), report.answer.id);
    let _ = writeln!(out, "{:>7}  {:>9}  {:>9}  {:>7}  {:>6}", "point", "logit", "raw", "prob", "rank");
    for p in &report.points {
        let (logit, raw) = (format_value(p.logit), format_value(p.raw_logit));
        let prob = format_percent(p.probability);
        let _ =
            writeln!(out, "{:>7}  {logit:>9}  {raw:>9}  {prob:>7}  {:>6}", p.label, format!("#{}", p.rank));
    }
    out
}

pub(super) fn patch(report: &Patch) -> String {
    let mut out = String::new();
    let mut side = |name: &str, side: &Side| {
        let tokens: Vec<String> = side.tokens.iter().map(|token| visible_token(&token.text)).collect();
        let _ = writeln!(out, "{name:>7}  {:>8}  {}", format_value(side.metric), tokens.join("|"));
    };
    side("clean", &report.clean);
    side("corrupt", &report.corrupt);
    let _ = writeln!(
        out,
        "\nlogit of {} with one head's clean output in the corrupt run, minus without\n",
        visible_token(&report.answer.text)
    );
    let heads = report.deltas.first().map_or(0, Vec::len);
    let _ =
        writeln!(out, "     {}", (0..heads).map(|h| format!("{:>7}", format!("H{h}"))).collect::<String>());
    for (layer, row) in report.deltas.iter().enumerate() {
        let cells: String = row.iter().map(|&delta| format!("{:>7}", format_delta(delta))).collect();
        let _ = writeln!(out, "{:>4} {cells}", format!("L{layer}"));
    }
    out.push('\n');
    for top in &report.top {
        let share = top.normalised.map_or("undefined".to_owned(), |share| format!("{:.0} %", share * 100.0));
        let _ = writeln!(out, "{:>7}  {:>7}  {share:>9}", top.head, format_delta(top.delta));
    }
    out
}

pub(super) fn attention(report: &Attention) -> String {
    let tokens: Vec<String> = report.tokens.iter().map(|token| visible_token(&token.text)).collect();
    let mut out = String::new();
    for (query, row) in report.pattern.iter().enumerate() {
        let cells: String = row.iter().take(query + 1).map(|weight| format!(" {weight:.2}")).collect();
        let _ = writeln!(out, "{:>12} {cells}", tokens[query]);
    }
    out
}
