/// A metric of one changed run. `None` is undefined: there was nothing to change there, or the metric is no finite number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// The metric of the changed run.
    pub value: Option<f32>,
    /// The same minus the metric of the base run.
    pub delta: Option<f32>,
}

/// Where two runs' metrics are closer than this, a share of the distance between them means nothing.
pub const UNDEFINED_BELOW: f32 = 1e-3;

/// How much of the way from the base run's metric to the other run's a delta is: 0 no change, 1 all of it. `None` where
/// the delta is undefined or the two are closer than [`UNDEFINED_BELOW`]. Where the other run's metric is the lower one, a
/// positive share is a fall.
#[must_use]
pub fn normalised(delta: Option<f32>, base: f32, other: f32) -> Option<f32> {
    let gap = other - base;
    // A gap that is no number is not at least anything.
    let share = (gap.abs() >= UNDEFINED_BELOW).then(|| delta.map(|delta| delta / gap))?;
    share.filter(|share| share.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_undefined() {
        assert_eq!(normalised(Some(1.0), 2.0, 4.0), Some(0.5));
        assert_eq!(normalised(Some(-1.0), 4.0, 2.0), Some(0.5));
        assert_eq!(normalised(Some(1.0), 2.0, 2.0009), None);
        assert_eq!(normalised(None, 2.0, 4.0), None);
        assert_eq!(normalised(Some(1.0), f32::NAN, 4.0), None);
        assert_eq!(normalised(Some(f32::INFINITY), 2.0, 4.0), None);
    }
}
