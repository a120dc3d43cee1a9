use std::fmt::Write;

use peek_charts::text::{format_delta, format_value, visible_token};
use peek_interp::{
    Attribution, DirectScale, Donor, FullSpeed, Intervention, Judge, Metric, Patched, PositionMap, Positions,
    Run, Site, direct_effects,
};
use peek_names::{LogitScale, TokenId};
use pollster::block_on;
use serde::Serialize;

use super::{
    args::AttributeArgs,
    load::Loaded,
    table::{cell, field},
    written,
};
use crate::{error::CliError, report::TokenOut};

#[derive(Serialize)]
struct Report {
    tokens: Vec<TokenOut>,
    position: usize,
    answer: TokenOut,
    foil: Option<TokenOut>,
    /// The logit, or the difference to the foil's.
    logit: f32,
    /// The sum of the parts.
    sum: f32,
    /// Every part: `embedding`, `position`, heads as `L9H6`, `mlp 9`, `attention bias 9`, `unembedding bias`.
    parts: Vec<Part>,
    /// With --corrupt: each head's direct effect beside its patching effect.
    effects: Vec<Effect>,
}

#[derive(Serialize)]
struct Part {
    name: String,
    share: f32,
}

#[derive(Serialize)]
struct Effect {
    head: String,
    direct: f32,
    patching: Option<f32>,
}

/// `peek attribute`.
pub(crate) fn attribute(args: &AttributeArgs) -> Result<String, CliError> {
    written(&report(args)?, args.output.format, text, csv)
}

fn report(args: &AttributeArgs) -> Result<Report, CliError> {
    let loaded = Loaded::new(&args.model)?;
    let answer = loaded.first("answer", &args.answer)?;
    let foil = args.foil.as_deref().map(|foil| loaded.first("foil", foil)).transpose()?;
    let scale = if args.raw { LogitScale::Raw } else { LogitScale::Centred };
    let run = loaded.run(&args.prompt)?;
    let position = args.position.unwrap_or(run.tokens().len() - 1);
    let found = peek_interp::attribute(&loaded.model, &run, position, (answer, foil), scale);
    let found = block_on(found)?;
    let effects = match &args.corrupt {
        Some(corrupt) => effects(&loaded, (&run, &loaded.run(corrupt)?), (answer, foil), scale)?,
        None => Vec::new(),
    };
    Ok(Report {
        tokens: loaded.tokens(run.tokens()),
        position,
        answer: loaded.token(answer),
        foil: foil.map(|foil| loaded.token(foil)),
        logit: found.logit,
        sum: found.sum(),
        parts: parts(&found),
        effects,
    })
}

fn parts(found: &Attribution) -> Vec<Part> {
    let mut parts = vec![
        Part { name: "embedding".into(), share: found.embedding },
        Part { name: "position".into(), share: found.position },
    ];
    let layers = found.heads.iter().zip(&found.mlps).zip(&found.attention_biases);
    for (layer, ((heads, &mlp), &bias)) in layers.enumerate() {
        let of_head = |(head, &share)| Part { name: format!("L{layer}H{head}"), share };
        parts.extend(heads.iter().enumerate().map(of_head));
        parts.push(Part { name: format!("attention bias {layer}"), share: bias });
        parts.push(Part { name: format!("mlp {layer}"), share: mlp });
    }
    parts.push(Part { name: "unembedding bias".into(), share: found.unembedding_bias });
    parts
}

/// What a patch of each head's `z` at the last position does by itself, and what it does in all.
fn effects(
    loaded: &Loaded,
    (clean, corrupt): (&Run, &Run),
    (answer, foil): (TokenId, Option<TokenId>),
    scale: LogitScale,
) -> Result<Vec<Effect>, CliError> {
    let model = &loaded.model;
    let direct = direct_effects(model, (clean, corrupt), (answer, foil), scale, DirectScale::Difference);
    let direct = block_on(direct)?.concat();
    let map = PositionMap::align(corrupt.tokens(), clean.tokens());
    let spots = Positions::Last.spots(corrupt.tokens().len(), Some(&map))?;
    let units = Site::Z.units(model.config.layers, model.config.heads);
    let donor = Donor::Run { run: clean, map: &map };
    let intervention = Intervention { site: Site::Z, units: &units, spots: &spots, donor };
    let patched = block_on(Patched::replay(model, corrupt, intervention, &FullSpeed))?;
    let metric = if foil.is_some() { Metric::LogitDifference } else { Metric::Logit(scale) };
    let judge = block_on(Judge::new(model, metric, answer, foil, clean))?;
    let scores = block_on(judge.scores(model, &patched, &FullSpeed))?.concat();
    let effect = |((unit, direct), score): ((&peek_interp::Unit, f32), &peek_interp::Score)| Effect {
        head: unit.to_string(),
        direct,
        patching: score.delta,
    };
    Ok(units.iter().zip(direct).zip(&scores).map(effect).collect())
}

fn text(report: &Report) -> String {
    let foil = report
        .foil
        .as_ref()
        .map_or_else(String::new, |foil| format!(" against {}", visible_token(&foil.text)));
    let mut out = format!(
        "logit of {}{foil} at position {}: {}, sum of its parts {}\n\n",
        visible_token(&report.answer.text),
        report.position,
        format_value(report.logit),
        format_value(report.sum)
    );
    let mut sorted: Vec<&Part> = report.parts.iter().collect();
    sorted.sort_by(|a, b| b.share.abs().total_cmp(&a.share.abs()));
    for part in sorted {
        let _ = writeln!(out, "{:>18}  {:>8}", part.name, format_delta(part.share));
    }
    if !report.effects.is_empty() {
        let _ = writeln!(out, "\n{:>18}  {:>8}  {:>8}", "head", "direct", "patching");
    }
    for effect in &report.effects {
        let (direct, patching) = (format_delta(effect.direct), cell(effect.patching));
        let _ = writeln!(out, "{:>18}  {direct:>8}  {patching:>8}", effect.head);
    }
    out
}

fn csv(report: &Report) -> String {
    if report.effects.is_empty() {
        let lines = report.parts.iter().map(|part| format!("{},{}\n", part.name, part.share));
        return "part,share\n".to_owned() + &lines.collect::<String>();
    }
    let lines = report.effects.iter().map(|at| format!("{},{},{}\n", at.head, at.direct, field(at.patching)));
    "head,direct,patching\n".to_owned() + &lines.collect::<String>()
}
