use std::collections::{BTreeMap, BTreeSet};

use burn::tensor::Tensor;
use peek_names::Layer;

use crate::attention::third;

/// A place in a block where a run can be tapped; TransformerLens's hook points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// Residual stream on entry, `[T, d]`.
    ResidPre,
    /// Residual stream between attention and MLP, `[T, d]`.
    ResidMid,
    /// Residual stream on leaving, `[T, d]`.
    ResidPost,
    /// What attention adds, `[T, d]`.
    AttnOut,
    /// What the MLP adds, `[T, d]`.
    MlpOut,
    /// Queries, keys and values side by side, their biases included, `[T, 3 d]`: by heads through [`Taps::q`],
    /// [`Taps::k`] and [`Taps::v`].
    Qkv,
    /// Heads' outputs before the output projection, `[T, d]`, head by head in each row. They hold the values' bias, which
    /// TransformerLens folds away: differences agree, absolute values differ by that bias.
    Z,
}

/// Which taps a forward pass is to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TapSet(BTreeSet<(Layer, Site)>);

impl TapSet {
    /// Keeps nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These taps and `site` of every layer in `layers`.
    #[must_use]
    pub fn and(mut self, site: Site, layers: impl IntoIterator<Item = Layer>) -> Self {
        self.0.extend(layers.into_iter().map(|layer| (layer, site)));
        self
    }

    /// Whether this tap is asked for.
    #[must_use]
    pub fn contains(&self, site: Site, layer: Layer) -> bool {
        self.0.contains(&(layer, site))
    }
}

/// What a forward pass kept.
#[derive(Clone, Debug)]
pub struct Taps {
    /// The last block's `resid_post`, `[T, d]`, which every pass has at its end.
    pub resid_final: Tensor<2>,
    pub(crate) kept: BTreeMap<(Layer, Site), Tensor<2>>,
    pub(crate) heads: usize,
}

impl Taps {
    /// A tap; `None` where it was not asked for.
    #[must_use]
    pub fn get(&self, site: Site, layer: Layer) -> Option<&Tensor<2>> {
        self.kept.get(&(layer, site))
    }

    /// Queries by heads, `[H, T, dh]`; `None` where [`Site::Qkv`] was not kept.
    #[must_use]
    pub fn q(&self, layer: Layer) -> Option<Tensor<3>> {
        self.third(layer, 0)
    }

    /// Keys by heads, `[H, T, dh]`; `None` where [`Site::Qkv`] was not kept.
    #[must_use]
    pub fn k(&self, layer: Layer) -> Option<Tensor<3>> {
        self.third(layer, 1)
    }

    /// Values by heads, their bias included, `[H, T, dh]`; `None` where [`Site::Qkv`] was not kept.
    #[must_use]
    pub fn v(&self, layer: Layer) -> Option<Tensor<3>> {
        self.third(layer, 2)
    }

    /// Makes a kept tap anew from what it was; what was not kept stays so.
    pub fn replace(&mut self, site: Site, layer: Layer, change: impl FnOnce(&Tensor<2>) -> Tensor<2>) {
        if let Some(tap) = self.kept.get_mut(&(layer, site)) {
            *tap = change(tap);
        }
    }

    /// How many taps were kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.kept.len()
    }

    fn third(&self, layer: Layer, which: usize) -> Option<Tensor<3>> {
        Some(third(self.get(Site::Qkv, layer)?, which, self.heads))
    }
}
