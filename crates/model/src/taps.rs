use std::collections::{BTreeMap, BTreeSet};

use burn::tensor::Tensor;
use peek_names::Layer;

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
    /// Queries, `[H, T, dh]`.
    Q,
    /// Keys, `[H, T, dh]`.
    K,
    /// Values, their bias included, `[H, T, dh]`.
    V,
    /// Heads' outputs before the output projection, `[H, T, dh]`. They hold the values' bias, which
    /// TransformerLens folds away: differences agree, absolute values differ by that bias.
    Z,
    /// Attention patterns, `[H, T, T]`: query row, key column, rows sum to 1.
    Pattern,
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
    pub(crate) streams: BTreeMap<(Layer, Site), Tensor<2>>,
    pub(crate) heads: BTreeMap<(Layer, Site), Tensor<3>>,
}

impl Taps {
    /// A residual-stream tap, `[T, d]`; `None` where it was not asked for or `site` belongs to heads.
    #[must_use]
    pub fn stream(&self, site: Site, layer: Layer) -> Option<&Tensor<2>> {
        self.streams.get(&(layer, site))
    }

    /// A per-head tap, `[H, T, dh]` or `[H, T, T]`; `None` where it was not asked for or `site` is a stream.
    #[must_use]
    pub fn heads(&self, site: Site, layer: Layer) -> Option<&Tensor<3>> {
        self.heads.get(&(layer, site))
    }

    /// How many taps were kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.streams.len() + self.heads.len()
    }
}
