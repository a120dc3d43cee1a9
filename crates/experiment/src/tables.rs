//! Results as tables with a header line.

use peek_names::{HeadId, Unit};
use peek_protocol::{LensCurve, LensGridCell, LensPoint, NextToken, Pattern, Score, Token};

use crate::{PromptPair, csv::Row};

/// `layer,head,position,value,delta`: `scores` as (layer, head if it has one, position if it is one of a grid, score).
pub fn scores_table(
    scores: impl IntoIterator<Item = (usize, Option<usize>, Option<usize>, Score)>,
) -> String {
    let mut out = Row::header(&["layer", "head", "position", "value", "delta"]);
    let place = |at: Option<usize>| at.map_or_else(String::new, |at| at.to_string());
    for (layer, head, position, score) in scores {
        let row = Row::default().plain(layer).plain(place(head)).plain(place(position));
        out += &row.number(score.value).number(score.delta).line();
    }
    out
}

/// `prompt,answer,point,logit,raw_logit,probability,rank`: a line a point of each prompt's curve.
pub fn lens_table<'a>(curves: impl IntoIterator<Item = (&'a str, &'a LensCurve)>) -> String {
    let mut out = Row::header(&["prompt", "answer", "point", "logit", "raw_logit", "probability", "rank"]);
    for (prompt, curve) in curves {
        for point in &curve.points {
            let reading = point.reading;
            let row = Row::default().text(prompt).text(&curve.answer.text).plain(&point.label);
            let row = row.number(Some(reading.logit)).number(Some(reading.raw_logit));
            out += &row.number(Some(reading.probability)).plain(reading.rank).line();
        }
    }
    out
}

/// `run,query,query_text,key,key_text` and what the weights are, by its name: a line for each key that a query may read.
pub fn attention_table<'a>(runs: impl IntoIterator<Item = (&'a str, &'a Pattern)>, weight: &str) -> String {
    let mut out = Row::header(&["run", "query", "query_text", "key", "key_text", weight]);
    for (run, pattern) in runs {
        for (query, from) in pattern.tokens.iter().enumerate() {
            for (key, to) in pattern.tokens.iter().enumerate().take(query + 1) {
                let row = Row::default().plain(run).plain(query).text(&from.text).plain(key).text(&to.text);
                out += &row.number(pattern.weight(query, key)).line();
            }
        }
    }
    out
}

/// `clean,corrupt,answer,foil,failed,clean_metric,corrupt_metric` and a column a cell: a line a pair of a set, with its
/// numbers or why there are none.
pub fn set_table<'a>(
    cells: &[String],
    pairs: impl IntoIterator<Item = (&'a PromptPair, Result<&'a peek_protocol::SetNumbers, String>)>,
) -> String {
    let mut names = vec!["clean", "corrupt", "answer", "foil", "failed", "clean_metric", "corrupt_metric"];
    names.extend(cells.iter().map(String::as_str));
    let mut out = Row::header(&names);
    for (pair, result) in pairs {
        let row = Row::default().text(&pair.clean).text(&pair.corrupt).text(&pair.answer).text(&pair.foil);
        let failed = result.as_ref().err().map_or("", String::as_str);
        let row = row.text(failed);
        let numbers = result.ok();
        let row = row.number(numbers.and_then(|n| n.baselines.clean));
        let row = row.number(numbers.and_then(|n| n.baselines.corrupt));
        let cell = |at: usize| numbers.and_then(|n| n.cells.get(at).copied().flatten());
        out += &(0..cells.len()).fold(row, |row, at| row.number(cell(at))).line();
    }
    out
}

