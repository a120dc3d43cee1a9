use crate::text::format_value_to;

/// A vertical axis: which value stands how high, and which values are labelled.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    scale: Scale,
    /// In axis units.
    low: f64,
    high: f64,
    pub(crate) ticks: Vec<(f64, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    Linear,
    /// Height falls with the logarithm: rank 1 is on top.
    Rank,
}

impl Axis {
    /// Logits: a linear axis of about `count` steps around all finite values.
    pub(crate) fn logit(values: impl Iterator<Item = f32>, count: usize) -> Self {
        let (low, high) = bounds(values).unwrap_or((0.0, 1.0));
        let spread = if high > low { high - low } else { 1.0 };
        Self::linear(low, low + spread, count, |value, decimals| format_value_to(value as f32, decimals))
    }

    /// Probabilities: from 0 to a round share at or above the largest value, at most 1.
    pub(crate) fn probability(values: impl Iterator<Item = f32>, count: usize) -> Self {
        let high = bounds(values).map_or(1.0, |(_, high)| high.clamp(1e-3, 1.0));
        Self::linear(0.0, high, count, |value, decimals| {
            format!("{}\u{a0}%", format_value_to(100.0 * value as f32, decimals.saturating_sub(2)))
        })
    }

    /// Ranks: 1 on top, one step down for each power of ten.
    pub(crate) fn rank(values: impl Iterator<Item = f32>) -> Self {
        let worst = bounds(values).map_or(10.0, |(_, high)| high.max(10.0));
        let powers = worst.log10().min(9.0);
        let label = |power: i32| match power {
            0..=2 => format!("#{}", 10_u32.pow(power as u32)),
            3..=5 => format!("#{}k", 10_u32.pow(power as u32 - 3)),
            _ => format!("#1e{power}"),
        };
        let ticks = (0..=powers.floor() as i32).map(|power| (f64::from(power), label(power))).collect();
        Self { scale: Scale::Rank, low: 0.0, high: powers, ticks }
    }

    fn linear(low: f64, high: f64, count: usize, label: impl Fn(f64, usize) -> String) -> Self {
        let count = count.max(1);
        let (step, first, last) = ends(low, high, count);
        // Quarters of a whole say more than halves; elsewhere they would need one more decimal.
        let (step, last) =
            if (low, step) == (0.0, 0.5) && count >= 3 { (0.25, 2.0 * last) } else { (step, last) };
        let decimals = if step == 0.25 { 2 } else { (-step.log10().floor()).clamp(0.0, 6.0) as usize };
        let ticks = (0..=(last - first) as usize)
            .map(|i| (first + i as f64) * step)
            .map(|value| (value, label(value, decimals)))
            .collect();
        Self { scale: Scale::Linear, low: first * step, high: last * step, ticks }
    }

    /// The height of a value, 0 at the bottom and 1 at the top of the plot. `None` where it is undefined.
    pub(crate) fn height(&self, value: f32) -> Option<f64> {
        let value = f64::from(value);
        let place = match self.scale {
            Scale::Linear => value,
            Scale::Rank => value.max(1.0).log10(),
        };
        value.is_finite().then(|| self.tick_height(place).clamp(0.0, 1.0))
    }

    /// The height of a tick's value.
    pub(crate) fn tick_height(&self, tick: f64) -> f64 {
        let up = (tick - self.low) / (self.high - self.low);
        match self.scale {
            Scale::Linear => up,
            Scale::Rank => 1.0 - up,
        }
    }
}

fn bounds(values: impl Iterator<Item = f32>) -> Option<(f64, f64)> {
    values.filter(|v| v.is_finite()).map(f64::from).fold(None, |found, v| {
        let (low, high) = found.unwrap_or((v, v));
        Some((v.min(low), v.max(high)))
    })
}

/// The share of an axis that may lie beyond its values before its steps become finer.
const IDLE: f64 = 0.25;

