//! What is divided by what, and what the quotient must reach.

use std::fmt::Write as _;

use super::{
    Part,
    table::{digits, find},
};

/// Groups of layers that the engine replays a sweep in.
const GROUPS: &str = "sweep-4";

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
        name: "our kernels / burn's own operations, forward, WebGPU, same adapter",
        over: ("webgpu", "forward"),
        under: ("webgpu-burn", "forward"),
        tokens: &[16, 64],
        most: true,
        bound: &[1.0, 1.0],
    },
    Ratio {
        name: "our kernels / burn's own operations with fusion, forward, WebGPU, same adapter",
        over: ("webgpu", "forward"),
        under: ("webgpu-fusion", "forward"),
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
    Ratio {
        name: "get_act_patch_resid_pre / ours, pair differs from T/2, runs kept, native",
        over: ("transformer-lens", "layer-grid-half"),
        under: ("native", "layer-grid-half"),
        tokens: &[16, 64],
        most: false,
        bound: &[20.0, 15.0],
    },
    Ratio {
        name: "get_act_patch_resid_pre / ours, pair differs from the first token, runs kept, native",
        over: ("transformer-lens", "layer-grid-first"),
        under: ("native", "layer-grid-first"),
        tokens: &[16, 64],
        most: false,
        bound: &[8.0, 5.0],
    },
    Ratio {
        name: "get_act_patch_attn_head_out_by_pos / ours, pair differs from T/2, runs kept, native",
        over: ("transformer-lens", "head-grid-half"),
        under: ("native", "head-grid-half"),
        tokens: &[16, 64],
        most: false,
        bound: &[20.0, 15.0],
    },
    Ratio {
        name: "get_act_patch_attn_head_out_by_pos / ours, pair differs from the first token, runs kept, native",
        over: ("transformer-lens", "head-grid-first"),
        under: ("native", "head-grid-first"),
        tokens: &[16, 64],
        most: false,
        bound: &[8.0, 5.0],
    },
];

/// Every ratio whose two figures were measured, with what it must reach.
pub(super) fn markdown(parts: &[Part]) -> String {
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
    naive_grids(&mut lines, parts);
    typing(&mut lines, parts);
    if lines.is_empty() {
        return lines;
    }
    format!("| ratio | measured | must reach | |\n|---|---|---|---|\n{lines}\n")
}

/// Grids over positions against as many full runs, of which one was timed.
fn naive_grids(lines: &mut String, parts: &[Part]) {
    for (grid, units) in [("layer-grid", 12.0), ("head-grid", 144.0)] {
        for start in ["half", "first"] {
            for tokens in [16_usize, 64] {
                let ours = find(parts, ("native", &format!("{grid}-{start}")), tokens);
                let (Some(ours), Some(run)) = (ours, find(parts, ("native", "naive-head"), tokens)) else {
                    continue;
                };
                let times = units * tokens as f64 * run.ms / ours.ms;
                let name =
                    format!("the naive way / ours, {grid} over positions, pair differs from {start}, native");
                // A fast path that is not faster than the obvious one is none.
                line(lines, &format!("{name}, T = {tokens}"), times, false, 1.0);
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Figure, table};

    fn figure(part: &str, work: &str, ms: f64) -> Figure {
        Figure { part: part.into(), work: work.into(), tokens: 16, ms, runs: 5, note: None, counts: None }
    }

    #[test]
    fn a_ratio_says_whether_it_is_reached() {
        let parts = |sweep| {
            let figures = vec![figure("native", "forward", 50.0), figure("native", "sweep-4", sweep)];
            vec![Part { part: "native".into(), figures, ..Part::default() }]
        };
        let line = |sweep| {
            table::markdown(&parts(sweep)).lines().find(|l| l.starts_with("| fast")).map(str::to_owned)
        };
        let name = "| fast sweep, runs kept / forward, native, T = 16";
        assert_eq!(line(300.0), Some(format!("{name} | 6.00 | at most 7.00 | yes |")));
        assert_eq!(line(400.0), Some(format!("{name} | 8.00 | at most 7.00 | no |")));
    }

    #[test]
    fn typing_is_held_to_forward_passes_of_the_same_run() {
        let line = |ms| {
            let figures = vec![figure("wasm", "forward", 100.0), figure("page-small", "full-grid", ms)];
            let text = table::markdown(&[Part { part: "wasm".into(), figures, ..Part::default() }]);
            text.lines().find(|line| line.contains("keystroke")).map(str::to_owned)
        };
        let name = "| keystroke to the full grid, GPT-2 small's shape, 16 tokens, ms";
        assert_eq!(line(899.0), Some(format!("{name} | 899 | at most 900 | yes |")));
        assert_eq!(line(901.0), Some(format!("{name} | 901 | at most 900 | no |")));
    }
}