/// `depth,position,token,followed_probability,followed_rank,entropy,top,top_probability`: a line a depth and position of a
/// prompt, as (depth, position, token there, what the lens reads); entropy in nats. `top` is the likeliest token.
pub fn lens_positions_table<'a>(
    cells: impl IntoIterator<Item = (&'a str, usize, &'a Token, &'a LensGridCell)>,
) -> String {
    let names = [
        "depth",
        "position",
        "token",
        "followed_probability",
        "followed_rank",
        "entropy",
        "top",
        "top_probability",
    ];
    let mut out = Row::header(&names);
    for (depth, position, token, cell) in cells {
        let row = Row::default().plain(depth).plain(position).text(&token.text);
        let row = row.number(cell.followed.map(|f| f.probability));
        let rank = cell.followed.map_or_else(String::new, |f| f.rank.to_string());
        let row = row.plain(rank).number(cell.entropy);
        let top = cell.top.first();
        let row = row.text(top.map_or("", |t| &t.text));
        out += &row.number(top.map(|t| t.reading.probability)).line();
    }
    out
}

/// `part,logits`: what each part of a model writes.
pub fn parts_table<'a>(parts: impl IntoIterator<Item = (&'a str, f32)>) -> String {
    let mut out = Row::header(&["part", "logits"]);
    for (part, value) in parts {
        out += &Row::default().plain(part).number(Some(value)).line();
    }
    out
}

/// `head,patching,direct`: two effects of each head, in logits; nothing for a patching effect that is not known.
pub fn effects_table(heads: impl IntoIterator<Item = (HeadId, Option<f32>, f32)>) -> String {
    let mut out = Row::header(&["head", "patching", "direct"]);
    for (head, patching, direct) in heads {
        out += &Row::default().plain(head).number(patching).number(Some(direct)).line();
    }
    out
}

/// `run,head,query,key,weight`: a line for each cell on or below the diagonal of each pattern, as (run, head, its size,
/// `[size * size]`). Where a pattern was made smaller, a cell is the largest of those that it stands for.
pub fn patterns_table<'a>(patterns: impl IntoIterator<Item = (&'a str, HeadId, usize, &'a [f32])>) -> String {
    let mut out = Row::header(&["run", "head", "query", "key", "weight"]);
    for (run, head, size, weights) in patterns {
        for query in 0..size {
            for key in 0..=query {
                let row = Row::default().plain(run).plain(head).plain(query).plain(key);
                out += &row.number(weights.get(query * size + key).copied()).line();
            }
        }
    }
    out
}

/// `run,point,logit,raw_logit,probability,rank`: the lens' curve of each run.
pub fn runs_table<'a>(runs: impl IntoIterator<Item = (&'a str, &'a [LensPoint])>) -> String {
    let mut out = Row::header(&["run", "point", "logit", "raw_logit", "probability", "rank"]);
    for (run, points) in runs {
        for point in points {
            let reading = point.reading;
            let row = Row::default().plain(run).plain(&point.label);
            let row = row.number(Some(reading.logit)).number(Some(reading.raw_logit));
            out += &row.number(Some(reading.probability)).plain(reading.rank).line();
        }
    }
    out
}

/// `run,place,token,logit,raw_logit,probability`: the likeliest next tokens of each run, likeliest first.
pub fn next_tokens_table<'a>(runs: impl IntoIterator<Item = (&'a str, &'a [NextToken])>) -> String {
    let mut out = Row::header(&["run", "place", "token", "logit", "raw_logit", "probability"]);
    for (run, tokens) in runs {
        for (at, token) in tokens.iter().enumerate() {
            let reading = token.reading;
            let row = Row::default().plain(run).plain(at + 1).text(&token.text);
            let row = row.number(Some(reading.logit)).number(Some(reading.raw_logit));
            out += &row.number(Some(reading.probability)).line();
        }
    }
    out
}

/// `changed,value,delta`: units changed one by one, and all of them at once as `together`.
pub fn units_table(singles: impl IntoIterator<Item = (Unit, Score)>, joint: Score) -> String {
    let mut out = Row::header(&["changed", "value", "delta"]);
    let line = |row: Row, score: Score| row.number(score.value).number(score.delta).line();
    for (unit, score) in singles {
        out += &line(Row::default().plain(unit), score);
    }
    out + &line(Row::default().plain("together"), joint)
}
