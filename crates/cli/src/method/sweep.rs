use std::fmt::Write;

use peek_charts::text::{format_value, visible_token};
use peek_interp::{FullSpeed, Intervention, Judge, Patched, Run, Unit, normalised};
use pollster::block_on;
use serde::Serialize;

use super::{
    args::{Edit, SweepArgs},
    load::Loaded,
    prepare::Prepared,
    table::{cell, field, strip, table},
    written,
};
use crate::{error::CliError, report::TokenOut};

#[derive(Serialize)]
struct Sweep {
    site: &'static str,
    edit: &'static str,
    metric: &'static str,
    answer: TokenOut,
    foil: Option<TokenOut>,
    /// The run that is changed.
    base: Side,
    /// The other prompt's.
    other: Option<Side>,
    /// Which position of `base` meets which of `other`, column by column.
    alignment: Vec<Column>,
    units: Vec<String>,
    spots: Vec<SpotOut>,
    together: Option<Together>,
}

#[derive(Serialize)]
struct Side {
    tokens: Vec<TokenOut>,
    metric: Option<f32>,
}

#[derive(Serialize)]
struct Column {
    base: Option<usize>,
    other: Option<usize>,
}

#[derive(Serialize)]
struct SpotOut {
    /// Of the base prompt; none where there is nothing to put there.
    positions: Vec<usize>,
    /// One a unit, in their order.
    scores: Vec<ScoreOut>,
}

/// Undefined numbers are `null`.
#[derive(Serialize)]
struct ScoreOut {
    value: Option<f32>,
    delta: Option<f32>,
    normalised: Option<f32>,
}

#[derive(Serialize)]
struct Together {
    positions: Vec<usize>,
    value: Option<f32>,
    delta: Option<f32>,
    normalised: Option<f32>,
    /// The sum of the units' single deltas.
    sum_of_single: Option<f32>,
}

/// `peek sweep`.
pub(crate) fn sweep(args: &SweepArgs) -> Result<String, CliError> {
    written(&report(args)?, args.output.format, text, csv)
}

fn report(args: &SweepArgs) -> Result<Sweep, CliError> {
    let loaded = Loaded::new(&args.model)?;
    let prepared = Prepared::new(&loaded, args)?;
    let model = &loaded.model;
    let units = if args.units.is_empty() {
        args.site.units(model.config.layers, model.config.heads)
    } else {
        args.units.clone()
    };
    let judge = block_on(Judge::new(model, args.metric, prepared.answer, prepared.foil, prepared.clean()))?;
    let of_run = |run: &Run| block_on(judge.of_run(model, run));
    let base = of_run(&prepared.base)?;
    let other = prepared.other.as_ref().map(of_run).transpose()?;
    let share = |delta: Option<f32>| normalised(delta, base?, other??);

    let intervention =
        Intervention { site: args.site, units: &units, spots: &prepared.spots, donor: prepared.donor() };
    let patched = block_on(Patched::replay(model, &prepared.base, intervention, &FullSpeed))?;
    let scores = block_on(judge.scores(model, &patched, &FullSpeed))?;
    let mut spots = Vec::new();
    for (spot, scores) in prepared.spots.iter().zip(&scores) {
        let scores = scores.iter().map(|score| ScoreOut {
            value: score.value,
            delta: score.delta,
            normalised: share(score.delta),
        });
        spots.push(SpotOut { positions: spot.positions().to_vec(), scores: scores.collect() });
    }
    let together = match (args.together, &prepared.spots[..], spots.first()) {
        (false, ..) => None,
        (true, [spot], Some(single)) => {
            let run = prepared.base.patched(model, (args.site, &units), spot, prepared.donor(), &FullSpeed);
            let value = of_run(&block_on(run)?)?;
            let delta = value.zip(base).map(|(value, base)| value - base);
            Some(Together {
                positions: spot.positions().to_vec(),
                value,
                delta,
                normalised: share(delta),
                sum_of_single: single.scores.iter().map(|score| score.delta).sum(),
            })
        }
        _ => return Err(CliError::Refused("--together is one run: choose positions other than grid".into())),
    };
    let side = |run: &Run, metric| Side { tokens: loaded.tokens(run.tokens()), metric };
    let columns = prepared.map().map(peek_interp::PositionMap::meetings).unwrap_or_default();
    Ok(Sweep {
        site: args.site.name(),
        edit: match args.edit {
            Edit::Denoise => "denoise",
            Edit::Noise => "noise",
            Edit::Zero => "zero",
            Edit::Mean => "mean",
        },
        metric: args.metric.name(),
        answer: loaded.token(prepared.answer),
        // Any other metric takes no notice of it.
        foil: prepared.foil.filter(|_| args.metric.needs_foil()).map(|foil| loaded.token(foil)),
        base: side(&prepared.base, base),
        other: prepared.other.as_ref().map(|run| side(run, other.flatten())),
        alignment: columns.into_iter().map(|at| Column { base: at.base, other: at.donor }).collect(),
        units: units.iter().map(Unit::to_string).collect(),
        spots,
        together,
    })
}

fn text(sweep: &Sweep) -> String {
    let mut out = String::new();
    let mut side = |name: &str, side: &Side| {
        let metric = side.metric.map_or_else(|| cell(None), format_value);
        let _ = writeln!(out, "{name:>7}  {metric:>8}  {}", strip(&side.tokens));
    };
    side("changed", &sweep.base);
    if let Some(other) = &sweep.other {
        side("other", other);
    }
    let foil = sweep
        .foil
        .as_ref()
        .map_or_else(String::new, |foil| format!(" against {}", visible_token(&foil.text)));
    let answer = visible_token(&sweep.answer.text);
    let _ =
        writeln!(out, "\n{} of {answer}{foil}: change by {} at {}\n", sweep.metric, sweep.edit, sweep.site);
    let heading = |spot: &SpotOut| match spot.positions[..] {
        [] => "–".to_owned(),
        [one] => {
            let token =
                sweep.base.tokens.get(one).map_or_else(String::new, |token| visible_token(&token.text));
            format!("{one} {token}")
        }
        _ => format!("{} positions", spot.positions.len()),
    };
    let columns: Vec<String> = sweep.spots.iter().map(heading).collect();
    let rows = sweep.units.iter().enumerate().map(|(at, unit)| {
        (unit.clone(), sweep.spots.iter().map(|spot| cell(spot.scores[at].delta)).collect())
    });
    out += &table(&columns, rows);
    if let Some(together) = &sweep.together {
        let (joint, sum) = (cell(together.delta), cell(together.sum_of_single));
        let _ = writeln!(out, "\ntogether {joint}, sum of single {sum}");
    }
    out
}

fn csv(sweep: &Sweep) -> String {
    let mut out = "unit,positions,value,delta,normalised\n".to_owned();
    for spot in &sweep.spots {
        let positions: Vec<String> = spot.positions.iter().map(usize::to_string).collect();
        for (unit, score) in sweep.units.iter().zip(&spot.scores) {
            let (value, delta, share) = (field(score.value), field(score.delta), field(score.normalised));
            let _ = writeln!(out, "{unit},{},{value},{delta},{share}", positions.join(" "));
        }
    }
    if let Some(together) = &sweep.together {
        let positions: Vec<String> = together.positions.iter().map(usize::to_string).collect();
        let [value, delta, share] = [together.value, together.delta, together.normalised].map(field);
        let _ = writeln!(out, "together,{},{value},{delta},{share}", positions.join(" "));
    }
    out
}
