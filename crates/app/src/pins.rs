//! What is pinned within a view: a cell of the lens at every position.

use peek_protocol::LensGridCell;

use crate::State;

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
