use crate::{InterpError, PositionMap};

/// Where a run is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positions {
    /// At its last position.
    Last,
    /// At one position.
    One(usize),
    /// At every position at once.
    All,
    /// At every position, one at a time: a run each.
    Grid,
}

/// The positions of the base prompt that one run is changed at, in order. Empty where a position of a grid meets none of
/// the donor's: there is nothing to put there, and what becomes of it is undefined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot(pub(crate) Vec<usize>);

impl From<Vec<usize>> for Spot {
    /// Sorts them, each once.
    fn from(mut positions: Vec<usize>) -> Self {
        positions.sort_unstable();
        positions.dedup();
        Self(positions)
    }
}

impl Spot {
    /// The positions.
    #[must_use]
    pub fn positions(&self) -> &[usize] {
        &self.0
    }
}

impl Positions {
    /// The spots of a sweep, a run a unit each: one, or of a grid one a position. `map` says which positions take from
    /// where; without one, each position of `tokens` can be changed.
    ///
    /// # Errors
    /// Where the prompt has no such position, or a chosen position meets none of the donor's.
    pub fn spots(self, tokens: usize, map: Option<&PositionMap>) -> Result<Vec<Spot>, InterpError> {
        let meets = |position: usize| map.is_none_or(|map| map.donor(position).is_some());
        let one = |position: usize| {
            if position >= tokens {
                Err(InterpError::NoSuchPosition { position, tokens })
            } else if meets(position) {
                Ok(vec![Spot(vec![position])])
            } else {
                Err(InterpError::Unpaired { position })
            }
        };
        match self {
            Self::Last => one(tokens.saturating_sub(1)),
            Self::One(position) => one(position),
            Self::All => {
                let all: Vec<usize> = (0..tokens).filter(|&position| meets(position)).collect();
                if all.is_empty() { Err(InterpError::Unpaired { position: 0 }) } else { Ok(vec![Spot(all)]) }
            }
            Self::Grid => {
                let spot = |position| Spot(if meets(position) { vec![position] } else { Vec::new() });
                Ok((0..tokens).map(spot).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots_are_what_meets_something() {
        let mut map = PositionMap::align(b"abcd", b"abcd");
        map.set(2, None).expect("there");
        let spots = |positions: Positions| positions.spots(4, Some(&map)).expect("defined");
        assert_eq!(spots(Positions::Last), [Spot(vec![3])]);
        assert_eq!(spots(Positions::All), [Spot(vec![0, 1, 3])]);
        assert_eq!(spots(Positions::Grid)[1..3], [Spot(vec![1]), Spot(vec![])]);
        assert_eq!(Positions::Grid.spots(4, None).expect("defined")[2], Spot(vec![2]));
        let error =
            |position| Positions::One(position).spots(4, Some(&map)).expect_err("refused").to_string();
        assert!(error(2).contains("meets no token"), "{}", error(2));
        assert!(error(4).contains("position 4") && error(4).contains("4 tokens"), "{}", error(4));
        assert!(Positions::All.spots(4, Some(&PositionMap::alone(4, 4))).is_err());
    }
}
