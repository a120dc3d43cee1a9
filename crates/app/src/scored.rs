//! A layer's scores with what is asked of them over and over, found once when they come.

use peek_names::{Layer, Unit};
use peek_protocol::{LayerScores, Score};

/// The scores of one layer, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredLayer {
    scores: LayerScores,
    /// Unit by unit: the spot where it moves the metric most, and its score there.
    strongest: Vec<(usize, Score)>,
    largest: Option<f32>,
}

impl ScoredLayer {
    pub(crate) fn new(scores: LayerScores) -> Self {
        let size = |score: &Score| score.delta.filter(|delta| delta.is_finite()).map_or(-1.0, f32::abs);
        let mut strongest: Vec<(usize, Score)> = Vec::new();
        for (spot, units) in scores.scores.iter().enumerate() {
            for (unit, score) in units.iter().enumerate() {
                match strongest.get_mut(unit) {
                    // Of equals the first: a later position must be larger.
                    Some(best) if size(score) > size(&best.1) => *best = (spot, *score),
                    Some(_) => {}
                    None => strongest.push((spot, *score)),
                }
            }
        }
        let sizes = strongest.iter().filter_map(|(_, score)| score.delta).map(f32::abs);
        let largest = sizes.filter(|size| size.is_finite()).reduce(f32::max);
        Self { scores, strongest, largest }
    }

    /// The layer.
    #[must_use]
    pub fn layer(&self) -> Layer {
        self.scores.layer
    }

    /// A unit's score at a spot.
    #[must_use]
    pub fn score(&self, unit: Unit, spot: usize) -> Option<Score> {
        self.scores.scores.get(spot)?.get(place(unit)).copied()
    }

    /// The spot at which a unit moves the metric most, whichever way, and its score there.
    #[must_use]
    pub fn strongest(&self, unit: Unit) -> Option<(usize, Score)> {
        self.strongest.get(place(unit)).copied()
    }

    /// The size of its largest change, in the metric's unit; `None` where none is defined.
    #[must_use]
    pub fn largest(&self) -> Option<f32> {
        self.largest
    }
}

fn place(unit: Unit) -> usize {
    match unit {
        Unit::Head(head) => head.head_index(),
        Unit::Layer(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use peek_names::HeadId;

    #[test]
    fn the_strongest_is_the_first_of_the_largest_and_nothing_beats_a_number() {
        let score = |delta: Option<f32>| Score { value: delta, delta };
        let spots =
            [[Some(1.0), Some(f32::NAN), None], [Some(-2.0), Some(0.5), None], [Some(2.0), Some(0.5), None]];
        let scores = spots.map(|spot| spot.map(score).to_vec()).to_vec();
        let layer = ScoredLayer::new(LayerScores { layer: Layer(3), scores });
        let strongest =
            |head| layer.strongest(Unit::Head(HeadId::new(3, head))).map(|(spot, s)| (spot, s.delta));
        assert_eq!(strongest(0), Some((1, Some(-2.0))));
        assert_eq!(strongest(1), Some((1, Some(0.5))));
        assert_eq!((strongest(2), strongest(3)), (Some((0, None)), None));
        assert_eq!((layer.largest(), layer.layer()), (Some(2.0), Layer(3)));
    }
}
