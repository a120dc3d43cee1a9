use burn::tensor::Tensor;
use peek_model::{Forward, Gpt2, Past, Prefix, Site, TapSet, Taps};
use peek_names::{Layer, TokenId};

use crate::{InterpError, Pace};

/// One unpatched run of a prompt, with all that lens, replay and patterns need of it afterwards. Attention
/// patterns are not kept: [`crate::attention_pattern`] computes the one that is asked for.
#[derive(Clone, Debug)]
pub struct Run {
    tokens: Vec<TokenId>,
    taps: Taps,
}

/// What a run keeps of every layer.
const KEPT: [Site; 3] = [Site::ResidPre, Site::Qkv, Site::Z];

impl Run {
    /// Runs the model over `tokens`, pausing between layers.
    ///
    /// # Errors
    /// Where the tokens cannot be run, or `pace` says stop.
    pub async fn new(model: &Gpt2, tokens: &[TokenId], pace: &impl Pace) -> Result<Self, InterpError> {
        Self::to_end(Forward::new(model, tokens, kept(model))?, tokens, pace).await
    }

    /// The same run, of which `before` has made the positions that the two begin with alike. The last position is always
    /// made anew.
    ///
    /// # Errors
    /// Where the tokens cannot be run, or `pace` says stop.
    pub async fn after(
        model: &Gpt2,
        before: &Self,
        tokens: &[TokenId],
        pace: &impl Pace,
    ) -> Result<Self, InterpError> {
        let len = before.shared_with(tokens);
        let prefix = Prefix { taps: &before.taps, len };
        Self::to_end(Forward::after(model, prefix, tokens, kept(model))?, tokens, pace).await
    }

    async fn to_end(
        mut pass: Forward<'_>,
        tokens: &[TokenId],
        pace: &impl Pace,
    ) -> Result<Self, InterpError> {
        while pass.step() {
            pace.pause().await?;
        }
        Ok(Self { tokens: tokens.to_vec(), taps: pass.finish() })
    }

    /// How many positions of a run of `tokens` this one has made already: the tokens that both begin with, short of the
    /// last one of `tokens`.
    #[must_use]
    pub fn shared_with(&self, tokens: &[TokenId]) -> usize {
        let alike = self.tokens.iter().zip(tokens).take_while(|(a, b)| a == b).count();
        alike.min(tokens.len().saturating_sub(1))
    }

    /// What was run.
    #[must_use]
    pub fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    /// Bytes that this run holds on its device.
    #[must_use]
    pub fn bytes(&self, model: &Gpt2) -> usize {
        // `resid_pre`, queries, keys, values and `z` of every layer, and the last residual, in f32.
        4 * (5 * model.config.layers + 1) * self.tokens.len() * model.config.d_model
    }

    /// The last position's index.
    pub(crate) fn last(&self) -> usize {
        self.tokens.len() - 1
    }

    /// `[T, d]`: the last block's `resid_post`.
    pub(crate) fn final_rows(&self) -> Tensor<2> {
        self.taps.resid_final.clone()
    }

    /// `[1, d]`: the last block's `resid_post` at the last position.
    pub(crate) fn final_row(&self) -> Tensor<2> {
        self.taps.resid_final.clone().narrow(0, self.last(), 1)
    }

    /// `[1, d]`: the last block's `resid_post` at a position.
    pub(crate) fn final_resid(&self, position: usize) -> Tensor<2> {
        self.taps.resid_final.clone().narrow(0, position, 1)
    }

    /// `[T - from, d]`: `resid_pre` of a layer from a position on.
    pub(crate) fn resid_pre(&self, layer: Layer, from: usize) -> Result<Tensor<2>, InterpError> {
        Ok(self.tap(Site::ResidPre, layer)?.narrow(0, from, self.tokens.len() - from))
    }

    /// `[T - from, d]`: `resid_post` of a layer from a position on.
    pub(crate) fn resid_post(&self, layer: Layer, from: usize) -> Result<Tensor<2>, InterpError> {
        let layers = self.taps.count() / KEPT.len();
        if layer.index() + 1 == layers {
            return Ok(self.taps.resid_final.clone().narrow(0, from, self.tokens.len() - from));
        }
        self.resid_pre(Layer(layer.0.saturating_add(1)), from)
    }

    /// `[1, d]`: `resid_pre` of a layer at the last position.
    pub(crate) fn last_resid_pre(&self, layer: Layer) -> Result<Tensor<2>, InterpError> {
        self.resid_pre(layer, self.last())
    }

    /// `[T - from, d]`: every head's `z` from a position on, head by head in each row.
    pub(crate) fn z(&self, layer: Layer, from: usize) -> Result<Tensor<2>, InterpError> {
        Ok(self.tap(Site::Z, layer)?.narrow(0, from, self.tokens.len() - from))
    }

    /// `[T, 3 d]`: queries, keys and values.
    pub(crate) fn qkv(&self, layer: Layer) -> Result<Tensor<2>, InterpError> {
        self.tap(Site::Qkv, layer)
    }

    /// The beginning of a changed run, which before position `from` is this one.
    pub(crate) fn rows_from(&self, from: usize) -> Rows {
        Rows { run: self.clone(), from }
    }

    /// The positions before `len`, for rows that see them; `None` where there are none.
    pub(crate) fn past(&self, layer: Layer, len: usize) -> Result<Option<Past>, InterpError> {
        if len == 0 {
            return Ok(None);
        }
        Ok(Some(Past { qkv: self.qkv(layer)?, len }))
    }

    fn tap(&self, site: Site, layer: Layer) -> Result<Tensor<2>, InterpError> {
        let layers = self.taps.count() / KEPT.len();
        let tap = self.taps.get(site, layer).cloned();
        tap.ok_or_else(|| peek_model::ModelError::NoSuchLayer { layer, layers }.into())
    }
}

/// A run in the making that is another one before some position, and in every layer that was not kept.
pub(crate) struct Rows {
    run: Run,
    from: usize,
}

impl Rows {
    /// Puts the rows from the position on, `[T - from, w]`, in the tap's place.
    pub(crate) fn keep(&mut self, site: Site, layer: Layer, rows: Tensor<2>) {
        let from = self.from;
        self.run.taps.replace(site, layer, |old| joined(old, from, rows));
    }

    /// The run, with its last block's `resid_post` from the position on, `[T - from, d]`.
    pub(crate) fn finish(mut self, resid_final: Tensor<2>) -> Run {
        let before = self.run.taps.resid_final.clone();
        self.run.taps.resid_final = joined(&before, self.from, resid_final);
        self.run
    }
}

fn joined(old: &Tensor<2>, from: usize, rows: Tensor<2>) -> Tensor<2> {
    if from == 0 { rows } else { Tensor::cat(vec![old.clone().narrow(0, 0, from), rows], 0) }
}

fn kept(model: &Gpt2) -> TapSet {
    KEPT.into_iter().fold(TapSet::none(), |keep, site| keep.and(site, model.layers()))
}
