//! The rows with which a changed run joins the replay.

use std::ops::Range;

use burn::tensor::{Tensor, TensorData};
use peek_model::{Gpt2, Past};
use peek_names::Layer;

use super::Donor;
use crate::{
    InterpError, Run, Site,
    replay::{Entry, Stage},
    values::{at, select, value_bias, with_rows},
};

/// A place where runs are changed: one layer's site at some positions, at least one, in order.
#[derive(Clone, Copy)]
pub(super) struct Change<'c> {
    pub(super) model: &'c Gpt2,
    pub(super) base: &'c Run,
    pub(super) donor: Donor<'c>,
    pub(super) site: Site,
    pub(super) layer: Layer,
    pub(super) positions: &'c [usize],
}

impl Change<'_> {
    /// A run a head of `heads` (one run, of a site of layers), each changed in this place alone.
    pub(super) fn entry(&self, heads: &[usize]) -> Result<Entry, InterpError> {
        let Self { model, base, site, layer, positions, .. } = *self;
        let from = positions.first().copied().unwrap_or(0);
        if site.per_head() {
            return self.entry_of_heads(from, heads);
        }
        let value = self.donor.rows(model, site, layer, positions)?;
        let own = |site| at(model, base, site, layer, positions);
        let (stage, changed) = match site {
            Site::ResidPre => (Stage::Pre, value),
            Site::AttnOut => (Stage::Mid, own(Site::ResidPre)? + value),
            Site::MlpOut => (Stage::Post, own(Site::ResidMid)? + value),
            Site::ResidPost => (Stage::Post, value),
            _ => (Stage::Mid, value),
        };
        if let [_] = positions {
            return Ok(Entry { stage, rows: changed, lone: true });
        }
        let site = match stage {
            Stage::Pre => Site::ResidPre,
            Stage::Mid => Site::ResidMid,
            Stage::Post => Site::ResidPost,
        };
        let after: Vec<usize> = (from..base.tokens().len()).collect();
        let rows = with_rows(at(model, base, site, layer, &after)?, from, positions, changed);
        Ok(Entry { stage, rows, lone: false })
    }

    fn entry_of_heads(&self, from: usize, heads: &[usize]) -> Result<Entry, InterpError> {
        let Self { model, base, site, layer, positions, .. } = *self;
        // A key or a value that is changed at one position is read by all that come after it.
        let lone = positions.len() == 1 && !matches!(site, Site::K | Site::V);
        let rows = if lone { from..from + 1 } else { from..base.tokens().len() };
        let (count, d) = (rows.len(), model.config.d_model);
        let own = base.z(layer, rows.start)?.narrow(0, 0, count);
        // Heads do not hear of each other within a layer: all are changed at once, then each is taken alone.
        let shift = (self.z(rows.clone())? - own.clone()).unsqueeze::<3>();
        let mask = masks(model, heads).unsqueeze_dim::<3>(1);
        let z = (own.unsqueeze::<3>() + mask * shift).reshape([heads.len() * count, d]);
        let pre = base.resid_pre(layer, rows.start)?.narrow(0, 0, count).unsqueeze::<3>();
        let pre = pre.expand([heads.len(), count, d]).reshape([heads.len() * count, d]);
        Ok(Entry { stage: Stage::Mid, rows: model.block(layer)?.resid_mid(pre, z), lone })
    }

    /// `z` `[rows, d]` of the base run with every head of the layer changed. `rows` are those from the first changed
    /// position to the end, or that one alone.
    pub(super) fn z(&self, rows: Range<usize>) -> Result<Tensor<2>, InterpError> {
        let Self { model, base, donor, site, layer, positions } = *self;
        let (block, d) = (model.block(layer)?, model.config.d_model);
        let first = rows.start;
        let third = match site {
            Site::Q => 0,
            Site::K => 1,
            Site::V => 2,
            Site::Pattern => {
                let weights = donor.pattern_rows(model, base, layer, positions)?;
                let changed = weighed(model, layer, &weights, base.qkv(layer)?.narrow(1, 2 * d, d))?;
                let own = base.z(layer, first)?.narrow(0, 0, rows.len());
                return Ok(with_rows(own, first, positions, changed));
            }
            _ => {
                let own = base.z(layer, first)?.narrow(0, 0, rows.len());
                return Ok(with_rows(own, first, positions, donor.rows(model, site, layer, positions)?));
            }
        };
        let qkv = base.qkv(layer)?;
        let own = qkv.clone().narrow(0, first, rows.len());
        let part = own.clone().narrow(1, third * d, d);
        let part = with_rows(part, first, positions, donor.rows(model, site, layer, positions)?);
        let changed = own.slice_assign([0..rows.len(), third * d..(third + 1) * d], part);
        let past = (first > 0).then_some(Past { qkv, len: first });
        Ok(block.attend(&changed, past.as_ref(), rows.len()))
    }
}

/// `z` `[k, d]` of rows of attention weights `[H, k, T]` over values `[T, d]`. As in TransformerLens weights apply to
/// values without their bias, which is added whatever the weights sum to.
pub(super) fn weighed(
    model: &Gpt2,
    layer: Layer,
    weights: &Tensor<3>,
    values: Tensor<2>,
) -> Result<Tensor<2>, InterpError> {
    let (heads, [t, d]) = (model.config.heads, values.dims());
    let bias = value_bias(model, layer)?;
    let values = (values - bias.clone()).reshape([t, heads, d / heads]).swap_dims(0, 1);
    let [_, k, _] = weights.dims();
    Ok(weights.clone().matmul(values).swap_dims(0, 1).reshape([k, d]) + bias)
}

/// `[heads, d]`: each row is 1 where that head's part lies, and 0 elsewhere.
pub(super) fn masks(model: &Gpt2, heads: &[usize]) -> Tensor<2> {
    let all = crate::sweep::one_each(model);
    if heads.len() == model.config.heads { all } else { select(all, heads) }
}

/// `[1, d]`: 1 where one of these heads' parts lies.
pub(super) fn mask_of(model: &Gpt2, heads: &[usize]) -> Tensor<2> {
    let d_head = model.config.d_head();
    let own = |at: usize| if heads.contains(&(at / d_head)) { 1.0 } else { 0.0 };
    let values: Vec<f32> = (0..model.config.d_model).map(own).collect();
    Tensor::from_data(TensorData::new(values, [1, model.config.d_model]), &model.device)
}
