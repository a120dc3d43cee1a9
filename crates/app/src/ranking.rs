use peek_names::{HeadId, Layer};
use peek_protocol::LayerRow;

use crate::order;

/// Below this difference of the two unpatched runs, in logits, a share of it means nothing.
pub const SMALLEST_GAP: f32 = 1e-3;

/// Scores below this many logits look as small as they are: colours do not stretch to make noise look like signal.
pub const SMALLEST_RANGE: f32 = 0.1;

/// What the answer's metric is in the two unpatched runs, in logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// In the clean run.
    pub clean: f32,
    /// In the corrupt run.
    pub corrupt: f32,
}

impl Gap {
    /// What the corrupt prompt costs the answer; negative where it helps it.
    #[must_use]
    pub fn cost(self) -> f32 {
        self.clean - self.corrupt
    }

    /// `delta` as a share of the cost, 1 being all of it. `None` where it is undefined.
    #[must_use]
    pub fn normalised(self, delta: f32) -> Option<f32> {
        let cost = self.cost();
        // Written so that a cost that is not a number is undefined too.
        let defined = cost.abs() >= SMALLEST_GAP && cost.is_finite() && delta.is_finite();
        defined.then(|| delta / cost)
    }

    /// Whether the two runs differ enough for shares of the difference to be defined.
    #[must_use]
    pub fn is_defined(self) -> bool {
        self.normalised(0.0).is_some()
    }

    /// Whether shares are defined but turn signs round, because the corrupt run has the higher metric.
    #[must_use]
    pub fn misleads(self) -> bool {
        self.is_defined() && self.cost() < 0.0
    }
}

/// How the top heads are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TopOrder {
    /// Those that bring the answer back come first.
    #[default]
    ByDelta,
    /// Those that move it most come first, whichever way.
    BySize,
}

/// A head and its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankedHead {
    /// Which.
    pub head: HeadId,
    /// Metric with this head patched minus the corrupt run's metric, in logits.
    pub delta: f32,
}

/// The size of a score that gets the strongest colour, in grid and bars alike. `None` without a score.
#[must_use]
pub fn color_range(rows: &[LayerRow]) -> Option<f32> {
    let sizes =
        rows.iter().flat_map(|row| &row.deltas).map(|delta| delta.abs()).filter(|size| size.is_finite());
    sizes.reduce(f32::max).map(|largest| largest.max(SMALLEST_RANGE))
}

/// The first `count` heads. What is not a number is left out; equal scores go by layer, then head.
#[must_use]
pub fn top_heads(rows: &[LayerRow], order: TopOrder, count: usize) -> Vec<RankedHead> {
    let heads: Vec<RankedHead> = rows.iter().flat_map(row_heads).collect();
    rank(heads, order, 1.0, count)
}

/// The first `count` of some heads. What is not a number is left out; equal scores go by layer, then head. `towards` is 1
/// where a score above zero helps the answer, and -1 where one below does.
pub(crate) fn rank(
    mut heads: Vec<RankedHead>,
    order: TopOrder,
    towards: f32,
    count: usize,
) -> Vec<RankedHead> {
    heads.retain(|head| head.delta.is_finite());
    let key = |head: &RankedHead| match order {
        // A zero has no sign here: it would put the heads that do nothing in two groups.
        TopOrder::ByDelta => towards * head.delta + 0.0,
        TopOrder::BySize => head.delta.abs(),
    };
    let place = |HeadId { layer, head }: HeadId| u32::from(layer.0) << 16 | u32::from(head);
    let mut ranked = order::largest_then(heads, |head| (key(head), place(head.head)));
    ranked.truncate(count);
    ranked
}

fn row_heads(row: &LayerRow) -> impl Iterator<Item = RankedHead> + '_ {
    let layer: Layer = row.layer;
    (0u16..)
        .zip(&row.deltas)
        .map(move |(head, delta)| RankedHead { head: HeadId { layer, head }, delta: *delta })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<LayerRow> {
        vec![
            LayerRow { layer: Layer(2), deltas: vec![0.5, f32::NAN, -3.0] },
            LayerRow { layer: Layer(0), deltas: vec![0.5, f32::INFINITY, 1.25] },
        ]
    }

    fn names(order: TopOrder, count: usize) -> Vec<String> {
        top_heads(&rows(), order, count).iter().map(|h| h.head.to_string()).collect()
    }

    #[test]
    fn by_delta_puts_the_helpers_first_and_breaks_ties_by_place() {
        assert_eq!(names(TopOrder::ByDelta, 10), ["L0H2", "L0H0", "L2H0", "L2H2"]);
    }

    #[test]
    fn a_zero_of_either_sign_is_a_tie_and_what_helps_may_be_below_zero() {
        let rows = [LayerRow { layer: Layer(0), deltas: vec![0.0, -0.0, 0.0, -1.0] }];
        let heads = || rows.iter().flat_map(row_heads).collect();
        let names = |ranked: Vec<RankedHead>| ranked.iter().map(|h| h.head.head).collect::<Vec<_>>();
        assert_eq!(names(rank(heads(), TopOrder::ByDelta, 1.0, 4)), [0, 1, 2, 3]);
        assert_eq!(names(rank(heads(), TopOrder::ByDelta, -1.0, 4)), [3, 0, 1, 2]);
    }

    #[test]
    fn by_size_puts_the_movers_first() {
        assert_eq!(names(TopOrder::BySize, 2), ["L2H2", "L0H2"]);
    }

    #[test]
    fn colours_reach_to_the_largest_score_but_do_not_blow_up_noise() {
        let range = |deltas: &[f32]| color_range(&[LayerRow { layer: Layer(0), deltas: deltas.to_vec() }]);
        assert_eq!(color_range(&rows()), Some(3.0));
        assert_eq!(range(&[0.001, -0.002]), Some(SMALLEST_RANGE));
        assert_eq!(range(&[f32::NAN]), None);
        assert_eq!(color_range(&[]), None);
    }

    #[test]
    fn shares_are_undefined_where_the_prompts_do_not_differ() {
        let gap = |clean, corrupt| Gap { clean, corrupt };
        assert_eq!(gap(3.0, 1.0).normalised(1.0), Some(0.5));
        assert_eq!(gap(1.0, 1.0009).normalised(1.0), None);
        assert!(gap(1.0, 3.0).misleads());
        assert_eq!(gap(1.0, 3.0).normalised(1.0), Some(-0.5));
        for broken in [gap(f32::NAN, 1.0), gap(f32::INFINITY, 1.0)] {
            assert_eq!(broken.normalised(1.0), None);
            assert!(!broken.misleads());
        }
        assert_eq!(gap(3.0, 1.0).normalised(f32::NAN), None);
    }
}
