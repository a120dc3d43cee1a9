//! What is pinned within a view: a cell of the lens at every position, and a token of a prompt.

use peek_protocol::{LensGridCell, Pattern};

use crate::{Run, State, order::largest_first};

/// A cell of the lens at every position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LensSpot {
    /// Its depth's name: `3_pre`, `3_mid`, `final`.
    pub depth: String,
    /// Its position in the prompt, counted from 0.
    pub position: usize,
}

impl std::fmt::Display for LensSpot {
    /// As an address has it: `3_pre,5`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{}", self.depth, self.position)
    }
}

impl LensSpot {
    /// What [`LensSpot`]'s `Display` writes, read back.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (depth, position) = text.rsplit_once(',')?;
        Some(Self { depth: depth.to_owned(), position: position.parse().ok()? })
    }
}

/// A token of one of the pair's prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAt {
    /// Of which prompt.
    pub run: Run,
    /// Its position, counted from 0.
    pub position: usize,
}

impl std::fmt::Display for TokenAt {
    /// As an address has it: `clean,5`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{}", if self.run == Run::Clean { "clean" } else { "corrupt" }, self.position)
    }
}

impl TokenAt {
    /// What [`TokenAt`]'s `Display` writes, read back.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (run, position) = text.split_once(',')?;
        let run = match run {
            "clean" => Run::Clean,
            "corrupt" => Run::Corrupt,
            _ => return None,
        };
        Some(Self { run, position: position.parse().ok()? })
    }
}

impl State {
    /// The cell of the lens at every position that is pinned, with its depth's place, where the lens on the screen has it.
    #[must_use]
    pub fn pinned_lens_cell(&self) -> Option<(usize, usize, &LensGridCell)> {
        let spot = self.views.lens_pin.as_ref()?;
        let result = self.views.lens.result()?;
        let depth = result.depths.iter().position(|depth| *depth == spot.depth)?;
        Some((depth, spot.position, result.cell(depth, spot.position)?))
    }
}

/// Other positions with the weight between them and one, the largest first.
pub type Weights = Vec<(usize, f32)>;

/// What a position reads, and what reads it; both are empty where the pattern has no such position.
#[must_use]
pub fn reads(pattern: &Pattern, position: usize) -> (Weights, Weights) {
    let sorted = |positions: std::ops::Range<usize>, weight: &dyn Fn(usize) -> Option<f32>| {
        let found = positions.filter_map(|other| Some((other, weight(other)?))).collect();
        largest_first(found, |read: &(usize, f32)| read.1)
    };
    let count = pattern.tokens.len();
    (
        sorted(0..count.min(position.saturating_add(1)), &|key| pattern.weight(position, key)),
        sorted(position..count, &|query| pattern.weight(query, position)),
    )
}
