//! Figures and their ratios as Markdown.

use std::fmt::Write as _;

use super::{Figure, Part, browser::FEWER, ratios, tasks};

/// Layers of GPT-2 small.
const LAYERS: usize = 12;
/// Heads of GPT-2 small: as many full runs are the naive sweep, beside the two unpatched ones.
const HEADS: f64 = 144.0;
/// The table's order.
const ORDER: [&str; 13] = [
    "forward",
    "lens",
    "sweep-1",
    "sweep-2",
    "sweep-3",
    "sweep-4",
    "whole",
    "answer",
    "naive-head",
    "layer-grid-half",
    "layer-grid-first",
    "head-grid-half",
    "head-grid-first",
];

/// The whole report.
pub(super) fn markdown(parts: &[Part]) -> String {
    let mut text = String::new();
    figures(&mut text, parts);
    counts(&mut text, parts);
    text.push_str(&ratios::markdown(parts));
    text.push_str(&tasks::markdown(parts));
    for part in parts {
        if let Some(memory) = part.memory {
            let _ =
                writeln!(text, "- {}: {:.0} MB of wasm memory at the end", part.part, memory as f64 / 1e6);
        }
        if let (Some(adapter), Some(layers)) = (&part.adapter, part.layers) {
            let _ = writeln!(text, "- {}: {adapter}, {layers} of {LAYERS} layers", part.part);
        }
    }
    text
}

/// A median of one part.
pub(super) fn find<'p>(parts: &'p [Part], (part, work): (&str, &str), tokens: usize) -> Option<&'p Figure> {
    let figures = parts.iter().flat_map(|part| &part.figures);
    figures.into_iter().find(|f| f.part == part && f.work == work && f.tokens == tokens)
}

