use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::Layer;

use super::{Means, Spot};
use crate::{InterpError, PositionMap, Run, Site, values};

/// What stands at a site instead of the base run's own value.
#[derive(Clone, Copy, Debug)]
pub enum Donor<'d> {
    /// Another run's value, at the position that the map says.
    Run {
        /// The other run.
        run: &'d Run,
        /// From base positions to the other run's.
        map: &'d PositionMap,
    },
    /// Zero, as TransformerLens has it: of `v` and `z`, which lack their bias there, what remains is the bias.
    Zero,
    /// A mean over prompts.
    Mean(&'d Means),
}

impl Donor<'_> {
    /// Checks that this can stand at `site` in the base run's place.
    ///
    /// # Errors
    /// Where the map is of other prompts, a pattern has another length, or the means are of another site or length.
    pub(crate) fn check(&self, base: &Run, site: Site) -> Result<(), InterpError> {
        let tokens = base.tokens().len();
        match self {
            Self::Zero => Ok(()),
            Self::Mean(means) => means.check(site, tokens),
            Self::Run { run, map } => {
                let donor = run.tokens().len();
                if (map.base_len(), map.donor_len()) != (tokens, donor) {
                    let (map_base, map_donor) = (map.base_len(), map.donor_len());
                    return Err(InterpError::OtherMap { map_base, map_donor, base: tokens, donor });
                }
                if site == Site::Pattern && tokens != donor {
                    return Err(InterpError::PatternLengths { base: tokens, donor });
                }
                Ok(())
            }
        }
    }

    /// The positions of a spot at which this changes anything: the others' values are by causality the base run's own.
    ///
    /// # Errors
    /// Where the base run has no such position.
    pub(crate) fn changed(&self, base: &Run, spot: &Spot) -> Result<Vec<usize>, InterpError> {
        let tokens = base.tokens().len();
        if let Some(&position) = spot.0.iter().find(|&&position| position >= tokens) {
            return Err(InterpError::NoSuchPosition { position, tokens });
        }
        Ok(spot.0.iter().copied().filter(|&position| !self.same(base, position)).collect())
    }

    /// Whether by causality the value at `position` is the base run's own: it is taken from the same position of a run
    /// that is the same up to there.
    fn same(&self, base: &Run, position: usize) -> bool {
        let Self::Run { run, map } = self else { return false };
        let alike = base.tokens().iter().zip(run.tokens()).take_while(|(a, b)| a == b).count();
        position < alike && map.donor(position) == Some(position)
    }

    /// `[k, d]`: what stands at some positions of the base run, of any site but [`Site::Pattern`].
    pub(crate) fn rows(
        &self,
        model: &Gpt2,
        site: Site,
        layer: Layer,
        positions: &[usize],
    ) -> Result<Tensor<2>, InterpError> {
        match self {
            Self::Run { run, map } => {
                let from = positions
                    .iter()
                    .map(|&position| map.donor(position).ok_or(InterpError::Unpaired { position }));
                values::at(model, run, site, layer, &from.collect::<Result<Vec<_>, _>>()?)
            }
            Self::Zero => {
                let shape = [positions.len(), model.config.d_model];
                Ok(match site {
                    Site::V | Site::Z => values::value_bias(model, layer)?.expand(shape),
                    _ => Tensor::zeros(shape, &model.device),
                })
            }
            Self::Mean(means) => means.rows(layer, positions),
        }
    }

    /// `[H, k, T]`: the rows of attention weights that stand at some positions of the base run.
    pub(crate) fn pattern_rows(
        &self,
        model: &Gpt2,
        base: &Run,
        layer: Layer,
        positions: &[usize],
    ) -> Result<Tensor<3>, InterpError> {
        match self {
            Self::Run { run, map } => {
                for &position in positions {
                    let donor = map.donor(position).ok_or(InterpError::Unpaired { position })?;
                    if donor != position {
                        return Err(InterpError::PatternPosition { position, donor });
                    }
                }
                values::pattern_rows(model, run, layer, positions)
            }
            Self::Zero => {
                let shape = [model.config.heads, positions.len(), base.tokens().len()];
                Ok(Tensor::zeros(shape, &model.device))
            }
            Self::Mean(means) => {
                let patterns = means.patterns(layer)?;
                let rows = positions.iter().map(|&at| patterns.clone().narrow(1, at, 1));
                Ok(Tensor::cat(rows.collect(), 1))
            }
        }
    }
}
