use std::collections::BTreeMap;

use burn::tensor::Tensor;
use peek_names::{HeadId, Layer, TokenId};

use crate::{Gpt2, ModelError, Past, Site, TapSet, Taps};

/// Replaces one head's `z` at one position while a pass runs: TransformerLens's hook on `hook_z`.
#[derive(Clone, Debug)]
pub struct ZEdit {
    /// Whose output.
    pub head: HeadId,
    /// At which token.
    pub position: usize,
    /// `[dh]`: what stands there instead.
    pub z: Tensor<1>,
}

/// The first positions of a finished run, which a run that begins with the same tokens need not make again: attention
/// is causal, so they are the same in both.
#[derive(Clone, Copy, Debug)]
pub struct Prefix<'p> {
    /// That run's taps, [`Site::Qkv`] of every layer among them.
    pub taps: &'p Taps,
    /// How many of its positions.
    pub len: usize,
}

/// A forward pass of one prompt, a layer a step, so that its caller can show progress or stop between layers.
///
/// ```text
/// let mut pass = Forward::new(&model, &tokens, TapSet::none().and(Site::Z, model.layers()))?;
/// while pass.step() {}
/// let taps = pass.finish();
/// ```
pub struct Forward<'m> {
    model: &'m Gpt2,
    keep: TapSet,
    edits: Vec<ZEdit>,
    prefix: Option<Prefix<'m>>,
    next: usize,
    resid: Tensor<2>,
    kept: BTreeMap<(Layer, Site), Tensor<2>>,
}

impl<'m> Forward<'m> {
    /// A pass over `tokens` that will keep the taps `keep`.
    ///
    /// # Errors
    /// Where the tokens cannot be run ([`Gpt2::check`]).
    pub fn new(model: &'m Gpt2, tokens: &[TokenId], keep: TapSet) -> Result<Self, ModelError> {
        Self::from(model, tokens, keep, None)
    }

    /// A pass over `tokens` that makes only the positions after `prefix`; its taps are those of the whole prompt. Sites
    /// that the prefix did not keep are not kept. The prefix must leave at least one token to run.
    ///
    /// # Errors
    /// Where the tokens cannot be run ([`Gpt2::check`]), none is left, or the prefix lacks a layer's [`Site::Qkv`].
    pub fn after(
        model: &'m Gpt2,
        prefix: Prefix<'m>,
        tokens: &[TokenId],
        keep: TapSet,
    ) -> Result<Self, ModelError> {
        Self::from(model, tokens, keep, (prefix.len > 0).then_some(prefix))
    }

    fn from(
        model: &'m Gpt2,
        tokens: &[TokenId],
        keep: TapSet,
        prefix: Option<Prefix<'m>>,
    ) -> Result<Self, ModelError> {
        let len = prefix.map_or(0, |prefix| prefix.len);
        for layer in model.layers() {
            let rows =
                prefix.map(|Prefix { taps, .. }| taps.get(Site::Qkv, layer).map_or(0, |qkv| qkv.dims()[0]));
            if rows.is_some_and(|rows| rows < len) {
                return Err(ModelError::NoSuchPrefix { layer, len });
            }
        }
        let resid = model.embed(tokens, len)?;
        Ok(Self { model, keep, edits: Vec::new(), prefix, next: 0, resid, kept: BTreeMap::new() })
    }

    /// The same pass with edits made on the way; a prefix is not edited.
    #[must_use]
    pub fn with_edits(mut self, edits: Vec<ZEdit>) -> Self {
        self.edits = edits;
        self
    }

    /// Runs the next layer; false once there is none left.
    pub fn step(&mut self) -> bool {
        let (Some(block), Ok(index)) = (self.model.blocks.get(self.next), u16::try_from(self.next)) else {
            return false;
        };
        let layer = Layer(index);
        let resid_pre = self.resid.clone();
        let qkv = block.qkv(resid_pre.clone());
        let past = self
            .prefix
            .and_then(|Prefix { taps, len }| Some(Past { qkv: taps.get(Site::Qkv, layer)?.clone(), len }));
        let rows = resid_pre.dims()[0];
        let z = self.edited(layer, block.attend(&qkv, past.as_ref(), rows));
        let resid_mid = block.resid_mid(resid_pre.clone(), z.clone());
        self.resid = block.resid_post(resid_mid.clone());

        // What is added is worked out apart where it is wanted: elsewhere it goes straight into the sum.
        let wanted = |site| self.keep.contains(site, layer);
        let attn_out = wanted(Site::AttnOut).then(|| block.attn_out(z.clone()));
        let mlp_out = wanted(Site::MlpOut).then(|| block.mlp_out(resid_mid.clone()));
        let made = [
            (Site::ResidPre, Some(resid_pre)),
            (Site::Qkv, Some(qkv)),
            (Site::Z, Some(z)),
            (Site::AttnOut, attn_out),
            (Site::ResidMid, Some(resid_mid)),
            (Site::MlpOut, mlp_out),
            (Site::ResidPost, Some(self.resid.clone())),
        ];
        for (site, value) in made {
            if let (true, Some(value)) = (self.keep.contains(site, layer), value) {
                self.kept.insert((layer, site), value);
            }
        }
        self.next += 1;
        true
    }

    /// What was kept. Layers that were not stepped through are run first.
    #[must_use]
    pub fn finish(mut self) -> Taps {
        while self.step() {}
        let heads = self.model.config.heads;
        let Some(Prefix { taps, len }) = self.prefix else {
            return Taps { resid_final: self.resid, kept: self.kept, heads };
        };
        let join = |first: &Tensor<2>, rest| Tensor::cat(vec![first.clone().narrow(0, 0, len), rest], 0);
        let kept = self
            .kept
            .into_iter()
            .filter_map(|((layer, site), rest)| Some(((layer, site), join(taps.get(site, layer)?, rest))));
        Taps { kept: kept.collect(), resid_final: join(&taps.resid_final, self.resid), heads }
    }

    /// `z` `[n, d]` with this layer's edits made.
    fn edited(&self, layer: Layer, mut z: Tensor<2>) -> Tensor<2> {
        let first = self.prefix.map_or(0, |prefix| prefix.len);
        for edit in self.edits.iter().filter(|edit| edit.head.layer == layer && edit.position >= first) {
            let [d_head] = edit.z.dims();
            let (column, row) = (edit.head.head_index() * d_head, edit.position - first);
            let place = [row..row + 1, column..column + d_head];
            z = z.slice_assign(place, edit.z.clone().unsqueeze::<2>());
        }
        z
    }
}