/// Times, a row a piece of work, with their ratio to the same part's forward pass.
fn figures(text: &mut String, parts: &[Part]) {
    if timed(parts).next().is_none() {
        return;
    }
    let mut lengths: Vec<usize> = timed(parts).map(|f| f.tokens).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let _ = write!(text, "| ms (times the part's forward) |");
    text.extend(lengths.iter().map(|tokens| format!(" T = {tokens} |")));
    let _ = write!(text, "\n|---|");
    text.push_str(&"---|".repeat(lengths.len()));
    text.push('\n');
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for figure in timed(parts) {
        let row = (figure.part.as_str(), figure.work.as_str());
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    // Criterion's folders come in no order; parts stay in the order in which they ran.
    let place = |part: &str| parts.iter().position(|known| known.part == part);
    rows.sort_by_key(|&(part, work)| (place(part), ORDER.iter().position(|known| *known == work)));
    for (part, work) in rows {
        let cells: Vec<String> = lengths.iter().map(|&tokens| cell(parts, (part, work), tokens)).collect();
        let what = match (part, work) {
            // It has no other.
            ("transformer-lens", "forward") => "forward, all logits".to_owned(),
            _ => name(work),
        };
        let _ = writeln!(text, "| {part}: {what} | {} |", cells.join(" | "));
        if let Some(row) = all_layers(parts, (part, work), &lengths) {
            let _ = writeln!(text, "| {part}: {what}, all {LAYERS} layers, computed | {row} |");
        }
    }
    text.push('\n');
}

/// What all layers take, where few were timed: each further one takes what the last one did. `None` where all were
/// timed, or one layer less was not.
fn all_layers(parts: &[Part], (part, work): (&str, &str), lengths: &[usize]) -> Option<String> {
    let layers = parts.iter().find(|known| known.part == part)?.layers.filter(|&layers| layers < LAYERS)?;
    let less = format!("{part}{FEWER}");
    let cells: Vec<Option<f64>> = lengths
        .iter()
        .map(|&tokens| {
            let (all, less) = (find(parts, (part, work), tokens)?.ms, find(parts, (&less, work), tokens)?.ms);
            Some(all + (LAYERS - layers) as f64 * (all - less))
        })
        .collect();
    cells.iter().any(Option::is_some).then(|| {
        let cells = cells.into_iter().map(|ms| ms.map_or_else(|| "–".to_owned(), digits));
        cells.collect::<Vec<_>>().join(" | ")
    })
}

fn timed(parts: &[Part]) -> impl Iterator<Item = &Figure> {
    parts.iter().flat_map(|part| &part.figures).filter(|figure| !figure.part.starts_with("page"))
}

fn cell(parts: &[Part], (part, work): (&str, &str), tokens: usize) -> String {
    let Some(figure) = find(parts, (part, work), tokens) else { return "–".to_owned() };
    let forward = find(parts, (part, "forward"), tokens).map(|forward| figure.ms * scale(work) / forward.ms);
    let ratio = forward.filter(|_| work != "forward").map(|ratio| format!(" ({})", digits(ratio)));
    format!("{}{}", digits(figure.ms * scale(work)), ratio.unwrap_or_default())
}

/// A naive sweep is measured by one of its runs.
fn scale(work: &str) -> f64 {
    if work == "naive-head" { HEADS + 2.0 } else { 1.0 }
}

fn name(work: &str) -> String {
    match work {
        "forward" => "forward, last logits".to_owned(),
        "lens" => "run and lens curve".to_owned(),
        "whole" => "both runs and all heads".to_owned(),
        "naive-head" => "both runs and all heads, the naive way (one run, scaled)".to_owned(),
        "answer" => "another answer, sweep kept".to_owned(),
        "layer-grid-half" => "layer x position, pair differs from T/2 (sampled, scaled)".to_owned(),
        "layer-grid-first" => {
            "layer x position, pair differs from the first token (sampled, scaled)".to_owned()
        }
        "head-grid-half" => "head x position, pair differs from T/2 (sampled, scaled)".to_owned(),
        "head-grid-first" => {
            "head x position, pair differs from the first token (sampled, scaled)".to_owned()
        }
        _ => match work.strip_prefix("sweep-") {
            Some(groups) => format!("all heads, runs kept, {groups} group(s)"),
            None => work.to_owned(),
        },
    }
}

/// What one piece of work asks of WebGPU.
fn counts(text: &mut String, parts: &[Part]) {
    let counted: Vec<_> =
        timed(parts).filter_map(|f| Some((f, f.counts.filter(|counts| counts.dispatches > 0)?))).collect();
    if counted.is_empty() {
        return;
    }
    text.push_str(
        "| WebGPU | dispatches | submits | buffers | reads | writes |\n|---|---|---|---|---|---|\n",
    );
    for (figure, c) in counted {
        let what = format!("{}: {}, T = {}", figure.part, name(&figure.work), figure.tokens);
        let _ = writeln!(
            text,
            "| {what} | {} | {} | {} | {} | {} |",
            c.dispatches, c.submits, c.buffers, c.reads, c.writes
        );
    }
    text.push('\n');
}

/// Three digits that matter.
pub(super) fn digits(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(part: &str, work: &str, ms: f64) -> Figure {
        Figure { part: part.into(), work: work.into(), tokens: 16, ms, runs: 5, note: None, counts: None }
    }

    #[test]
    fn a_naive_sweep_is_scaled_from_one_run() {
        let figures = vec![figure("wasm", "forward", 10.0), figure("wasm", "naive-head", 10.0)];
        let text = markdown(&[Part { part: "wasm".into(), figures, ..Part::default() }]);
        assert!(text.contains("| 1460 (146) |"), "{text}");
    }

    #[test]
    fn all_layers_are_computed_from_the_last_one() {
        let part = |name: &str, layers, ms| Part {
            part: name.into(),
            layers: Some(layers),
            figures: vec![figure(name, "forward", ms)],
            ..Part::default()
        };
        let text = markdown(&[part("webgpu", 2, 30.0), part(&format!("webgpu{FEWER}"), 1, 20.0)]);
        assert!(text.contains("| webgpu: forward, last logits, all 12 layers, computed | 130 |"), "{text}");
    }
}
