//! Addresses that hold a whole state.

use std::collections::BTreeMap;

use peek_experiment::{Analysis, LensLine, read_link, write_link};
use peek_names::{HeadId, Layer, LogitScale, MeanOver, Metric, Site, Unit};
use peek_protocol::{At, Edit, PairTexts, Setup};

use super::{LONG, TEXT_MEMORY, page};
use crate::{Form, Outcome, Target, target::kind};

pub(super) const TARGET: Target = Target {
    name: "links",
    form: Form::Text,
    long: LONG,
    short: 4000,
    memory: TEXT_MEMORY,
    words: &[
        "#v1.",
        "v1.",
        "&bos=1",
        "&bos=0",
        "c=",
        "&x=",
        "&a=",
        "&f=",
        "&site=",
        "&edit=",
        "&metric=",
        "&at=",
        "&map=",
        "&mean=",
        "&pin=",
        "&lp=",
        "&la=",
        "&view=",
        "&set=",
        "L0H1,L1",
        "quantity:rank",
        "run:corrupt",
        "L1H2",
        "L99999H9",
        "all",
        "grid",
        "-,-,3",
        "resid_pre",
        "mlp_out",
        "noise",
        "zero",
        "mean",
        "kl",
        "prob",
        "%",
        "%C3",
        "%e2%80%8b",
        "+",
        ":",
        "1",
    ],
    seeds,
    run,
};

/// Analyses with something in every field.
pub(super) fn analyses() -> Vec<Analysis> {
    let pair = PairTexts {
        clean: "Who wrote Emma?".into(),
        corrupt: "Who wrote Emma? Some say Emily Bront\u{eb}.".into(),
        answer: " Jane".into(),
        foil: " Emily".into(),
        prepend_bos: true,
    };
    let views = ["quantity:rank", "order:size", "run:corrupt", "cells:shares"];
    let views: BTreeMap<String, String> =
        views.iter().filter_map(|view| view.split_once(':')).map(|(a, b)| (a.into(), b.into())).collect();
    let setups = [
        Setup::default(),
        Setup {
            site: Site::ResidPre,
            edit: Edit::Noise,
            at: At::Grid,
            metric: Metric::Logit(LogitScale::Raw),
            alignment: Some(vec![None, Some(1), Some(2)]),
            mean_prompts: Vec::new(),
        },
        Setup {
            edit: Edit::Mean(MeanOver::Prompts),
            at: At::One(3),
            mean_prompts: vec!["Mary and John".into(), "a\nb".into()],
            ..Setup::default()
        },
    ];
    let analysis = |setup| Analysis {
        pair: pair.clone(),
        setup,
        pinned: Some(HeadId::new(1, 2)),
        units: vec![Unit::Head(HeadId::new(0, 1)), Unit::Layer(Layer(1))],
        lens: vec![LensLine { prompt: "Who?".into(), answer: " Jane".into() }; 2],
        views: views.clone(),
    };
    setups.into_iter().map(analysis).chain([Analysis::default()]).collect()
}

fn seeds() -> Vec<Vec<u8>> {
    analyses().iter().map(|analysis| format!("#{}", write_link(analysis)).into_bytes()).collect()
}

fn run(bytes: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let state = page::visit(&text);
    match read_link(&text) {
        Ok(analysis) => {
            let written = write_link(&analysis);
            match read_link(&written) {
                Ok(again) => assert_eq!(again, analysis, "{written}"),
                Err(error) => assert!(written.len() > 64_000, "{error}: {written}"),
            }
            // A fragment that begins otherwise is an anchor of the page.
            if text.trim_start_matches('#').starts_with('v') {
                assert_eq!(state.analysis().pair, analysis.pair, "the page has other texts");
            }
            Ok("read".into())
        }
        Err(error) => Err(kind(&error.to_string())),
    }
}
