use std::collections::BTreeMap;

use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::{Layer, TokenId};

use crate::{InterpError, MeanOver, Run, Site, values};

/// A site's mean value over a set of prompts, in every layer.
#[derive(Clone, Debug)]
pub struct Means {
    site: Site,
    over: MeanOver,
    tokens: usize,
    /// `[1, d]`, or `[T, d]` a position each.
    rows: BTreeMap<Layer, Tensor<2>>,
    /// `[H, T, T]`, of patterns.
    patterns: BTreeMap<Layer, Tensor<3>>,
}

impl Means {
    /// The means over `runs`. Positions that hold `bos` are left out of a mean over positions.
    ///
    /// # Errors
    /// Where there is nothing to take the mean of, a mean per position is asked of prompts of different lengths, or one over
    /// positions of patterns.
    pub fn new(
        model: &Gpt2,
        runs: &[Run],
        site: Site,
        over: MeanOver,
        bos: Option<TokenId>,
    ) -> Result<Self, InterpError> {
        let tokens = runs.first().ok_or(InterpError::MeanOfNothing)?.tokens().len();
        if over == MeanOver::Prompts
            && let Some(other) = runs.iter().find(|run| run.tokens().len() != tokens)
        {
            return Err(InterpError::MeanLengths { tokens, found: other.tokens().len() });
        }
        if site == Site::Pattern && over == MeanOver::PromptsAndPositions {
            return Err(InterpError::PatternMean);
        }
        let (mut rows, mut patterns) = (BTreeMap::new(), BTreeMap::new());
        for layer in model.layers() {
            if site == Site::Pattern {
                let all = runs.iter().map(|run| values::patterns(model, run, layer));
                let sum = all.reduce(|sum, next| Ok(sum? + next?)).ok_or(InterpError::MeanOfNothing)??;
                patterns.insert(layer, sum / runs.len() as f64);
            } else {
                rows.insert(layer, mean_rows(model, runs, (site, layer), over, bos)?);
            }
        }
        Ok(Self { site, over, tokens, rows, patterns })
    }

    /// Of which site.
    #[must_use]
    pub fn site(&self) -> Site {
        self.site
    }

    /// Checks that these means can stand at `site` in a prompt of `tokens` tokens.
    pub(crate) fn check(&self, site: Site, tokens: usize) -> Result<(), InterpError> {
        if self.site != site {
            return Err(InterpError::OtherMean { mean: self.site, site });
        }
        if self.over == MeanOver::Prompts && self.tokens != tokens {
            return Err(InterpError::MeanLengths { tokens: self.tokens, found: tokens });
        }
        Ok(())
    }

    /// `[k, d]`: what stands at some positions.
    pub(crate) fn rows(&self, layer: Layer, positions: &[usize]) -> Result<Tensor<2>, InterpError> {
        let rows = self.rows.get(&layer).ok_or(InterpError::PatternMean)?.clone();
        let [_, d] = rows.dims();
        Ok(match self.over {
            MeanOver::PromptsAndPositions => rows.expand([positions.len(), d]),
            MeanOver::Prompts => values::select(rows, positions),
        })
    }

    /// `[H, T, T]`: mean patterns.
    pub(crate) fn patterns(&self, layer: Layer) -> Result<Tensor<3>, InterpError> {
        self.patterns.get(&layer).cloned().ok_or(InterpError::PatternMean)
    }
}

fn mean_rows(
    model: &Gpt2,
    runs: &[Run],
    (site, layer): (Site, Layer),
    over: MeanOver,
    bos: Option<TokenId>,
) -> Result<Tensor<2>, InterpError> {
    let mut count = 0;
    let mut sum: Option<Tensor<2>> = None;
    for run in runs {
        let counted = |token: &TokenId| over == MeanOver::Prompts || Some(*token) != bos;
        let positions: Vec<usize> =
            run.tokens().iter().enumerate().filter(|(_, token)| counted(token)).map(|(at, _)| at).collect();
        if positions.is_empty() {
            continue;
        }
        let rows = values::at(model, run, site, layer, &positions)?;
        let (rows, more) = match over {
            MeanOver::PromptsAndPositions => (rows.sum_dim(0), positions.len()),
            MeanOver::Prompts => (rows, 1),
        };
        count += more;
        sum = Some(match sum {
            Some(sum) => sum + rows,
            None => rows,
        });
    }
    Ok(sum.ok_or(InterpError::MeanOfNothing)? / count as f64)
}
