//! A set's means, laid out to be shown: by position where they are not one a head, or as a list.

use peek_names::Unit;
use peek_protocol::{At, SetAnalysis};

use super::{CellSummary, SetResult};
use crate::{is_better_low, order};

/// Mean and spread by unit and position.
#[derive(Clone, Debug, PartialEq)]
pub struct SetPositions {
    /// Layers from the input up, or heads, those whose mean is farthest from zero anywhere first.
    pub rows: Vec<Unit>,
    /// Positions counted from 0; of a single spot what it is.
    pub columns: Vec<String>,
    /// `[rows, columns]`.
    pub cells: Vec<CellSummary>,
    /// Units that there are besides.
    pub left_out: usize,
}

impl SetResult {
    /// The means as a grid of at most `most` heads, or of every layer; `None` where [`Self::is_of_heads`] or where they are
    /// of no unit.
    #[must_use]
    pub fn by_position(&self, most: usize) -> Option<SetPositions> {
        let SetAnalysis::Interventions(setup) = &self.analysis else { return None };
        if self.is_of_heads() {
            return None;
        }
        let spots = self.spots();
        let of_units = self.summary.cells.chunks(spots);
        let units: Vec<_> = setup.site.units(self.layers, self.heads).into_iter().zip(of_units).collect();
        if units.is_empty() {
            return None;
        }
        let all = units.len();
        let farthest = |cells: &[CellSummary]| {
            cells.iter().filter_map(CellSummary::mean).fold(0.0, |far: f32, mean| far.max(mean.abs()))
        };
        let mut shown = units;
        if setup.site.per_head() {
            shown = order::largest_first(shown, |(_, cells)| farthest(cells));
            shown.truncate(most);
        }
        let columns = match setup.at {
            At::Grid => (0..spots).map(|at| at.to_string()).collect(),
            At::One(at) => vec![at.to_string()],
            At::All => vec!["all".to_owned()],
            At::Last => vec!["last".to_owned()],
        };
        Some(SetPositions {
            left_out: all - shown.len(),
            rows: shown.iter().map(|(unit, _)| *unit).collect(),
            columns,
            cells: shown.iter().flat_map(|(_, cells)| cells.iter().copied()).collect(),
        })
    }

    /// Cells by name: all of them, or of more than `most` those whose mean is farthest from zero, the farthest first.
    #[must_use]
    pub fn listed(&self, most: usize) -> Vec<(String, CellSummary)> {
        let cells: Vec<_> = self.cell_names().into_iter().zip(self.summary.cells.iter().copied()).collect();
        if cells.len() <= most {
            return cells;
        }
        let mut cells = order::largest_first(cells, |(_, cell)| cell.mean().map_or(0.0, f32::abs));
        cells.truncate(most);
        cells
    }

    /// Whether a mean below zero is one that brings towards the answer, as in [`crate::Board::is_turned`].
    #[must_use]
    pub fn is_turned(&self) -> bool {
        matches!(&self.analysis, SetAnalysis::Interventions(setup) if is_better_low(setup.metric))
    }
}
