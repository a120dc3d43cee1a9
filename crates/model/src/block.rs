use burn::tensor::{Bool, Tensor, activation};

use crate::layers::{Affine, LayerNorm, gelu_new};

/// The score of a key that a query may not look at. Finite, since WGSL knows no infinity; in f32 its exponential is
/// exactly 0 all the same.
const HIDDEN: f32 = -1e9;

/// One transformer block's weights, and its arithmetic in parts, so that a replay of single rows uses the very
/// functions that a full run uses.
#[derive(Clone, Debug)]
pub struct Block {
    /// Before attention.
    pub ln_1: LayerNorm,
    /// Queries, keys and values side by side, `[d, 3 d]`.
    pub c_attn: Affine,
    /// Attention's output projection, `[d, d]`.
    pub attn_c_proj: Affine,
    /// Before the MLP.
    pub ln_2: LayerNorm,
    /// `[d, d_mlp]`.
    pub c_fc: Affine,
    /// `[d_mlp, d]`.
    pub mlp_c_proj: Affine,
    /// `H`.
    pub heads: usize,
}

/// Queries, keys and values of some positions, each `[H, n, dh]`.
#[derive(Clone, Debug)]
pub struct Qkv {
    /// Queries.
    pub q: Tensor<3>,
    /// Keys.
    pub k: Tensor<3>,
    /// Values, bias included.
    pub v: Tensor<3>,
}

impl Block {
    /// Queries, keys and values of `n` residual rows `[n, d]`.
    #[must_use]
    pub fn qkv(&self, resid_pre: Tensor<2>) -> Qkv {
        let [n, d] = resid_pre.dims();
        let all = self.c_attn.apply(self.ln_1.apply(resid_pre));
        let part = |i: usize| {
            all.clone().narrow(1, i * d, d).reshape([n, self.heads, d / self.heads]).swap_dims(0, 1)
        };
        Qkv { q: part(0), k: part(1), v: part(2) }
    }

    /// Attention patterns `[H, n, m]` of queries `[H, n, dh]` over keys `[H, m, dh]`. `hidden` is true where a
    /// query may not look, and broadcasts to the pattern.
    #[must_use]
    pub fn pattern(q: Tensor<3>, k: Tensor<3>, hidden: Option<Tensor<3, Bool>>) -> Tensor<3> {
        let scale = (q.dims()[2] as f64).sqrt().recip();
        let scores = (q * scale).matmul(k.swap_dims(1, 2));
        let scores = match hidden {
            Some(hidden) => scores.mask_fill(hidden, HIDDEN),
            None => scores,
        };
        activation::softmax(scores, 2)
    }

    /// What attention adds to the residual stream, `[n, d]`, from heads' outputs `z` `[H, n, dh]`.
    #[must_use]
    pub fn attn_out(&self, z: Tensor<3>) -> Tensor<2> {
        let [heads, n, d_head] = z.dims();
        self.attn_c_proj.apply(z.swap_dims(0, 1).reshape([n, heads * d_head]))
    }

    /// What the MLP adds to the residual stream, `[n, d]`, from `resid_mid` `[n, d]`.
    #[must_use]
    pub fn mlp_out(&self, resid_mid: Tensor<2>) -> Tensor<2> {
        self.mlp_c_proj.apply(gelu_new(self.c_fc.apply(self.ln_2.apply(resid_mid))))
    }
}
