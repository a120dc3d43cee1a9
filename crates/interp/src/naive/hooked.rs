use std::collections::BTreeMap;

use burn::tensor::{Tensor, TensorData};
use peek_model::{Gpt2, Groups, pattern};
use peek_names::{Layer, TokenId};

use crate::{InterpError, LogitRows, Site, Unit, read::read, site::check};

/// One site's values in a full run, `[T, d]`; of [`Site::Pattern`] `[H * T, T]`, head by head.
pub type Values = BTreeMap<(Site, Layer), Tensor<2>>;

/// A value that is put into a full run on its way.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Where in the model.
    pub site: Site,
    /// Of which head or layer.
    pub unit: Unit,
    /// At which token.
    pub position: usize,
    /// What stands there instead: `dh` numbers of a head, `d` of a layer, `T` weights of a pattern.
    pub value: Vec<f32>,
}

/// A full run of `tokens` with hooks, each site worked out apart and recorded after its hooks. As in TransformerLens values
/// and `z` are without the values' bias, which is added behind the output projection. Returns what was recorded and the last
/// position's raw logits `[1, V]`.
///
/// # Errors
/// Where the tokens cannot be run, or the device does not return the numbers.
pub async fn hooked_run(
    model: &Gpt2,
    tokens: &[TokenId],
    hooks: &[Hook],
) -> Result<(Values, LogitRows), InterpError> {
    let (heads, d, t) = (model.config.heads, model.config.d_model, tokens.len());
    let mut values = Values::new();
    let mut resid = model.embed(tokens, 0)?;
    for layer in model.layers() {
        let block = model.block(layer)?;
        let mut pass = |site: Site, value: Tensor<2>| {
            let here = hooks.iter().filter(|hook| hook.site == site && hook.unit.layer() == layer);
            let value = here.fold(value, |value, hook| put(model, value, hook, t));
            values.insert((site, layer), value.clone());
            value
        };
        let by_heads = |rows: Tensor<2>| rows.reshape([t, heads, d / heads]).swap_dims(0, 1);

        resid = pass(Site::ResidPre, resid);
        let bias = block.c_attn.apply(block.ln_1.bias.clone().unsqueeze()).narrow(1, 2 * d, d);
        let qkv = block.c_attn.apply(block.ln_1.apply(resid.clone()));
        let q = pass(Site::Q, qkv.clone().narrow(1, 0, d));
        let k = pass(Site::K, qkv.clone().narrow(1, d, d));
        let v = pass(Site::V, qkv.narrow(1, 2 * d, d) - bias.clone());
        let qkv = Tensor::cat(vec![q, k, v.clone()], 1);
        let weights = pattern(&qkv, None, Groups { heads, size: t }).reshape([heads * t, t]);
        let weights = pass(Site::Pattern, weights).reshape([heads, t, t]);
        let z = pass(Site::Z, weights.matmul(by_heads(v)).swap_dims(0, 1).reshape([t, d]));
        let attn_out = pass(Site::AttnOut, block.attn_c_proj.apply(z + bias));
        let mid = pass(Site::ResidMid, resid + attn_out);
        let mlp_out = pass(Site::MlpOut, block.mlp_out(mid.clone()));
        resid = pass(Site::ResidPost, mid + mlp_out);
    }
    let last = model.unembed(resid.narrow(0, t - 1, 1));
    Ok((values, LogitRows::new(model.config.vocab, read(last).await?)))
}

/// What stands at a unit's site at a position, among recorded values.
///
/// # Errors
/// Where the unit has no such site, the position was not run, or the device does not return the numbers.
pub async fn value_at(
    model: &Gpt2,
    values: &Values,
    (site, unit): (Site, Unit),
    position: usize,
) -> Result<Vec<f32>, InterpError> {
    check(site, model, unit)?;
    let missing = peek_model::ModelError::NoSuchLayer { layer: unit.layer(), layers: model.config.layers };
    let rows = values.get(&(site, unit.layer())).ok_or(missing)?.clone();
    let [n, width] = rows.dims();
    let (row, from, len) = place(model, (site, unit), position, (n, width));
    if row >= n {
        return Err(InterpError::NoSuchPosition { position, tokens: n });
    }
    read(rows.narrow(0, row, 1).narrow(1, from, len)).await
}

/// Row, first column and width of a unit's value among all of its layer's.
fn place(
    model: &Gpt2,
    (site, unit): (Site, Unit),
    position: usize,
    (n, width): (usize, usize),
) -> (usize, usize, usize) {
    match (site, unit) {
        (Site::Pattern, Unit::Head(head)) => {
            (head.head_index() * (n / model.config.heads) + position, 0, width)
        }
        (_, Unit::Head(head)) => (position, head.head_index() * model.config.d_head(), model.config.d_head()),
        _ => (position, 0, width),
    }
}

fn put(model: &Gpt2, value: Tensor<2>, hook: &Hook, t: usize) -> Tensor<2> {
    let [n, width] = value.dims();
    debug_assert!(n == t || hook.site == Site::Pattern);
    let (row, from, len) = place(model, (hook.site, hook.unit), hook.position, (n, width));
    let new = Tensor::from_data(TensorData::new(hook.value.clone(), [1, len]), &model.device);
    value.slice_assign([row..row + 1, from..from + len], new)
}
