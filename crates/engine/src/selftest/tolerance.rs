/// Largest distance of two f32 programs' logits, shares or losses that counts as the same number. TransformerLens
/// itself calls 1e-4 suspicious between two of its own runs; another backend adds its own order of summation.
const SAME: f64 = 1e-3;

/// How far apart two figures may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    /// The largest difference of a logit that the weights' conversion brought.
    pub(super) logit_error: f64,
}

impl Tolerance {
    /// For a figure that is published with so many decimals and moves by at most `factor` times what logits move by.
    pub(super) fn of(self, decimals: u32, factor: f64) -> f64 {
        // More than 17 decimals no f64 has.
        let rounding = 0.5 * 0.1_f64.powi(i32::try_from(decimals.min(17)).unwrap_or(17));
        SAME + rounding + factor * self.logit_error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_and_conversion_widen_it() {
        let exact = Tolerance { logit_error: 0.0 };
        assert!((exact.of(2, 2.0) - 0.006).abs() < 1e-12);
        assert!((exact.of(u32::MAX, 2.0) - SAME).abs() < 1e-12, "absurd decimals are no slack");
        assert!((Tolerance { logit_error: 0.01 }.of(4, 2.0) - 0.02105).abs() < 1e-12);
    }
}
