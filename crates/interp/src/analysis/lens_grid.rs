use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::{Layer, TokenId};

use crate::{InterpError, LensConvention, LogitRows, Pace, Reading, Run, Site, read::read, unembed, values};

/// Rows whose logits over the whole vocabulary are on the host at once.
const ROWS_AT_ONCE: usize = 64;

/// Where in the depth of the model a residual is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LensDepth {
    /// On entry to a layer.
    Pre(Layer),
    /// Between a layer's attention and MLP.
    Mid(Layer),
    /// After the last layer.
    Final,
}

impl LensDepth {
    /// Every depth, from the input up: `L + 1`, or with those between attention and MLP `2 L + 1`.
    #[must_use]
    pub fn all(model: &Gpt2, with_mid: bool) -> Vec<Self> {
        let of_layer = |layer| {
            let mid = with_mid.then_some(Self::Mid(layer));
            [Some(Self::Pre(layer)), mid].into_iter().flatten()
        };
        model.layers().flat_map(of_layer).chain([Self::Final]).collect()
    }

    /// `3_pre`, `3_mid`, `final`.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Pre(layer) => format!("{}_pre", layer.0),
            Self::Mid(layer) => format!("{}_mid", layer.0),
            Self::Final => "final".to_owned(),
        }
    }
}

/// What the lens reads at one depth and position.
#[derive(Clone, Debug, PartialEq)]
pub struct LensCell {
    /// The likeliest tokens, likeliest first; equal logits by id.
    pub top: Vec<(TokenId, Reading)>,
    /// Of the distribution, in nats; `None` where the logits are no finite numbers.
    pub entropy: Option<f32>,
    /// Of the followed token, if there is one.
    pub followed: Option<Reading>,
}

/// The logit lens at every depth and position.
#[derive(Clone, Debug, PartialEq)]
pub struct LensGrid {
    /// From the input up.
    pub depths: Vec<LensDepth>,
    /// `[depths][T]`.
    pub cells: Vec<Vec<LensCell>>,
}

/// Reads the residual stream of a run through the last LayerNorm and the unembedding, at every one of `depths` and every
/// position, and keeps the `top` likeliest tokens of each. Pauses a few times a depth.
///
/// # Errors
/// Where the followed token is outside the vocabulary, the device does not return the numbers, or `pace` says stop.
pub async fn lens_grid(
    model: &Gpt2,
    run: &Run,
    depths: &[LensDepth],
    convention: LensConvention,
    (followed, top): (Option<TokenId>, usize),
    pace: &impl Pace,
) -> Result<LensGrid, InterpError> {
    let vocab = model.config.vocab;
    if let Some(token) = followed.filter(|token| token.index() >= vocab) {
        return Err(peek_model::ModelError::NoSuchToken { token, vocab }.into());
    }
    let positions: Vec<usize> = (0..run.tokens().len()).collect();
    let mut cells = Vec::new();
    for &depth in depths {
        let mut row = Vec::new();
        for some in positions.chunks(ROWS_AT_ONCE) {
            let resid = match depth {
                LensDepth::Pre(layer) => values::at(model, run, Site::ResidPre, layer, some)?,
                LensDepth::Mid(layer) => values::at(model, run, Site::ResidMid, layer, some)?,
                LensDepth::Final => last(model, run, some)?,
            };
            let normalised = match convention {
                LensConvention::Own => model.ln_f.apply(resid),
                LensConvention::Final => scaled(model, resid, last(model, run, some)?),
            };
            let logits = LogitRows::new(vocab, read(unembed::logits(model, &normalised)).await?);
            row.extend((0..logits.rows()).map(|at| cell(&logits, at, followed, top)));
            pace.pause().await?;
        }
        cells.push(row);
    }
    Ok(LensGrid { depths: depths.to_vec(), cells })
}

fn cell(logits: &LogitRows, row: usize, followed: Option<TokenId>, top: usize) -> LensCell {
    LensCell {
        top: logits.top(row, top),
        entropy: logits.row(row).and_then(entropy),
        followed: followed.and_then(|token| logits.reading(row, token)),
    }
}

fn last(model: &Gpt2, run: &Run, positions: &[usize]) -> Result<Tensor<2>, InterpError> {
    let top = model.layers().next_back().unwrap_or(Layer(0));
    values::at(model, run, Site::ResidPost, top, positions)
}

/// The last LayerNorm of `resid` `[n, d]` with the variances of `last` `[n, d]`.
fn scaled(model: &Gpt2, resid: Tensor<2>, last: Tensor<2>) -> Tensor<2> {
    let away = |rows: Tensor<2>| rows.clone() - rows.mean_dim(1);
    let last = away(last);
    let variance = (last.clone() * last).mean_dim(1);
    let normal = away(resid) / (variance + model.ln_f.epsilon).sqrt();
    normal * model.ln_f.gain.clone().unsqueeze::<2>() + model.ln_f.bias.clone().unsqueeze::<2>()
}

/// Of the softmax of a row of logits, in nats.
fn entropy(logits: &[f32]) -> Option<f32> {
    let max = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let (sum, weighted) = logits.iter().fold((0.0, 0.0), |(sum, weighted), &logit| {
        let below = f64::from(logit) - max;
        (sum + below.exp(), weighted + below.exp() * below)
    });
    Some((sum.ln() - weighted / sum) as f32).filter(|entropy| entropy.is_finite())
}

#[cfg(test)]
mod tests {
    use super::entropy;

    #[test]
    fn entropy_is_that_of_the_softmax() {
        let flat = entropy(&[3.0; 8]).expect("finite");
        assert!((flat - 8f32.ln()).abs() < 1e-6, "{flat}");
        assert!(entropy(&[50.0, 0.0, 0.0]).expect("finite") < 1e-6);
        assert_eq!(entropy(&[f32::NAN, 0.0]), None);
    }
}
