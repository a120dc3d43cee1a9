//! Attention of rows that each see some of one another and some of a finished run's positions.
//!
//! The plain way, in burn's own operations. Three callers share it: a prompt's run (one group of `T` rows, no past), a
//! run that goes on after a prefix (one group, the prefix as past), and a replay of many patched runs at once (a group a
//! run, the unpatched run's positions before the patch as past of all of them).

use burn::tensor::{Bool, Tensor, activation};

/// The score of a key that a query may not look at. Finite, since WGSL knows no infinity; in f32 its exponential is
/// exactly 0 all the same.
const HIDDEN: f32 = -1e9;

/// Positions of a finished run that every row sees.
#[derive(Clone, Debug)]
pub struct Past {
    /// `[T, 3 d]`: queries, keys and values side by side, of a layer of that run.
    pub qkv: Tensor<2>,
    /// How many of its positions, from the first, are seen; at least 1 and at most `T`.
    pub len: usize,
}

/// Who sees whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Attention heads `H`.
    pub heads: usize,
    /// Rows of one group: neighbours, each of which sees those before it in the group, and itself. Divides the rows.
    pub size: usize,
}

/// One of the three thirds of `[n, 3 d]` by heads, `[H, n, dh]`, without a copy.
pub(crate) fn third(qkv: &Tensor<2>, which: usize, heads: usize) -> Tensor<3> {
    let [n, width] = qkv.dims();
    let by_heads = qkv.clone().reshape([n, 3 * heads, width / 3 / heads]).swap_dims(0, 1);
    by_heads.narrow(0, which * heads, heads)
}

/// Heads' outputs `z` `[n, d]` (head by head in each row) of rows `[n, 3 d]`.
pub(crate) fn attend(rows: &Tensor<2>, past: Option<&Past>, groups: Groups) -> Tensor<2> {
    #[cfg(feature = "kernels")]
    if let Some(z) = crate::webgpu::attend(rows, past, groups) {
        return z;
    }
    let [n, width] = rows.dims();
    let pattern = pattern(rows, past, groups);
    let own = third(rows, 2, groups.heads);
    let seen = past.map_or(0, |past| past.len);
    let z = match past {
        None => weigh(pattern, own, groups),
        Some(past) => {
            let values = third(&past.qkv, 2, groups.heads).narrow(1, 0, seen);
            let own_pattern = pattern.clone().narrow(2, seen, groups.size);
            pattern.narrow(2, 0, seen).matmul(values) + weigh(own_pattern, own, groups)
        }
    };
    z.swap_dims(0, 1).reshape([n, width / 3])
}

/// Attention patterns `[H, n, m]`: what each row reads from the past's positions, then from its group's; `m` is the past's
/// length plus the group's size. Rows are `[n, 3 d]`: queries, keys and values.
#[must_use]
pub fn pattern(rows: &Tensor<2>, past: Option<&Past>, groups: Groups) -> Tensor<3> {
    let q = third(rows, 0, groups.heads);
    let scale = (q.dims()[2] as f64).sqrt().recip();
    let own = score(q.clone(), third(rows, 1, groups.heads), groups);
    let scores = match past {
        None => own,
        Some(past) => {
            let keys = third(&past.qkv, 1, groups.heads).narrow(1, 0, past.len);
            Tensor::cat(vec![q.matmul(keys.swap_dims(1, 2)), own], 2)
        }
    };
    // Hidden scores stay far below all others when scaled.
    activation::softmax(scores * scale, 2)
}

/// Scores `[H, n, size]` of each row's query over its group's keys, the later ones hidden.
fn score(q: Tensor<3>, k: Tensor<3>, Groups { size, .. }: Groups) -> Tensor<3> {
    let [heads, n, d_head] = q.dims();
    if size == 1 {
        return (q * k).sum_dim(2);
    }
    // `tril_mask` is true where the future is.
    let ahead = Tensor::<2, Bool>::tril_mask([size, size], 0, &q.device());
    if size == n {
        return q.matmul(k.swap_dims(1, 2)).mask_fill(ahead.unsqueeze(), HIDDEN);
    }
    let grouped = |x: Tensor<3>| x.reshape([heads, n / size, size, d_head]);
    let scores = grouped(q).matmul(grouped(k).swap_dims(2, 3));
    scores.mask_fill(ahead.unsqueeze(), HIDDEN).reshape([heads, n, size])
}

/// Values of each row's group, summed with the weights `[H, n, size]`: `[H, n, dh]`.
fn weigh(pattern: Tensor<3>, v: Tensor<3>, Groups { size, .. }: Groups) -> Tensor<3> {
    let [heads, n, d_head] = v.dims();
    if size == 1 {
        return pattern * v;
    }
    if size == n {
        return pattern.matmul(v);
    }
    let pattern = pattern.reshape([heads, n / size, size, size]);
    pattern.matmul(v.reshape([heads, n / size, size, d_head])).reshape([heads, n, d_head])
}
