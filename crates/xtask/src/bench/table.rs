//! Figures and their ratios as Markdown.

use std::fmt::Write as _;

use super::{Figure, Part};

/// Layers of GPT-2 small.
const LAYERS: usize = 12;
/// Heads of GPT-2 small: as many full runs are the naive sweep, beside the two unpatched ones.
const HEADS: f64 = 144.0;
/// Groups of layers that the engine replays a sweep in.
const GROUPS: &str = "sweep-4";

/// The table's order.
const ORDER: [&str; 9] =
    ["forward", "lens", "sweep-1", "sweep-2", "sweep-3", "sweep-4", "whole", "answer", "naive-head"];

/// What is divided by what, and what the ratio must reach.
struct Ratio {
    name: &'static str,
    over: (&'static str, &'static str),
    under: (&'static str, &'static str),
    tokens: &'static [usize],
    /// At most (true) or at least (false) so much, for each length.
    most: bool,
    bound: &'static [f64],
}

const RATIOS: &[Ratio] = &[
    Ratio {
        name: "fast sweep, runs kept / forward, native",
        over: ("native", GROUPS),
        under: ("native", "forward"),
        tokens: &[16, 64],
        most: true,
        bound: &[7.0, 2.0],
    },
    Ratio {
        name: "TransformerLens's loop / our sweep, both runs included, native",
        over: ("transformer-lens", "whole"),
        under: ("native", "whole"),
        tokens: &[16, 64],
        most: false,
        bound: &[60.0, 50.0],
    },
    Ratio {
        name: "TransformerLens's loop, native / our sweep in wasm, both runs included",
        over: ("transformer-lens", "whole"),
        under: ("wasm", "whole"),
        tokens: &[16, 64],
        most: false,
        bound: &[30.0, 20.0],
    },
    Ratio {
        name: "our forward (last logits) / TransformerLens's (all logits), native",
        over: ("native", "forward"),
        under: ("transformer-lens", "forward"),
        tokens: &[16, 64],
        most: true,
        bound: &[0.7, 0.7],
    },
    Ratio {
        name: "our forward / onnxruntime-web's, wasm, one thread",
        over: ("wasm", "forward"),
        under: ("ort-wasm", "forward"),
        tokens: &[16, 64],
        most: true,
        bound: &[1.1, 1.1],
    },
    Ratio {
        name: "our forward / onnxruntime-web's, WebGPU, same adapter",
        over: ("webgpu", "forward"),
        under: ("ort-webgpu", "forward"),
        tokens: &[16, 64],
        most: true,
        bound: &[1.0, 1.0],
    },
    Ratio {
        name: "another answer alone / forward, native",
        over: ("native", "answer"),
        under: ("native", "forward"),
        tokens: &[16, 64],
        most: true,
        bound: &[0.1, 0.1],
    },
    Ratio {
        name: "another answer alone / forward, wasm",
        over: ("wasm", "answer"),
        under: ("wasm", "forward"),
        tokens: &[16, 64],
        most: true,
        bound: &[0.1, 0.1],
    },
];

