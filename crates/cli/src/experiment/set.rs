use std::fmt::Write;

use peek_experiment::{PromptPair, read_prompts};
use peek_interp::Positions;
use peek_names::{DirectScale, LogitScale, MeanOver, Site};
use peek_protocol::{
    At, ModelInfo, PairTexts, Request, RequestId, Response, SetAnalysis, SetNumbers, SetReply, SetRequest,
    Setup,
};

use super::{SetArgs, args::Measure, read};
use crate::{engine, error::CliError, method::Edit};

/// Mean and spread over a set of pairs; as CSV a line a pair. Pairs that fail are told on standard error.
///
/// # Errors
/// Where there is no such format, a line of the file cannot be read, the engine refuses the set, or no pair could be run.
pub(crate) fn set(args: &SetArgs) -> Result<String, CliError> {
    let is_csv = args.is_csv()?;
    let import = read_prompts(&read(&args.pairs)?);
    if !import.errors.is_empty() || import.pairs.is_empty() {
        let said: Vec<String> = import.errors.iter().map(ToString::to_string).collect();
        let said = if said.is_empty() { "there is no pair in the file".to_owned() } else { said.join("\n") };
        return Err(CliError::Refused(said));
    }
    let texts = |pair: &PromptPair| PairTexts {
        clean: pair.clean.clone(),
        corrupt: pair.corrupt.clone(),
        answer: pair.answer.clone(),
        foil: pair.foil.clone(),
        prepend_bos: !args.model.no_bos,
    };
    let analysis = match args.measure {
        Measure::Scores => {
            let (at, edit) = (at(args.positions)?, edit(args.edit));
            SetAnalysis::Interventions(Setup {
                site: args.site,
                at,
                edit,
                metric: args.metric,
                ..Setup::default()
            })
        }
        Measure::Lens => SetAnalysis::Lens,
        Measure::Direct => SetAnalysis::Direct(LogitScale::Centred, DirectScale::Difference),
    };
    let pairs = import.pairs.iter().map(texts).collect();
    let request = Request::Set(SetRequest { id: RequestId(1), pairs, analysis });
    let (info, responses) = engine::ask_all(args.model.model.as_deref(), vec![request])?;
    let mut outcomes: Vec<Result<SetNumbers, String>> = vec![Err("not run".to_owned()); import.pairs.len()];
    for response in responses {
        let Response::Set { reply: SetReply::Item { index, result, .. }, .. } = response else { continue };
        let said = |notes: Vec<peek_protocol::Note>| {
            notes.into_iter().map(|note| note.message).collect::<Vec<_>>().join(" ")
        };
        if let Some(place) = outcomes.get_mut(index) {
            *place = result.map_err(said);
        }
    }
    for (at, outcome) in outcomes.iter().enumerate() {
        if let Err(why) = outcome {
            eprintln!("peek: pair {}: {why}", at + 1);
        }
    }
    let names = names(args, &info);
    if is_csv {
        let lines = import.pairs.iter().zip(&outcomes).map(|(p, o)| (p, o.as_ref().map_err(Clone::clone)));
        return Ok(peek_experiment::set_table(&names, lines));
    }
    let ran: Vec<&SetNumbers> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    if ran.is_empty() {
        return Err(CliError::Refused("no pair of the set could be run".to_owned()));
    }
    Ok(means(&names, &ran, outcomes.len()))
}

/// Where each pair is changed.
fn at(positions: Positions) -> Result<At, CliError> {
    match positions {
        Positions::Last => Ok(At::Last),
        Positions::All => Ok(At::All),
        Positions::One(position) => Ok(At::One(position)),
        Positions::Grid => Err(CliError::Refused(
            "a set has no grid over positions: choose last, all, or one position after the other".to_owned(),
        )),
    }
}

fn edit(edit: Edit) -> peek_protocol::Edit {
    match edit {
        Edit::Denoise => peek_protocol::Edit::Denoise,
        Edit::Noise => peek_protocol::Edit::Noise,
        Edit::Zero => peek_protocol::Edit::Zero,
        Edit::Mean => peek_protocol::Edit::Mean(MeanOver::PromptsAndPositions),
    }
}

fn names(args: &SetArgs, info: &ModelInfo) -> Vec<String> {
    let units = |site: Site| site.units(info.layers, info.heads).iter().map(ToString::to_string).collect();
    match args.measure {
        Measure::Scores => units(args.site),
        Measure::Direct => units(Site::Z),
        Measure::Lens => {
            let depth = |run: &str, at: usize| match at {
                at if at == info.layers => format!("{run} final"),
                at => format!("{run} {at}_pre"),
            };
            let runs = ["clean", "corrupt"].into_iter();
            runs.flat_map(|run| (0..=info.layers).map(move |at| depth(run, at))).collect()
        }
    }
}

fn means(names: &[String], ran: &[&SetNumbers], all: usize) -> String {
    let mut out = format!("{} of {all} pairs\n", ran.len());
    // Writing to a string does not fail.
    let _ = writeln!(out, "{:>15}  {:>9}  {:>9}  {:>5}", "cell", "mean", "s.d.", "n");
    for (at, name) in names.iter().enumerate() {
        let values = ran.iter().filter_map(|numbers| numbers.cells.get(at).copied().flatten());
        let values: Vec<f64> = values.map(f64::from).collect();
        let n = values.len();
        // Counts are far below what an f64 holds exactly.
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let shown = |value: f64| if value.is_finite() { format!("{value:.4}") } else { "-".to_owned() };
        let deviation = if n > 1 { (squares / (n - 1) as f64).sqrt() } else { f64::NAN };
        let _ = writeln!(out, "{name:>15}  {:>9}  {:>9}  {n:>5}", shown(mean), shown(deviation));
    }
    out
}
