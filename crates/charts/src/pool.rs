/// An attention pattern reduced to at most `bins` by `bins` values: what a screen can show of a long prompt.
///
/// Each bin holds the largest value of its part of the pattern, so that a single strong link is never averaged away.
pub(crate) struct Pooled {
    pub(crate) bins: usize,
    /// `[bins, bins]`, query then key. `None`: only future keys. NaN: nothing finite.
    values: Vec<Option<f32>>,
}

impl Pooled {
    /// Pools `pattern` (`[tokens, tokens]`, keys after the query ignored) into `bins` a side.
    pub(crate) fn new(pattern: &[f32], tokens: usize, bins: usize) -> Self {
        let bins = bins.clamp(1, tokens.max(1));
        let mut values = vec![None; bins * bins];
        for query in 0..tokens {
            let row = &pattern[query * tokens..=query * tokens + query];
            let into = &mut values[query * bins / tokens * bins..][..bins];
            for (key, &value) in row.iter().enumerate() {
                let bin: &mut Option<f32> = &mut into[key * bins / tokens];
                let value = if value.is_finite() { value } else { f32::NAN };
                // `f32::max` prefers the number over NaN.
                *bin = Some(bin.map_or(value, |old| old.max(value)));
            }
        }
        Self { bins, values }
    }

    /// The row of a query bin.
    pub(crate) fn row(&self, query: usize) -> &[Option<f32>] {
        &self.values[query * self.bins..][..self.bins]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_survive_pooling_and_the_future_stays_empty() {
        let tokens = 1000;
        let mut pattern = vec![0.001; tokens * tokens];
        pattern[777 * tokens + 123] = 0.9;
        pattern[123 * tokens + 777] = 1.0;
        let pooled = Pooled::new(&pattern, tokens, 100);
        assert_eq!(pooled.row(77)[12], Some(0.9));
        assert_eq!(pooled.row(12)[77], None, "a key after its query is no attention");
        assert_eq!(pooled.row(99).iter().flatten().count(), 100);
    }

    #[test]
    fn a_bin_is_undefined_only_where_nothing_in_it_is_a_number() {
        let pooled = Pooled::new(&[f32::NAN, 0.0, 0.5, f32::INFINITY], 2, 1);
        assert_eq!(pooled.row(0), [Some(0.5)]);
        let pooled = Pooled::new(&[f32::NAN, 0.0, 0.5, 0.5], 2, 2);
        assert!(pooled.row(0)[0].is_some_and(f32::is_nan));
        assert_eq!(pooled.row(0)[1], None);
    }
}
