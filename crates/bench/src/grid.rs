//! Grids over positions: what `transformer_lens.patching` has as `get_act_patch_resid_pre` and
//! `get_act_patch_attn_head_out_by_pos`.

use peek_interp::{
    Donor, FullSpeed, InterpError, Intervention, Judge, Metric, Patched, PositionMap, Positions, Site, Spot,
    Unit,
};

use crate::{Differs, Subject, work::ANSWERS};

/// Positions of a grid that are timed, in the middle of so many stretches of equal length; with more positions the time is
/// to be scaled. What a position costs falls evenly from the first to the last. Of a stretch of even length the later one of
/// the two in the middle is taken, half a position too cheap: the scaled time is too short by at most 6 % of 16 positions and
/// 1.5 % of 64, twice that where only the later half is replayed.
pub const SPOTS: usize = 8;

impl Subject {
    /// The sum of a grid's sampled scores, both runs kept. Of `z` every `every`th head is taken.
    pub(crate) async fn grid(&self, site: Site, from: Differs, every: usize) -> Result<f32, InterpError> {
        let Self { model, clean_run, others, .. } = self;
        let Some((_, base)) = others.iter().find(|(kind, _)| *kind == from) else { return Ok(0.0) };
        let (tokens, answer) = (self.clean.len(), ANSWERS[0]);
        let map = PositionMap::align(base.tokens(), clean_run.tokens());
        let all = Positions::Grid.spots(tokens, Some(&map))?;
        let stretch = tokens.div_ceil(SPOTS);
        let spots: Vec<Spot> = all.into_iter().skip(stretch / 2).step_by(stretch).collect();
        let units: Vec<Unit> =
            site.units(model.config.layers, model.config.heads).into_iter().step_by(every).collect();
        let donor = Donor::Run { run: clean_run, map: &map };
        let intervention = Intervention { site, units: &units, spots: &spots, donor };
        let patched = Patched::replay(model, base, intervention, &FullSpeed).await?;
        let judge = Judge::new(model, Metric::default(), answer, None, clean_run).await?;
        let scores = judge.scores(model, &patched, &FullSpeed).await?;
        Ok(scores.iter().flatten().filter_map(|score| score.delta).sum())
    }
}
