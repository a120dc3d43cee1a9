//! What a set's numbers are, in words.

use peek_experiment::PromptPair;
use peek_names::{LogitScale, Metric};
use peek_protocol::SetAnalysis;

use crate::{SetResult, State, metric_unit, metric_words};

impl State {
    /// What a run of the set would measure, as it is chosen now.
    #[must_use]
    pub fn set_in_words(&self) -> String {
        analysis_in_words(&self.set_analysis(), self.sets.typed())
    }
}

impl SetResult {
    /// What the numbers on the screen are: of what, in which unit.
    #[must_use]
    pub fn in_words(&self) -> String {
        analysis_in_words(&self.analysis, self.pairs.iter())
    }
}

fn analysis_in_words<'a>(analysis: &SetAnalysis, pairs: impl Iterator<Item = &'a PromptPair>) -> String {
    let (all, foils) =
        pairs.fold((0, 0), |(all, foils), pair| (all + 1, foils + usize::from(!pair.foil.is_empty())));
    match analysis {
        SetAnalysis::Interventions(setup) => {
            let name = metric_words(setup.metric);
            let unit = match setup.metric {
                // Means are of the numbers as they are, so that the tables can be computed with.
                Metric::Probability => ", as a fraction of 1".to_owned(),
                metric => format!(", in {}", metric_unit(metric)),
            };
            let unused = if foils > 0 && !setup.metric.needs_foil() {
                " The pairs' foils are not used: only the logit difference to the foil reads them."
            } else {
                ""
            };
            format!("How far the {name} moves{unit}.{unused}")
        }
        SetAnalysis::Lens => {
            let unused = if foils > 0 { " Curves do not use the pairs' foils." } else { "" };
            format!("The answer's centred logit at each depth, in logits.{unused}")
        }
        SetAnalysis::Direct(scale, _) => {
            let logit = match scale {
                LogitScale::Centred => "the answer's centred logit",
                LogitScale::Raw => "the answer's raw logit",
            };
            let of = if foils == 0 {
                logit.to_owned()
            } else if foils == all {
                "the answer's logit minus the foil's".to_owned()
            } else {
                format!(
                    "the answer's logit minus the foil's in the {foils} of {all} pairs that have a foil, on {logit} in the others"
                )
            };
            format!("Each head's direct effect on {of}, in logits.")
        }
    }
}
