use std::{fs, path::Path};

use peek_charts::{HeadGrid, LensCurves, LensQuantity, LensSeries, Theme, text::visible_token, to_svg};
use peek_experiment::{
    Baseline, Experiment, Model, Results, RunOn, ScoreLine, lens_table, scores_table, transformer_lens,
};
use peek_protocol::{
    At, InterveneReply, InterveneRequest, LayerScores, LensCurve, LensPrompt, LensRequest, ModelInfo,
    Request, RequestId, Response, Score,
};

use super::{RunArgs, read};
use crate::{engine, error::CliError};

const WIDTH: f64 = 720.0;

/// One score: layer, head where it is a head's, position where each has its own.
type Line = (usize, Option<usize>, Option<usize>, Score);

/// Runs an experiment anew and writes what it finds.
///
/// # Errors
/// Where the file is no experiment, the engine refuses it, or a file cannot be written.
pub(crate) fn run(args: &RunArgs) -> Result<(), CliError> {
    let asked =
        Experiment::from_json(&read(&args.experiment)?).map_err(|e| CliError::Refused(e.to_string()))?;
    let analysis = asked.analysis.clone();
    let intervene = Request::Intervene(InterveneRequest {
        id: RequestId(1),
        pair: analysis.pair.clone(),
        setup: analysis.setup.clone(),
    });
    let prompts: Vec<LensPrompt> = analysis
        .lens
        .iter()
        .map(|line| LensPrompt { prompt: line.prompt.clone(), answer: line.answer.clone() })
        .collect();
    let lens =
        Request::Lens(LensRequest { id: RequestId(2), prompts, prepend_bos: analysis.pair.prepend_bos });
    let requests = if analysis.lens.is_empty() { vec![intervene] } else { vec![intervene, lens] };
    let (info, responses) = engine::ask_all(args.model.as_deref(), requests)?;

    let (mut results, layers) = collect(responses, analysis.lens.len());
    let lines = lines(&layers, &asked);
    results.scores = lines.iter().map(score_line).collect();
    let mut found = Experiment::new(analysis);
    found.date.clone_from(&asked.date);
    found.model = Some(model(&info));
    found.ran_on = Some(RunOn { backend: "cpu".to_owned(), adapter: String::new() });
    let out = Folder::new(&args.out)?;
    out.write("scores.csv", &scores_table(lines.iter().copied()))?;
    let curves: Vec<(&str, &LensCurve)> = found
        .analysis
        .lens
        .iter()
        .zip(&results.lens)
        .filter_map(|(line, curve)| Some((&*line.prompt, curve.as_ref()?)))
        .collect();
    if !curves.is_empty() {
        out.write("lens.csv", &lens_table(curves.iter().copied()))?;
        out.write("lens.svg", &lens_chart(&curves)?)?;
    }
    if found.analysis.setup.site.per_head() && found.analysis.setup.at != At::Grid {
        out.write("scores.svg", &heads_chart(&lines, &info)?)?;
    }
    let code = transformer_lens(&found.analysis.pair, &found.analysis.setup);
    out.write("transformer_lens.py", &code.map_err(|error| CliError::Refused(error.to_string()))?)?;
    found.results = Some(results);
    out.write("result.json", &found.to_json().map_err(|error| CliError::Failed(error.to_string()))?)
}

/// The engine's answers, but for the scores, which come by layer.
fn collect(responses: Vec<Response>, prompts: usize) -> (Results, Vec<LayerScores>) {
    let mut results = Results { lens: vec![None; prompts], ..Results::default() };
    let mut scores = Vec::new();
    for response in responses {
        match response {
            Response::Intervene { reply: InterveneReply::Aligned(alignment), .. } => {
                results.answer = alignment.answer.as_ref().map(Into::into);
                alignment.notes.iter().for_each(|note| eprintln!("peek: {}", note.message));
            }
            Response::Intervene { reply: InterveneReply::Baselines(found), .. } => {
                results.baselines = Baseline { clean: found.clean, corrupt: found.corrupt };
            }
            Response::Intervene { reply: InterveneReply::Layers { layers, .. }, .. } => scores.extend(layers),
            Response::Lens { index, result, .. } => match result {
                Ok(curve) => {
                    if let Some(place) = results.lens.get_mut(index) {
                        *place = Some(curve);
                    }
                }
                Err(notes) => notes.iter().for_each(|note| eprintln!("peek: {}", note.message)),
            },
            _ => {}
        }
    }
    scores.sort_by_key(|row| row.layer);
    (results, scores)
}

fn lines(layers: &[LayerScores], asked: &Experiment) -> Vec<Line> {
    let setup = &asked.analysis.setup;
    let mut lines = Vec::new();
    for row in layers {
        for unit in 0..row.scores.first().map_or(0, Vec::len) {
            for (spot, scores) in row.scores.iter().enumerate() {
                let head = setup.site.per_head().then_some(unit);
                let position = (setup.at == At::Grid).then_some(spot);
                lines.push((row.layer.index(), head, position, scores[unit]));
            }
        }
    }
    lines
}

fn score_line(&(layer, head, position, score): &Line) -> ScoreLine {
    let unit = head.map_or_else(|| format!("L{layer}"), |head| format!("L{layer}H{head}"));
    ScoreLine { unit, position, value: score.value, delta: score.delta }
}

fn model(info: &ModelInfo) -> Model {
    Model {
        label: info.label.clone(),
        sha256: info.sha256.clone(),
        layers: info.layers,
        heads: info.heads,
        d_model: info.d_model,
        vocab: info.vocab,
        dtype: info.dtype.clone(),
    }
}

fn heads_chart(lines: &[Line], info: &ModelInfo) -> Result<String, CliError> {
    let deltas: Vec<Option<f32>> =
        lines.iter().map(|(.., score)| Some(score.delta.unwrap_or(f32::NAN))).collect();
    let chart = HeadGrid {
        layers: info.layers,
        heads: info.heads,
        deltas: &deltas,
        range: None,
        caption: "change of the metric",
        hovered: None,
        pinned: None,
        marks: &[],
        stale: false,
        turned: false,
        whole: false,
    };
    Ok(to_svg(WIDTH, chart.preferred_height(WIDTH), Theme::light(), |area, frame| chart.draw(area, frame))?)
}

fn lens_chart(curves: &[(&str, &LensCurve)]) -> Result<String, CliError> {
    let values: Vec<Vec<f32>> =
        curves.iter().map(|(_, curve)| curve.points.iter().map(|p| p.reading.logit).collect()).collect();
    let labels: Vec<String> = curves
        .iter()
        .map(|(prompt, curve)| format!("{prompt} → {}", visible_token(&curve.answer.text)))
        .collect();
    let points: Vec<String> =
        curves.first().map_or_else(Vec::new, |(_, c)| c.points.iter().map(|p| p.label.clone()).collect());
    let series: Vec<LensSeries<'_>> =
        labels.iter().zip(&values).map(|(label, values)| LensSeries { label, values }).collect();
    let chart = LensCurves {
        title: "logit of the answer (centred)",
        quantity: LensQuantity::Logit,
        points: &points,
        series: &series,
        hovered: None,
        stale: false,
    };
    Ok(to_svg(WIDTH, chart.preferred_height(WIDTH), Theme::light(), |area, frame| chart.draw(area, frame))?)
}

/// Where results go.
struct Folder<'p>(&'p Path);

impl<'p> Folder<'p> {
    fn new(path: &'p Path) -> Result<Self, CliError> {
        fs::create_dir_all(path).map_err(|error| CliError::file(path, error))?;
        Ok(Self(path))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), CliError> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|error| CliError::file(&path, error))
    }
}
