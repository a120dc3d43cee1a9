use std::ops::Range;

use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::Layer;

use super::{Donor, Spot, entry::Change};
use crate::{InterpError, Pace, Run, Site, Unit, replay::Replay, site::check_units};

/// Rows that one replay takes up at most: enough for a matrix product to be busy, few enough for memory.
const MOST_ROWS: usize = 2048;

/// A sweep to be made: at each spot, each unit's site changed in a run of its own.
#[derive(Clone, Copy, Debug)]
pub struct Intervention<'i> {
    /// Where in the model.
    pub site: Site,
    /// Heads or layers, in any order; a unit may come once.
    pub units: &'i [Unit],
    /// Where in the base prompt ([`crate::Positions::spots`]).
    pub spots: &'i [Spot],
    /// With what.
    pub donor: Donor<'i>,
}

/// The last rows of every changed run of an [`Intervention`]: enough for any metric, whatever the answer.
#[derive(Clone, Debug)]
pub struct Patched {
    spots: usize,
    units: usize,
    /// What became of each run, spot by spot and within a spot unit by unit.
    cells: Vec<Outcome>,
    /// `[runs, d]`: the last position's last `resid_post` of each replayed run; nothing where none was.
    rows: Option<Tensor<2>>,
    /// `[runs, d]`: the same after `ln_f`, minus the base run's own row. The difference is taken here, element by element,
    /// so that a small delta is not lost between two large logits.
    shift: Option<Tensor<2>>,
    /// `[1, d]`.
    base: Tensor<2>,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There was nothing to put there.
    Undefined,
    /// By causality it is the base run.
    Same,
    /// It is this row.
    Row(usize),
}

impl Patched {
    /// Makes every run. Those that causality leaves as they are cost nothing. Pauses between layers.
    ///
    /// # Errors
    /// Where a unit has no such site or comes twice, the donor cannot stand there, a position is not the prompt's, or `pace` says stop.
    pub async fn replay(
        model: &Gpt2,
        base: &Run,
        intervention: Intervention<'_>,
        pace: &impl Pace,
    ) -> Result<Self, InterpError> {
        let Intervention { site, units, spots, donor } = intervention;
        check_units(site, model, units)?;
        donor.check(base, site)?;
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_by_key(|&at| units[at]);
        let mut cells = vec![Outcome::Undefined; spots.len() * units.len()];
        let (mut parts, mut runs) = (Vec::new(), 0);
        for (spot, cells) in spots.iter().zip(cells.chunks_mut(units.len().max(1))) {
            let changed = donor.changed(base, spot)?;
            let Some(&from) = changed.first() else {
                cells.fill(if spot.0.is_empty() { Outcome::Undefined } else { Outcome::Same });
                continue;
            };
            for some in order.chunks((MOST_ROWS / (base.tokens().len() - from)).max(1)) {
                let layer = units[some[0]].layer();
                let at = Change { model, base, donor, site, layer, positions: &changed };
                let some_units: Vec<Unit> = some.iter().map(|&unit| units[unit]).collect();
                parts.extend(rise(at, &some_units, pace).await?);
                some.iter().zip(runs..).for_each(|(&unit, row)| cells[unit] = Outcome::Row(row));
                runs += some.len();
            }
        }
        let rows = (!parts.is_empty()).then(|| Tensor::cat(parts, 0));
        let base = base.final_row();
        let shift = rows.clone().map(|rows| model.ln_f.apply(rows) - model.ln_f.apply(base.clone()));
        Ok(Self { spots: spots.len(), units: units.len(), cells, rows, shift, base })
    }

    /// How many spots and units there are.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.spots, self.units)
    }

    /// How many runs were made rather than known beforehand.
    #[must_use]
    pub fn replayed(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.dims()[0])
    }

    /// Bytes that this holds on its device.
    #[must_use]
    pub fn bytes(&self) -> usize {
        // Two rows a run, in f32.
        self.rows.as_ref().map_or(0, |rows| 2 * 4 * rows.dims().iter().product::<usize>())
    }

    /// What became of each run, spot by spot.
    pub(crate) fn cells(&self) -> &[Outcome] {
        &self.cells
    }

    /// `[runs, d]`: last residuals.
    pub(crate) fn rows(&self) -> Option<&Tensor<2>> {
        self.rows.as_ref()
    }

    /// `[runs, d]`: normalised last residuals minus the base run's.
    pub(crate) fn shift(&self) -> Option<&Tensor<2>> {
        self.shift.as_ref()
    }

    /// `[1, d]`: the base run's last residual.
    pub(crate) fn base(&self) -> &Tensor<2> {
        &self.base
    }
}

/// The last rows of the runs of some units, sorted by layer, changed in the place that `at` says, but each in its own layer.
async fn rise(at: Change<'_>, units: &[Unit], pace: &impl Pace) -> Result<Option<Tensor<2>>, InterpError> {
    let from = at.positions.first().copied().unwrap_or(0);
    let mut replay = Replay::new(at.model, at.base, from);
    let mut left = units;
    for layer in layers_from(at.model, at.layer) {
        let here = left.iter().take_while(|unit| unit.layer() == layer).count();
        let (joining, rest) = left.split_at(here);
        left = rest;
        let heads: Vec<usize> = joining
            .iter()
            .map(|unit| match unit {
                Unit::Head(head) => head.head_index(),
                Unit::Layer(_) => 0,
            })
            .collect();
        let entry = (!heads.is_empty()).then(|| Change { layer, ..at }.entry(&heads));
        replay.step(layer, entry.transpose()?)?;
        pace.pause().await?;
    }
    Ok(replay.rows())
}

fn layers_from(model: &Gpt2, layer: Layer) -> impl Iterator<Item = Layer> + use<> {
    let Range { start, end } = layer.index()..model.config.layers;
    model.layers().skip(start).take(end.saturating_sub(start))
}
