use burn::tensor::Tensor;

use crate::{
    Groups, Past, attention,
    layers::{Affine, LayerNorm},
};

/// One transformer block's weights, and its arithmetic in parts, so that a replay of patched rows uses the very
/// functions that a full run uses. Rows are `[n, d]`, whatever positions and runs they belong to.
#[derive(Clone, Debug)]
pub struct Block {
    /// Before attention.
    pub ln_1: LayerNorm,
    /// Queries, keys and values side by side, `[d, 3 d]`.
    pub c_attn: Affine,
    /// Attention's output projection, `[d, d]`.
    pub attn_c_proj: Affine,
    /// What follows attention; `None` in an attention-only model.
    pub mlp: Option<Mlp>,
    /// `H`.
    pub heads: usize,
}

/// A block's MLP with the normalisation before it.
#[derive(Clone, Debug)]
pub struct Mlp {
    /// Before the MLP.
    pub ln_2: LayerNorm,
    /// `[d, d_mlp]`.
    pub c_fc: Affine,
    /// `[d_mlp, d]`.
    pub c_proj: Affine,
}

impl Mlp {
    /// The hidden layer `[n, d_mlp]`, after GELU.
    fn hidden(&self, resid_mid: Tensor<2>) -> Tensor<2> {
        self.c_fc.gelu(self.ln_2.apply(resid_mid))
    }
}

impl Block {
    /// Queries, keys and values side by side, `[n, 3 d]`, of `resid_pre` `[n, d]`.
    #[must_use]
    pub fn qkv(&self, resid_pre: Tensor<2>) -> Tensor<2> {
        self.c_attn.apply(self.ln_1.apply(resid_pre))
    }

    /// Heads' outputs `z` before the output projection, `[n, d]`, head by head in each row. Rows see the `past` and, in
    /// groups of `group` rows, those before them and themselves.
    #[must_use]
    pub fn attend(&self, qkv: &Tensor<2>, past: Option<&Past>, group: usize) -> Tensor<2> {
        attention::attend(qkv, past, Groups { heads: self.heads, size: group })
    }

    /// What attention adds to the residual stream, `[n, d]`, from heads' outputs `z` `[n, d]`.
    #[must_use]
    pub fn attn_out(&self, z: Tensor<2>) -> Tensor<2> {
        self.attn_c_proj.apply(z)
    }

    /// The residual stream between attention and MLP, `[n, d]`.
    #[must_use]
    pub fn resid_mid(&self, resid_pre: Tensor<2>, z: Tensor<2>) -> Tensor<2> {
        self.attn_c_proj.onto(z, resid_pre)
    }

    /// What the MLP adds to the residual stream, `[n, d]`, from `resid_mid` `[n, d]`: zeros where there is none.
    #[must_use]
    pub fn mlp_out(&self, resid_mid: Tensor<2>) -> Tensor<2> {
        match &self.mlp {
            Some(mlp) => mlp.c_proj.apply(mlp.hidden(resid_mid)),
            None => resid_mid.zeros_like(),
        }
    }

    /// The residual stream on leaving, `[n, d]`.
    #[must_use]
    pub fn resid_post(&self, resid_mid: Tensor<2>) -> Tensor<2> {
        match &self.mlp {
            Some(mlp) => mlp.c_proj.onto(mlp.hidden(resid_mid.clone()), resid_mid),
            None => resid_mid,
        }
    }
}
