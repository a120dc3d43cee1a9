use std::collections::BTreeMap;

use burn::tensor::{Bool, Tensor};
use peek_names::{HeadId, Layer, TokenId};

use crate::{Block, Gpt2, ModelError, Site, TapSet, Taps};

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
    hidden: Tensor<3, Bool>,
    next: usize,
    resid: Tensor<2>,
    streams: BTreeMap<(Layer, Site), Tensor<2>>,
    heads: BTreeMap<(Layer, Site), Tensor<3>>,
}

impl<'m> Forward<'m> {
    /// A pass over `tokens` that will keep the taps `keep`.
    ///
    /// # Errors
    /// Where the tokens cannot be run ([`Gpt2::check`]).
    pub fn new(model: &'m Gpt2, tokens: &[TokenId], keep: TapSet) -> Result<Self, ModelError> {
        let t = tokens.len();
        let resid = model.embed(tokens)?;
        // `tril_mask` is true where the future is: what a query may not see.
        let hidden = Tensor::<2, Bool>::tril_mask([t, t], 0, &model.device).unsqueeze();
        Ok(Self {
            model,
            keep,
            edits: Vec::new(),
            hidden,
            next: 0,
            resid,
            streams: BTreeMap::new(),
            heads: BTreeMap::new(),
        })
    }

    /// The same pass with edits made on the way.
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
        let pattern = Block::pattern(qkv.q.clone(), qkv.k.clone(), Some(self.hidden.clone()));
        let z = self.edited(layer, pattern.clone().matmul(qkv.v.clone()));
        let attn_out = block.attn_out(z.clone());
        let resid_mid = resid_pre.clone() + attn_out.clone();
        let mlp_out = block.mlp_out(resid_mid.clone());
        self.resid = resid_mid.clone() + mlp_out.clone();

        for (site, value) in [
            (Site::ResidPre, resid_pre),
            (Site::AttnOut, attn_out),
            (Site::ResidMid, resid_mid),
            (Site::MlpOut, mlp_out),
            (Site::ResidPost, self.resid.clone()),
        ] {
            if self.keep.contains(site, layer) {
                self.streams.insert((layer, site), value);
            }
        }
        let heads =
            [(Site::Q, qkv.q), (Site::K, qkv.k), (Site::V, qkv.v), (Site::Z, z), (Site::Pattern, pattern)];
        for (site, value) in heads {
            if self.keep.contains(site, layer) {
                self.heads.insert((layer, site), value);
            }
        }
        self.next += 1;
        true
    }

    /// What was kept. Layers that were not stepped through are run first.
    #[must_use]
    pub fn finish(mut self) -> Taps {
        while self.step() {}
        Taps { resid_final: self.resid, streams: self.streams, heads: self.heads }
    }

    /// `z` `[H, T, dh]` with this layer's edits made.
    fn edited(&self, layer: Layer, mut z: Tensor<3>) -> Tensor<3> {
        for edit in self.edits.iter().filter(|edit| edit.head.layer == layer) {
            let (head, at) = (edit.head.head_index(), edit.position);
            z = z.slice_assign([head..head + 1, at..at + 1], edit.z.clone().unsqueeze::<3>());
        }
        z
    }
}
