use burn::tensor::Tensor;
use peek_model::{Forward, Gpt2, Site, TapSet, Taps};
use peek_names::{Layer, TokenId};

use crate::{InterpError, Pace};

/// One unpatched run of a prompt, with all that lens, replay and patterns need of it afterwards. Attention
/// patterns are not kept: [`crate::attention_pattern`] computes the one that is asked for.
#[derive(Clone, Debug)]
pub struct Run {
    tokens: Vec<TokenId>,
    taps: Taps,
}

impl Run {
    /// Runs the model over `tokens`, pausing between layers.
    ///
    /// # Errors
    /// Where the tokens cannot be run, or `pace` says stop.
    pub async fn new(model: &Gpt2, tokens: &[TokenId], pace: &impl Pace) -> Result<Self, InterpError> {
        let keep = [Site::ResidPre, Site::K, Site::V, Site::Z]
            .into_iter()
            .fold(TapSet::none(), |keep, site| keep.and(site, model.layers()));
        let mut pass = Forward::new(model, tokens, keep)?;
        while pass.step() {
            pace.pause().await?;
        }
        Ok(Self { tokens: tokens.to_vec(), taps: pass.finish() })
    }

    /// What was run.
    #[must_use]
    pub fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    /// The last position's index.
    pub(crate) fn last(&self) -> usize {
        self.tokens.len() - 1
    }

    /// `[1, d]`: the last block's `resid_post` at the last position.
    pub(crate) fn final_row(&self) -> Tensor<2> {
        self.taps.resid_final.clone().narrow(0, self.last(), 1)
    }

    /// `[T, d]`: `resid_pre` of a layer.
    pub(crate) fn resid_pre(&self, layer: Layer) -> Result<Tensor<2>, InterpError> {
        let stream = self.taps.stream(Site::ResidPre, layer).cloned();
        stream.ok_or_else(|| self.no_such(layer))
    }

    /// `[1, d]`: `resid_pre` of a layer at the last position.
    pub(crate) fn last_resid_pre(&self, layer: Layer) -> Result<Tensor<2>, InterpError> {
        Ok(self.resid_pre(layer)?.narrow(0, self.last(), 1))
    }

    /// `[H, 1, dh]`: every head's `z` at the last position.
    pub(crate) fn last_z(&self, layer: Layer) -> Result<Tensor<3>, InterpError> {
        Ok(self.heads(Site::Z, layer)?.narrow(1, self.last(), 1))
    }

    /// Keys and values before the last position, each `[H, T - 1, dh]`; `None` where there is no earlier one.
    pub(crate) fn earlier_kv(&self, layer: Layer) -> Result<Option<(Tensor<3>, Tensor<3>)>, InterpError> {
        if self.last() == 0 {
            return Ok(None);
        }
        let part = |site| Ok::<_, InterpError>(self.heads(site, layer)?.narrow(1, 0, self.last()));
        Ok(Some((part(Site::K)?, part(Site::V)?)))
    }

    fn heads(&self, site: Site, layer: Layer) -> Result<Tensor<3>, InterpError> {
        self.taps.heads(site, layer).cloned().ok_or_else(|| self.no_such(layer))
    }

    fn no_such(&self, layer: Layer) -> InterpError {
        // Four taps a layer were kept.
        peek_model::ModelError::NoSuchLayer { layer, layers: self.taps.count() / 4 }.into()
    }
}
