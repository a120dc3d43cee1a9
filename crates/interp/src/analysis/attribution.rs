use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::{Layer, LogitScale, TokenId};

use crate::{
    InterpError, Run, Site,
    read::read,
    unembed::{Against, Linear},
    values,
};

/// What every part of a run writes towards a token's logit, or towards the difference of two: direct logit attribution.
///
/// The residual stream is a sum, and once the last LayerNorm's scale is taken as given, the logit is linear in it: each
/// part has a share, and the shares sum to the logit.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// The token's embedding.
    pub embedding: f32,
    /// The position's embedding.
    pub position: f32,
    /// `[L][H]`: each head's output, without the values' bias, as TransformerLens has it.
    pub heads: Vec<Vec<f32>>,
    /// `[L]`: each MLP's output, its bias included.
    pub mlps: Vec<f32>,
    /// `[L]`: each attention layer's bias, what the values' bias becomes included.
    pub attention_biases: Vec<f32>,
    /// The last LayerNorm's bias, which TransformerLens folds into the unembedding's, and that one's own where the model
    /// has any.
    pub unembedding_bias: f32,
    /// The logit itself, measured and not summed.
    pub logit: f32,
}

impl Attribution {
    /// The sum of all parts: the logit, but for rounding.
    #[must_use]
    pub fn sum(&self) -> f32 {
        let heads: f64 = self.heads.iter().flatten().copied().map(f64::from).sum();
        let layers = self.mlps.iter().chain(&self.attention_biases);
        let rest: f64 = layers.copied().map(f64::from).sum();
        let ends = [self.embedding, self.position, self.unembedding_bias];
        (heads + rest + ends.into_iter().map(f64::from).sum::<f64>()) as f32
    }
}

/// Attributes the logit of `answer` at a position of a run, or with a `foil` the difference of the two logits, which is the
/// same on both scales.
///
/// # Errors
/// Where the prompt has no such position, a token is outside the vocabulary, answer and foil are the same, or the device does
/// not return the numbers.
pub async fn attribute(
    model: &Gpt2,
    run: &Run,
    position: usize,
    (answer, foil): (TokenId, Option<TokenId>),
    scale: LogitScale,
) -> Result<Attribution, InterpError> {
    let tokens = run.tokens();
    let Some(&token) = tokens.get(position) else {
        return Err(InterpError::NoSuchPosition { position, tokens: tokens.len() });
    };
    let linear = linear(model, (answer, foil), scale)?;
    let last = run.final_resid(position);
    let direction = Direction::new(model, &last, &linear.direction);
    let row = |tensor: Tensor<2>| direction.along(tensor);

    let embedding = row(model.wte.rows(&[token], &model.device));
    let positional = row(model.wpe.clone().narrow(0, position, 1));
    let mut parts = vec![embedding, positional];
    let mut heads = Vec::new();
    for layer in model.layers() {
        let block = model.block(layer)?;
        heads.push(direction.heads(model, layer, run, position)?);
        parts.push(row(values::at(model, run, Site::MlpOut, layer, &[position])?));
        parts.push(row(block.attn_out(values::value_bias(model, layer)?)));
    }
    let bias = linear.values(model.ln_f.bias.clone().unsqueeze::<2>());
    let logit = linear.values(model.ln_f.apply(last));
    parts.extend([bias, logit]);

    let parts = read(Tensor::cat(parts, 0)).await?;
    let heads = read(Tensor::cat(heads, 0)).await?;
    let layers = model.config.layers;
    let of_layers = |which: usize| (0..layers).map(|layer| parts[2 + 2 * layer + which]).collect();
    Ok(Attribution {
        embedding: parts[0],
        position: parts[1],
        heads: heads.chunks(model.config.heads).map(<[f32]>::to_vec).collect(),
        mlps: of_layers(0),
        attention_biases: of_layers(1),
        unembedding_bias: parts[2 + 2 * layers],
        logit: parts[3 + 2 * layers],
    })
}

/// The answer's logit, or its distance to the foil's.
pub(super) fn linear(
    model: &Gpt2,
    (answer, foil): (TokenId, Option<TokenId>),
    scale: LogitScale,
) -> Result<Linear, InterpError> {
    let against = match (foil, scale) {
        (Some(foil), _) if foil == answer => return Err(InterpError::SameFoil(answer)),
        (Some(foil), _) => Against::Token(foil),
        (None, LogitScale::Centred) => Against::Mean,
        (None, LogitScale::Raw) => Against::Zero,
    };
    Linear::of(model, answer, against)
}

/// A direction in the residual stream: what is written along it is a share of a logit.
pub(super) struct Direction(Tensor<2>);

impl Direction {
    /// The direction of an unembedding column `[1, d]` behind the last LayerNorm, whose scale is that of the residual `last`
    /// `[1, d]`. LayerNorm takes each part's own mean away, which is done here once for all.
    pub(super) fn new(model: &Gpt2, last: &Tensor<2>, column: &Tensor<2>) -> Self {
        let weighted = column.clone() * model.ln_f.gain.clone().unsqueeze::<2>();
        let centred = weighted.clone() - weighted.mean_dim(1);
        let away = last.clone() - last.clone().mean_dim(1);
        let variance = (away.clone() * away).mean_dim(1);
        Self(centred / (variance + model.ln_f.epsilon).sqrt())
    }

    /// `[n, 1]`: how far rows `[n, d]` go along it.
    pub(super) fn along(&self, rows: Tensor<2>) -> Tensor<2> {
        rows.matmul(self.0.clone().transpose())
    }

    /// `[1, H]`: how far each head of a layer goes along it at a position of a run.
    pub(super) fn heads(
        &self,
        model: &Gpt2,
        layer: Layer,
        run: &Run,
        position: usize,
    ) -> Result<Tensor<2>, InterpError> {
        let z = values::at(model, run, Site::Z, layer, &[position])?;
        self.of_z(model, layer, z - values::value_bias(model, layer)?)
    }

    /// `[1, H]`: how far heads' outputs `z` `[1, d]`, or a difference of two, go along it.
    pub(super) fn of_z(&self, model: &Gpt2, layer: Layer, z: Tensor<2>) -> Result<Tensor<2>, InterpError> {
        let heads = model.config.heads;
        let through = self.along(model.block(layer)?.attn_c_proj.weight());
        let each = z * through.transpose();
        Ok(each.reshape([heads, model.config.d_head()]).sum_dim(1).reshape([1, heads]))
    }
}
