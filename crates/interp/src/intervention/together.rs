use burn::tensor::Tensor;
use peek_model::{Gpt2, Site as Tap};
use peek_names::Layer;

use super::{
    Donor, Spot,
    entry::{Change, mask_of, weighed},
};
use crate::{
    InterpError, Pace, Run, Site, Unit,
    run::Rows,
    site::check_units,
    values::{select, with_rows},
};

impl Run {
    /// This run with any set of units changed at once, each at the positions of `spot`. An empty set changes nothing. What
    /// comes out is a run like any other: its lens curve, its patterns and its last position can be looked at. (A pattern
    /// that was put there is gone again in what [`crate::attention_pattern`] computes; what it did to `z` is not.)
    ///
    /// # Errors
    /// As [`crate::Patched::replay`].
    pub async fn patched(
        &self,
        model: &Gpt2,
        (site, units): (Site, &[Unit]),
        spot: &Spot,
        donor: Donor<'_>,
        pace: &impl Pace,
    ) -> Result<Self, InterpError> {
        check_units(site, model, units)?;
        donor.check(self, site)?;
        let positions = donor.changed(self, spot)?;
        let (Some(&from), Some(lowest)) = (positions.first(), units.iter().map(|unit| unit.layer()).min())
        else {
            return Ok(self.clone());
        };
        let mut changed = self.rows_from(from);
        let mut rows = self.resid_pre(lowest, from)?;
        for layer in model.layers().skip(lowest.index()) {
            let change = Change { model, base: self, donor, site, layer, positions: &positions };
            let heads: Option<Vec<usize>> = units
                .iter()
                .any(|unit| unit.layer() == layer)
                .then(|| units.iter().filter_map(|unit| head_in(*unit, layer)).collect());
            rows = change.layer(rows, from, heads.as_deref(), &mut changed)?;
            pace.pause().await?;
        }
        Ok(changed.finish(rows))
    }
}

fn head_in(unit: Unit, layer: Layer) -> Option<usize> {
    match unit {
        Unit::Head(head) if head.layer == layer => Some(head.head_index()),
        _ => None,
    }
}

impl Change<'_> {
    /// One layer of the changed run: `resid_pre` to `resid_post`, both `[T - from, d]`. `heads` are those to be changed here;
    /// an empty list stands for the layer's own site, and `None` for no change.
    fn layer(
        &self,
        rows: Tensor<2>,
        from: usize,
        heads: Option<&[usize]>,
        changed: &mut Rows,
    ) -> Result<Tensor<2>, InterpError> {
        let Self { model, base, layer, positions, .. } = *self;
        let (block, d, size) = (model.block(layer)?, model.config.d_model, rows.dims()[0]);
        let here = |site: Site| heads.is_some() && self.site == site;
        let put = |rows: Tensor<2>| -> Result<Tensor<2>, InterpError> {
            Ok(with_rows(rows, from, positions, self.donor.rows(model, self.site, layer, positions)?))
        };
        let mask = || mask_of(model, heads.unwrap_or_default());
        // Where the mask is 0 the value stays as it is.
        let put_heads = |own: Tensor<2>| -> Result<Tensor<2>, InterpError> {
            let all = put(own.clone())?;
            Ok(own.clone() + (all - own) * mask())
        };
        let added = |own: &Tensor<2>, to: Tensor<2>| -> Result<Tensor<2>, InterpError> {
            let places: Vec<usize> = positions.iter().map(|position| position - from).collect();
            let value = self.donor.rows(model, self.site, layer, positions)?;
            Ok(with_rows(to, from, positions, select(own.clone(), &places) + value))
        };

        let pre = if here(Site::ResidPre) { put(rows)? } else { rows };
        let mut qkv = block.qkv(pre.clone());
        for (third, site) in [Site::Q, Site::K, Site::V].into_iter().enumerate() {
            if here(site) {
                let part = put_heads(qkv.clone().narrow(1, third * d, d))?;
                qkv = qkv.slice_assign([0..size, third * d..(third + 1) * d], part);
            }
        }
        let past = base.past(layer, from)?;
        let mut z = block.attend(&qkv, past.as_ref(), size);
        if here(Site::Z) {
            z = put_heads(z)?;
        }
        if here(Site::Pattern) {
            let values = qkv.clone().narrow(1, 2 * d, d);
            let values = match &past {
                Some(past) => {
                    Tensor::cat(vec![past.qkv.clone().narrow(1, 2 * d, d).narrow(0, 0, from), values], 0)
                }
                None => values,
            };
            let weights = self.donor.pattern_rows(model, base, layer, positions)?;
            let all = with_rows(z.clone(), from, positions, weighed(model, layer, &weights, values)?);
            z = z.clone() + (all - z) * mask();
        }
        let mut mid = block.resid_mid(pre.clone(), z.clone());
        if here(Site::AttnOut) {
            mid = added(&pre, mid)?;
        }
        if here(Site::ResidMid) {
            mid = put(mid)?;
        }
        let mut post = block.resid_post(mid.clone());
        if here(Site::MlpOut) {
            post = added(&mid, post)?;
        }
        if here(Site::ResidPost) {
            post = put(post)?;
        }
        for (tap, value) in [(Tap::ResidPre, pre), (Tap::Qkv, qkv), (Tap::Z, z)] {
            changed.keep(tap, layer, value);
        }
        Ok(post)
    }
}
