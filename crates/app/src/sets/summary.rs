use peek_protocol::SetNumbers;

/// Mean and spread of one cell, kept as Welford has it, so that each pair is looked at once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellSummary {
    /// Pairs in which it is defined.
    pub count: usize,
    mean: f64,
    squares: f64,
}

impl CellSummary {
    fn take(&mut self, value: Option<f32>) {
        let Some(value) = value.filter(|value| value.is_finite()).map(f64::from) else { return };
        self.count += 1;
        let off = value - self.mean;
        // Counts are far below what an f64 holds exactly.
        self.mean += off / self.count as f64;
        self.squares += off * (value - self.mean);
    }

    /// The mean; `None` where it was defined in no pair.
    #[must_use]
    pub fn mean(&self) -> Option<f32> {
        (self.count > 0).then_some(self.mean as f32)
    }

    /// The sample's standard deviation; `None` below two pairs.
    #[must_use]
    pub fn deviation(&self) -> Option<f32> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).max(0.0).sqrt() as f32)
    }
}

/// Mean and spread of every cell, and of the unpatched metrics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Of the cells, in their order.
    pub cells: Vec<CellSummary>,
    /// Of the clean runs' metric.
    pub clean: CellSummary,
    /// Of the corrupt runs'.
    pub corrupt: CellSummary,
}

impl Summary {
    pub(crate) fn take(&mut self, numbers: &SetNumbers) {
        self.clean.take(numbers.baselines.clean);
        self.corrupt.take(numbers.baselines.corrupt);
        if self.cells.len() < numbers.cells.len() {
            self.cells.resize(numbers.cells.len(), CellSummary::default());
        }
        for (cell, value) in self.cells.iter_mut().zip(&numbers.cells) {
            cell.take(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_spread_are_those_of_a_hand_calculation() {
        let mut cell = CellSummary::default();
        assert_eq!((cell.mean(), cell.deviation()), (None, None));
        cell.take(Some(1.0));
        assert_eq!((cell.mean(), cell.deviation()), (Some(1.0), None));
        for value in [Some(2.0), None, Some(f32::NAN), Some(6.0)] {
            cell.take(value);
        }
        // (4 + 1 + 9) / 2 = 7
        assert_eq!((cell.count, cell.mean()), (3, Some(3.0)));
        assert!((cell.deviation().expect("three") - 7f32.sqrt()).abs() < 1e-6);
    }
}
