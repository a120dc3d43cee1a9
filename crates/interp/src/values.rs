//! What stands at a site in a finished run.

use burn::tensor::{Int, Tensor, TensorData};
use peek_model::{Gpt2, Groups, pattern};
use peek_names::Layer;

use crate::{InterpError, Run, Site};

/// `[k, d]`: a site's value in `run` at some positions; of a site of heads, head by head in each row. Of
/// [`Site::Pattern`] there is nothing of this shape: see [`patterns`].
///
/// Values `v` and `z` hold the values' bias ([`value_bias`]), which TransformerLens folds away.
pub(crate) fn at(
    model: &Gpt2,
    run: &Run,
    site: Site,
    layer: Layer,
    positions: &[usize],
) -> Result<Tensor<2>, InterpError> {
    let block = model.block(layer)?;
    let chosen = |rows: Tensor<2>| select(rows, positions);
    let d = model.config.d_model;
    let third = |which: usize| Ok(chosen(run.qkv(layer)?.narrow(1, which * d, d)));
    let mid =
        || Ok::<_, InterpError>(block.resid_mid(chosen(run.resid_pre(layer, 0)?), chosen(run.z(layer, 0)?)));
    match site {
        Site::ResidPre => Ok(chosen(run.resid_pre(layer, 0)?)),
        Site::ResidMid => mid(),
        Site::ResidPost => Ok(chosen(run.resid_post(layer, 0)?)),
        Site::AttnOut => Ok(block.attn_out(chosen(run.z(layer, 0)?))),
        Site::MlpOut => Ok(block.mlp_out(mid()?)),
        Site::Z => Ok(chosen(run.z(layer, 0)?)),
        Site::Q => third(0),
        Site::K => third(1),
        Site::V => third(2),
        Site::Pattern => Err(InterpError::PatternMean),
    }
}

/// `[H, T, T]`: the attention patterns of a layer.
pub(crate) fn patterns(model: &Gpt2, run: &Run, layer: Layer) -> Result<Tensor<3>, InterpError> {
    let groups = Groups { heads: model.config.heads, size: run.tokens().len() };
    Ok(pattern(&run.qkv(layer)?, None, groups))
}

/// `[H, k, T]`: the attention weights of some queries, at least one, in order; no more rows are made than lie between the first and the
/// last of them, so that all queries one by one cost what the whole pattern does.
pub(crate) fn pattern_rows(
    model: &Gpt2,
    run: &Run,
    layer: Layer,
    positions: &[usize],
) -> Result<Tensor<3>, InterpError> {
    let (heads, t) = (model.config.heads, run.tokens().len());
    let first = positions.iter().min().copied().unwrap_or(0);
    let last = positions.iter().max().copied().unwrap_or(0);
    let size = last + 1 - first;
    let rows = run.qkv(layer)?.narrow(0, first, size);
    let mut weights = pattern(&rows, run.past(layer, first)?.as_ref(), Groups { heads, size });
    if last + 1 < t {
        let ahead = Tensor::zeros([heads, size, t - last - 1], &weights.device());
        weights = Tensor::cat(vec![weights, ahead], 2);
    }
    if positions.len() == size {
        return Ok(weights);
    }
    let chosen = positions.iter().map(|&at| weights.clone().narrow(1, at - first, 1));
    Ok(Tensor::cat(chosen.collect(), 1))
}

/// `[1, d]`: what every position's values have in common, head by head: the values' bias and what `ln_1`'s bias becomes.
/// TransformerLens folds both into the output projection's bias, so that its `v` and `z` lack them.
pub(crate) fn value_bias(model: &Gpt2, layer: Layer) -> Result<Tensor<2>, InterpError> {
    let (block, d) = (model.block(layer)?, model.config.d_model);
    Ok(block.c_attn.apply(block.ln_1.bias.clone().unsqueeze()).narrow(1, 2 * d, d))
}

/// Rows of a tensor, in the order of `positions`, which are within it.
pub(crate) fn select(rows: Tensor<2>, positions: &[usize]) -> Tensor<2> {
    let [n, _] = rows.dims();
    match positions {
        [one] => rows.narrow(0, *one, 1),
        all if all.len() == n && all.iter().enumerate().all(|(at, &position)| at == position) => rows,
        some => {
            let device = rows.device();
            // A context has far fewer than 2^31 positions.
            let places: Vec<i32> = some.iter().map(|&at| i32::try_from(at).unwrap_or(i32::MAX)).collect();
            rows.select(0, Tensor::<1, Int>::from_data(TensorData::from(places.as_slice()), &device))
        }
    }
}

/// `rows` `[n, d]`, which begin at position `from`, with other rows at some positions, `values` `[k, d]`.
pub(crate) fn with_rows(rows: Tensor<2>, from: usize, positions: &[usize], values: Tensor<2>) -> Tensor<2> {
    let [n, d] = rows.dims();
    if positions.len() == n {
        return values;
    }
    positions.iter().enumerate().fold(rows, |rows, (at, &position)| {
        let place = [position - from..position - from + 1, 0..d];
        rows.slice_assign(place, values.clone().narrow(0, at, 1))
    })
}
