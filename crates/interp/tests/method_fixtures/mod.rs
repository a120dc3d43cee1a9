//! What `make_method_fixtures.py` writes.

use std::{collections::BTreeMap, path::Path};

use peek_interp::{Metric, Site, Unit};
use peek_model::Tokenizer;
use peek_names::{Layer, LogitScale, TokenId};
use serde::Deserialize;

/// TransformerLens itself calls differences from here on suspicious.
const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
pub(crate) struct Fixtures {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) lens: Lens,
    pub(crate) value_weighted: Weighted,
    pub(crate) kinds: Kinds,
    pub(crate) means: Option<Means>,
}

#[derive(Deserialize)]
pub(crate) struct Pair {
    pub(crate) clean: String,
    pub(crate) corrupt: String,
    pub(crate) answer: String,
    pub(crate) answer_id: TokenId,
    pub(crate) foil_id: TokenId,
    pub(crate) clean_metrics: Scores,
    pub(crate) corrupt_metrics: Scores,
    pub(crate) sweeps: Vec<Sweep>,
    pub(crate) joint: Option<Joint>,
    pub(crate) attribution: Attribution,
    pub(crate) direct: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
pub(crate) struct Scores {
    logit: f32,
    logit_diff: f32,
    probability: f32,
    log_probability: f32,
    rank: f32,
    kl: f32,
}

impl Scores {
    pub(crate) fn get(&self, metric: Metric) -> Option<f32> {
        match metric {
            Metric::Logit(LogitScale::Centred) => Some(self.logit),
            // TransformerLens has no raw logits: the notebook's fixtures compare them with Hugging Face's.
            Metric::Logit(LogitScale::Raw) => None,
            Metric::LogitDifference => Some(self.logit_diff),
            Metric::Probability => Some(self.probability),
            Metric::LogProbability => Some(self.log_probability),
            Metric::Rank => Some(self.rank),
            Metric::Kl => Some(self.kl),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Sweep {
    #[serde(default)]
    pub(crate) edit: String,
    #[serde(default)]
    pub(crate) over: String,
    site: String,
    pub(crate) positions: String,
    units: Vec<String>,
    pub(crate) scores: Vec<Scores>,
}

impl Sweep {
    pub(crate) fn site(&self) -> Site {
        self.site.parse().expect("a site")
    }

    pub(crate) fn units(&self) -> Vec<Unit> {
        self.units.iter().map(|text| unit(text)).collect()
    }
}

#[derive(Deserialize)]
pub(crate) struct Joint {
    pub(crate) units: Vec<String>,
    pub(crate) score: Scores,
}

#[derive(Deserialize)]
pub(crate) struct Attribution {
    pub(crate) logit: f32,
    pub(crate) difference: f32,
    pub(crate) of_logit: BTreeMap<String, f32>,
    pub(crate) of_difference: BTreeMap<String, f32>,
}

#[derive(Deserialize)]
pub(crate) struct Lens {
    pub(crate) prompt: String,
    pub(crate) followed_id: TokenId,
    pub(crate) own: Vec<Depth>,
    #[serde(rename = "final")]
    pub(crate) last: Vec<Depth>,
}

#[derive(Deserialize)]
pub(crate) struct Depth {
    pub(crate) depth: String,
    pub(crate) top: Vec<TokenId>,
    pub(crate) entropy: Vec<f32>,
    pub(crate) logit: Vec<f32>,
    pub(crate) probability: Vec<f32>,
}

#[derive(Deserialize)]
pub(crate) struct Weighted {
    pub(crate) prompt: String,
    pub(crate) patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
pub(crate) struct Pattern {
    pub(crate) head: String,
    pub(crate) weights: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
pub(crate) struct Kinds {
    pub(crate) tokens: Vec<TokenId>,
    pub(crate) induction: Vec<Vec<f32>>,
    pub(crate) previous_token: Vec<Vec<f32>>,
    pub(crate) duplicate_token: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
pub(crate) struct Means {
    pub(crate) set: Vec<String>,
    pub(crate) even: Vec<String>,
    pub(crate) sweeps: Vec<Sweep>,
}

/// The largest difference of one kind of number, and how many there were.
#[derive(Default)]
pub(crate) struct Worst {
    pub(crate) difference: f32,
    pub(crate) count: usize,
}

impl Worst {
    pub(crate) fn see(&mut self, kind: &str, ours: f32, theirs: f32) {
        let difference = (ours - theirs).abs();
        assert!(difference < TOLERANCE, "{kind}: {ours} against {theirs}");
        self.difference = self.difference.max(difference);
        self.count += 1;
    }
}

/// `L9H6` or `L9`.
pub(crate) fn unit(text: &str) -> Unit {
    match text.parse() {
        Ok(head) => Unit::Head(head),
        Err(_) => Unit::Layer(Layer(text[1..].parse().expect("a layer"))),
    }
}

/// The text's tokens after BOS.
pub(crate) fn text_ids(tokenizer: &Tokenizer, text: &str) -> Vec<TokenId> {
    let pieces = tokenizer.encode(text).expect("encodes").into_iter().map(|piece| piece.id);
    tokenizer.bos().into_iter().chain(pieces).collect()
}

pub(crate) fn read(name: &str) -> Fixtures {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/fixtures").join(name);
    let text = std::fs::read_to_string(&path).expect("the fixtures are part of the project");
    serde_json::from_str(&text).expect("the fixtures are what make_method_fixtures.py writes")
}