/// The step of an axis, and its two ends in steps. Steps are 1, 2, 4 or 5 times a power of ten: about `count` of them, and
/// up to twice as many and one where larger ones would leave too much of the axis without values.
fn ends(low: f64, high: f64, count: usize) -> (f64, f64, f64) {
    let raw = ((high - low) / count as f64).max(1e-9);
    let power = 10_f64.powf(raw.log10().floor());
    // To begin with no fours: their multiples are not read as easily.
    let coarse = [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|&step| step >= raw * 0.999);
    let coarse = coarse.unwrap_or(10.0 * power);
    let around = |step: f64| {
        // A hair of tolerance: 0.3 / 0.1 is less than 3.
        let first = (low / step + 1e-6).floor();
        (step, first, (high / step - 1e-6).ceil().max(first + 1.0))
    };
    let idle = |(step, first, last): (f64, f64, f64)| 1.0 - (high - low) / ((last - first) * step);
    let mut best = around(coarse);
    for step in [5.0, 4.0, 2.0, 1.0, 0.5, 0.4].map(|m| m * power).into_iter().filter(|&step| step < coarse) {
        let finer = around(step);
        if idle(best) <= IDLE || finer.2 - finer.1 > 2.0 * count as f64 + 1.0 {
            break;
        }
        if idle(finer) < idle(best) {
            best = finer;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_hold_every_value() {
        let values = [-3.2, 14.7, 8.0];
        let axis = Axis::logit(values.into_iter(), 5);
        assert_eq!(labels(&axis), ["−5", "0", "5", "10", "15"]);
        assert!(values.iter().all(|&v| (0.0..=1.0).contains(&axis.height(v).expect("finite"))));
        assert_eq!(axis.height(-5.0), Some(0.0));
        assert_eq!(labels(&Axis::logit([0.1, 0.42].into_iter(), 4)), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
    }

    #[test]
    fn little_of_the_axis_lies_beyond_its_values() {
        let of = |low: f32, high: f32, count| Axis::logit([low, high].into_iter(), count);
        // Tens would begin at −20 and end at 20.
        assert_eq!(labels(&of(-11.0, 12.0, 3)), ["−15", "−10", "−5", "0", "5", "10", "15"]);
        assert_eq!(labels(&of(-10.5, 10.5, 3)), ["−12", "−8", "−4", "0", "4", "8", "12"]);
        assert_eq!(labels(&of(-2.1, 19.5, 2)), ["−5", "0", "5", "10", "15", "20"]);
        assert_eq!(labels(&of(0.0, 20.0, 4)), ["0", "5", "10", "15", "20"]);
        for count in 2..=6 {
            for i in 0..400 {
                let (low, spread) = (-17.3 + 0.171 * i as f32, 0.05 * 1.02_f32.powi(i));
                let axis = of(low, low + spread, count);
                let shown = f64::from(spread) / (axis.high - axis.low);
                assert!(shown > 0.5, "{low} and {spread} more, {count} steps: {shown} of the axis");
                assert!(axis.ticks.len() <= 2 * count + 2, "{:?}", axis.ticks);
                assert!(axis.low <= f64::from(low) + 1e-3 && axis.high >= f64::from(low + spread) - 1e-3);
            }
        }
    }

    #[test]
    fn a_flat_or_empty_or_undefined_curve_still_has_an_axis() {
        for values in [vec![], vec![3.0, 3.0], vec![f32::NAN, f32::INFINITY], vec![-1e30, 1e30]] {
            let axis = Axis::logit(values.iter().copied(), 5);
            assert!((2..=8).contains(&axis.ticks.len()), "{values:?}: {:?}", axis.ticks);
        }
        assert_eq!(Axis::logit([].into_iter(), 5).height(f32::NAN), None);
    }

    #[test]
    fn probabilities_start_at_nothing() {
        let axis = Axis::probability([0.02, 0.83].into_iter(), 5);
        assert_eq!(labels(&axis).concat().replace('\u{a0}', ""), "0%20%40%60%80%100%");
        let small = Axis::probability([0.0012].into_iter(), 3);
        assert_eq!(labels(&small).concat().replace('\u{a0}', ""), "0.00%0.05%0.10%0.15%");
        let quarters = Axis::probability([1.0].into_iter(), 3);
        assert_eq!(labels(&quarters).concat().replace('\u{a0}', ""), "0%25%50%75%100%");
    }

    #[test]
    fn the_best_rank_is_on_top() {
        let axis = Axis::rank([1.0, 10_000.0].into_iter());
        assert_eq!(labels(&axis), ["#1", "#10", "#100", "#1k", "#10k"]);
        assert_eq!(axis.height(1.0), Some(1.0));
        assert_eq!(axis.height(100.0), Some(0.5));
        assert_eq!(axis.height(10_000.0), Some(0.0));
        assert_eq!(labels(&Axis::rank([2000.0].into_iter())).last(), Some(&"#1k"));
    }
}
