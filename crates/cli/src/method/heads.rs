use peek_interp::{FullSpeed, HeadKinds, head_kinds};
use pollster::block_on;
use serde::Serialize;

use super::{args::HeadsArgs, load::Loaded, table::table, written};
use crate::error::CliError;

#[derive(Serialize)]
struct Report {
    /// Random tokens that were repeated.
    tokens: u16,
    sequences: u16,
    seed: u64,
    heads: Vec<Head>,
}

/// Scores are mean attention weights, 0 to 1.
#[derive(Serialize)]
struct Head {
    head: String,
    induction: f32,
    previous_token: f32,
    duplicate_token: f32,
    /// The strongest of the three, where it is strong.
    label: Option<String>,
}

/// `peek heads`.
pub(crate) fn heads(args: &HeadsArgs) -> Result<String, CliError> {
    let loaded = Loaded::new(&args.model)?;
    let seeds: Vec<u64> = (0..u64::from(args.sequences)).map(|n| args.seed.wrapping_add(n)).collect();
    let half = usize::from(args.tokens);
    let kinds = block_on(head_kinds(&loaded.model, loaded.bos(), half, &seeds, &FullSpeed))?;
    let report =
        Report { tokens: args.tokens, sequences: args.sequences, seed: args.seed, heads: listed(&kinds) };
    written(&report, args.output.format, text, csv)
}

fn listed(kinds: &HeadKinds) -> Vec<Head> {
    let mut heads = Vec::new();
    for (layer, row) in kinds.induction.iter().enumerate() {
        heads.extend(row.iter().enumerate().map(|(head, &induction)| Head {
            head: format!("L{layer}H{head}"),
            induction,
            previous_token: kinds.previous_token[layer][head],
            duplicate_token: kinds.duplicate_token[layer][head],
            label: kinds.label(layer, head).map(|(kind, _)| kind.to_string()),
        }));
    }
    heads
}

fn text(report: &Report) -> String {
    let columns = ["induction", "previous", "duplicate", "label"].map(str::to_owned);
    let rows = report.heads.iter().map(|head| {
        let scores = [head.induction, head.previous_token, head.duplicate_token];
        let cells = scores.iter().map(|score| format!("{score:.2}"));
        (head.head.clone(), cells.chain([head.label.clone().unwrap_or_default()]).collect())
    });
    table(&columns, rows)
}

fn csv(report: &Report) -> String {
    let line = |head: &Head| {
        let label = head.label.as_deref().unwrap_or_default();
        let (induction, previous, duplicate) = (head.induction, head.previous_token, head.duplicate_token);
        format!("{},{induction},{previous},{duplicate},{label}\n", head.head)
    };
    "head,induction,previous_token,duplicate_token,label\n".to_owned()
        + &report.heads.iter().map(line).collect::<String>()
}