/// The whole report.
pub(super) fn markdown(parts: &[Part]) -> String {
    let mut text = String::new();
    figures(&mut text, parts);
    counts(&mut text, parts);
    ratios(&mut text, parts);
    for part in parts {
        if let Some(memory) = part.memory {
            let _ =
                writeln!(text, "- {}: {:.0} MB of wasm memory at the end", part.part, memory as f64 / 1e6);
        }
        if let (Some(adapter), Some(layers)) = (&part.adapter, part.layers) {
            let times = LAYERS as f64 / layers as f64;
            let scaled =
                format!("{layers} of {LAYERS} layers; all of them take at most {times} times as long");
            let _ = writeln!(text, "- {}: {adapter}, {scaled}", part.part);
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
    }
    text.push('\n');
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

fn ratios(text: &mut String, parts: &[Part]) {
    let mut lines = String::new();
    for ratio in RATIOS {
        for (&tokens, &bound) in ratio.tokens.iter().zip(ratio.bound) {
            let (Some(over), Some(under)) =
                (find(parts, ratio.over, tokens), find(parts, ratio.under, tokens))
            else {
                continue;
            };
            line(&mut lines, &format!("{}, T = {tokens}", ratio.name), over.ms / under.ms, ratio.most, bound);
        }
    }
    typing(&mut lines, parts);
    if !lines.is_empty() {
        let _ = writeln!(text, "| ratio | measured | must reach | |\n|---|---|---|---|\n{lines}");
    }
}

fn line(lines: &mut String, name: &str, value: f64, most: bool, bound: f64) {
    let reached = if most { value <= bound } else { value >= bound };
    let (word, verdict) = (if most { "at most" } else { "at least" }, if reached { "yes" } else { "no" });
    let _ = writeln!(lines, "| {name} | {} | {word} {} | {verdict} |", digits(value), digits(bound));
}

/// What typing may take: so many forward passes of the same engine, and so many ms for the page.
struct Typing {
    name: &'static str,
    part: &'static str,
    work: &'static str,
    forwards: f64,
    ms: f64,
}

const TYPING: &[Typing] = &[
    Typing {
        name: "keystroke to the first rows, GPT-2 small's shape",
        part: "page-small",
        work: "first-rows",
        forwards: 4.0,
        ms: 0.0,
    },
    Typing {
        name: "keystroke to the full grid, GPT-2 small's shape",
        part: "page-small",
        work: "full-grid",
        forwards: 8.0,
        ms: 100.0,
    },
    // The demo model's own forward pass is left out, which is to the page's disadvantage.
    Typing {
        name: "keystroke to the full grid, demo model",
        part: "page-demo",
        work: "full-grid",
        forwards: 0.0,
        ms: 50.0,
    },
];

/// From the end of the typing pause to what is seen, in the page, on the CPU.
fn typing(lines: &mut String, parts: &[Part]) {
    for typing in TYPING {
        let mut figures = parts.iter().flat_map(|part| &part.figures);
        let Some(figure) = figures.find(|f| f.part == typing.part && f.work == typing.work) else { continue };
        let forward = find(parts, ("wasm", "forward"), figure.tokens).map(|forward| forward.ms);
        let Some(forward) = forward.or((typing.forwards == 0.0).then_some(0.0)) else { continue };
        let name = format!("{}, {} tokens, ms", typing.name, figure.tokens);
        line(lines, &name, figure.ms, true, typing.forwards * forward + typing.ms);
    }
}

/// Three digits that matter.
fn digits(value: f64) -> String {
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
    fn a_ratio_says_whether_it_is_reached() {
        let parts = |sweep| {
            let figures = vec![figure("native", "forward", 50.0), figure("native", "sweep-4", sweep)];
            vec![Part { part: "native".into(), figures, ..Part::default() }]
        };
        let line =
            |sweep| markdown(&parts(sweep)).lines().find(|l| l.starts_with("| fast")).map(str::to_owned);
        let name = "| fast sweep, runs kept / forward, native, T = 16";
        assert_eq!(line(300.0), Some(format!("{name} | 6.00 | at most 7.00 | yes |")));
        assert_eq!(line(400.0), Some(format!("{name} | 8.00 | at most 7.00 | no |")));
    }

    #[test]
    fn typing_is_held_to_forward_passes_of_the_same_run() {
        let line = |ms| {
            let figures = vec![figure("wasm", "forward", 100.0), figure("page-small", "full-grid", ms)];
            let text = markdown(&[Part { part: "wasm".into(), figures, ..Part::default() }]);
            text.lines().find(|line| line.contains("keystroke")).map(str::to_owned)
        };
        let name = "| keystroke to the full grid, GPT-2 small's shape, 16 tokens, ms";
        assert_eq!(line(899.0), Some(format!("{name} | 899 | at most 900 | yes |")));
        assert_eq!(line(901.0), Some(format!("{name} | 901 | at most 900 | no |")));
    }

    #[test]
    fn a_naive_sweep_is_scaled_from_one_run() {
        let figures = vec![figure("wasm", "forward", 10.0), figure("wasm", "naive-head", 10.0)];
        let text = markdown(&[Part { part: "wasm".into(), figures, ..Part::default() }]);
        assert!(text.contains("| 1460 (146) |"), "{text}");
    }
}
