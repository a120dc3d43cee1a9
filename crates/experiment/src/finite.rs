//! Numbers that a file may claim and no run gives.

use peek_protocol::{AnswerReading, RunSummary};

use crate::Results;

impl Results {
    /// Whether every number is one: JSON's `1e39` is beyond what f32 holds, would be infinite here, and could not be
    /// written again.
    pub(crate) fn is_finite(&self) -> bool {
        let baselines = [self.baselines.clean, self.baselines.corrupt];
        let scores = self.scores.iter().flat_map(|score| [score.value, score.delta]);
        let runs = self.clean.iter().chain(&self.corrupt).flat_map(of_run);
        let points = self.lens.iter().flatten().flat_map(|curve| &curve.points);
        let readings = runs.chain(points.map(|point| &point.reading)).flat_map(of_reading);
        baselines.into_iter().chain(scores).flatten().chain(readings).all(f32::is_finite)
    }
}

fn of_run(run: &RunSummary) -> impl Iterator<Item = &AnswerReading> {
    std::iter::once(&run.answer).chain(run.top.iter().map(|next| &next.reading))
}

fn of_reading(reading: &AnswerReading) -> [f32; 3] {
    [reading.logit, reading.raw_logit, reading.probability]
}
