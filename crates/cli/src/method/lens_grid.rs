use peek_charts::text::visible_token;
use peek_interp::{FullSpeed, LensConvention, LensDepth, Reading};
use pollster::block_on;
use serde::Serialize;

use super::{
    args::LensGridArgs,
    load::Loaded,
    table::{field, strip, table},
    written,
};
use crate::{error::CliError, report::TokenOut};

#[derive(Serialize)]
struct Report {
    tokens: Vec<TokenOut>,
    followed: Option<TokenOut>,
    /// `own`: each residual's own variance; `final`: the last one's.
    scale: &'static str,
    depths: Vec<Depth>,
}

#[derive(Serialize)]
struct Depth {
    depth: String,
    /// One a position.
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    /// In nats.
    entropy: Option<f32>,
    /// Likeliest first.
    top: Vec<Likely>,
    followed: Option<ReadingOut>,
}

#[derive(Serialize)]
struct Likely {
    token: TokenOut,
    logit: f32,
    probability: f32,
}

#[derive(Serialize)]
struct ReadingOut {
    logit: f32,
    probability: f32,
    rank: u32,
}

/// `peek lens-grid`.
pub(crate) fn lens_grid(args: &LensGridArgs) -> Result<String, CliError> {
    let loaded = Loaded::new(&args.model)?;
    let followed = args.answer.as_deref().map(|answer| loaded.first("answer", answer)).transpose()?;
    let run = loaded.run(&args.prompt)?;
    let depths = LensDepth::all(&loaded.model, args.mid);
    let (convention, scale) =
        if args.final_scale { (LensConvention::Final, "final") } else { (LensConvention::Own, "own") };
    let top = usize::from(args.top).max(1);
    let grid = peek_interp::lens_grid(&loaded.model, &run, &depths, convention, (followed, top), &FullSpeed);
    let grid = block_on(grid)?;
    let likely = |(id, reading): (peek_names::TokenId, Reading)| Likely {
        token: loaded.token(id),
        logit: reading.logit,
        probability: reading.probability,
    };
    let reading = |of: Reading| ReadingOut { logit: of.logit, probability: of.probability, rank: of.rank };
    let cell = |cell: peek_interp::LensCell| Cell {
        entropy: cell.entropy,
        top: cell.top.into_iter().map(likely).collect(),
        followed: cell.followed.map(reading),
    };
    let rows = grid.depths.iter().zip(grid.cells);
    let report = Report {
        tokens: loaded.tokens(run.tokens()),
        followed: followed.map(|id| loaded.token(id)),
        scale,
        depths: rows
            .map(|(depth, cells)| Depth {
                depth: depth.label(),
                cells: cells.into_iter().map(cell).collect(),
            })
            .collect(),
    };
    written(&report, args.output.format, text, csv)
}

fn text(report: &Report) -> String {
    let columns: Vec<String> = report.tokens.iter().map(|token| visible_token(&token.text)).collect();
    let best =
        |cell: &Cell| cell.top.first().map_or_else(String::new, |likely| visible_token(&likely.token.text));
    // The last depth on top, as the page has it: the prediction is what one looks for first.
    let rows =
        report.depths.iter().rev().map(|depth| (depth.depth.clone(), depth.cells.iter().map(best).collect()));
    format!("{}\n\n{}", strip(&report.tokens), table(&columns, rows))
}

fn csv(report: &Report) -> String {
    let mut out = "depth,position,top_id,top_probability,entropy,logit,probability,rank\n".to_owned();
    for depth in &report.depths {
        for (position, cell) in depth.cells.iter().enumerate() {
            let top = cell.top.first().map_or_else(
                || ",".to_owned(),
                |likely| format!("{},{}", likely.token.id, likely.probability),
            );
            let followed = cell
                .followed
                .as_ref()
                .map_or_else(|| ",,".to_owned(), |of| format!("{},{},{}", of.logit, of.probability, of.rank));
            out += &format!("{},{position},{top},{},{followed}\n", depth.depth, field(cell.entropy));
        }
    }
    out
}
