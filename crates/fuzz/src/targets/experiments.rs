//! Experiments' files.

use peek_experiment::{Baseline, Experiment, Model, Results, RunOn, ScoreLine, TokenText};
use peek_names::TokenId;
use peek_protocol::{AnswerReading, LensCurve, LensPoint, NextToken, RunSummary, Token};

use super::{LONG, TEXT_MEMORY, links, page};
use crate::{Form, Outcome, Target, target::kind};

pub(super) const TARGET: Target = Target {
    name: "experiments",
    form: Form::Json,
    long: LONG,
    short: 4000,
    memory: TEXT_MEMORY,
    words: &[
        "\"peek-experiment\"",
        "\"format\":",
        "\"version\":",
        "\"analysis\":",
        "\"results\":",
        "\"lens\":",
        "\"setup\":",
        "\"views\":",
        "\"pair\":",
        "\"clean\":",
        "\"model\":null",
        "null",
        "true",
        ",",
        "1e39",
        "-1e39",
        "\\ud83d",
    ],
    seeds,
    run,
};

fn results() -> Results {
    let reading = AnswerReading { logit: 12.5, raw_logit: -3.25, probability: 0.125, rank: 3 };
    let token = |text: &str| Token { id: TokenId(7), text: text.into(), is_bos: false };
    let text = TokenText { id: 7, text: " Jane".into() };
    let next = NextToken { id: TokenId(7), text: " Jane".into(), reading };
    let run = RunSummary { answer: reading, top: vec![next] };
    let point = LensPoint { label: "0_pre".into(), reading };
    let curve = LensCurve {
        tokens: vec![token("Who")],
        answer: token(" Jane"),
        points: vec![point],
        notes: Vec::new(),
    };
    Results {
        clean_tokens: vec![text.clone(), text.clone()],
        corrupt_tokens: vec![text.clone()],
        answer: Some(text),
        baselines: Baseline { clean: Some(1.5), corrupt: None },
        scores: vec![ScoreLine { unit: "L1H2".into(), position: Some(3), value: Some(0.1), delta: None }; 3],
        clean: Some(run.clone()),
        corrupt: Some(run),
        lens: vec![Some(curve), None],
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let experiments = links::analyses().into_iter().enumerate().map(|(at, analysis)| {
        let mut experiment = Experiment::new(analysis);
        if at == 0 {
            experiment.results = Some(results());
            let sha256 = "0f".repeat(32);
            let label = "Demo".into();
            experiment.model = Some(Model {
                label,
                sha256,
                layers: 2,
                heads: 3,
                d_model: 6,
                vocab: 100,
                dtype: "f32".into(),
            });
            experiment.ran_on = Some(RunOn { backend: "cpu".into(), adapter: String::new() });
        }
        experiment.to_json().expect("an experiment has JSON").into_bytes()
    });
    experiments.collect()
}

fn run(bytes: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let state = page::open(&text);
    match Experiment::from_json(&text) {
        Ok(experiment) => {
            let written = experiment.to_json().expect("what was read can be written");
            let again = Experiment::from_json(&written).expect("what was written can be read");
            assert_eq!(again, experiment, "written and read again it is another");
            assert_eq!(state.analysis().pair, experiment.analysis.pair, "the page has other texts");
            Ok(if experiment.results.is_some() { "results" } else { "read" }.into())
        }
        Err(error) => Err(kind(&error.to_string())),
    }
}
