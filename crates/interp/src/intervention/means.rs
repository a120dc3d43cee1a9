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
        let mut sum = MeanSum::new(site, over, bos)?;
        runs.iter().try_for_each(|run| sum.add(model, run))?;
        sum.mean()
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

/// [`Means`] in the making, a run at a time, so that the runs of many prompts need not be held at once.
#[derive(Clone, Debug)]
pub struct MeanSum {
    bos: Option<TokenId>,
    /// Rows or patterns that were added.
    count: usize,
    sum: Means,
}

impl MeanSum {
    /// A sum of nothing. Positions that hold `bos` are left out of a mean over positions.
    ///
    /// # Errors
    /// Where a mean over positions of patterns is asked.
    pub fn new(site: Site, over: MeanOver, bos: Option<TokenId>) -> Result<Self, InterpError> {
        if site == Site::Pattern && over == MeanOver::PromptsAndPositions {
            return Err(InterpError::PatternMean);
        }
        let sum = Means { site, over, tokens: 0, rows: BTreeMap::new(), patterns: BTreeMap::new() };
        Ok(Self { bos, count: 0, sum })
    }

    /// Adds a run.
    ///
    /// # Errors
    /// Where the mean is one per position and the run has another length than those before it.
    pub fn add(&mut self, model: &Gpt2, run: &Run) -> Result<(), InterpError> {
        let Self { bos, count, sum: Means { site, over, tokens, rows, patterns } } = self;
        let found = run.tokens().len();
        if *over == MeanOver::Prompts && *count > 0 && *tokens != found {
            return Err(InterpError::MeanLengths { tokens: *tokens, found });
        }
        *tokens = found;
        let counted = |token: TokenId| *over == MeanOver::Prompts || Some(token) != *bos;
        let positions: Vec<usize> = (0..found).filter(|&at| counted(run.tokens()[at])).collect();
        if positions.is_empty() {
            return Ok(());
        }
        for layer in model.layers() {
            if *site == Site::Pattern {
                plus(patterns, layer, values::patterns(model, run, layer)?);
                continue;
            }
            let of_run = values::at(model, run, *site, layer, &positions)?;
            plus(rows, layer, if *over == MeanOver::Prompts { of_run } else { of_run.sum_dim(0) });
        }
        *count += if *over == MeanOver::Prompts { 1 } else { positions.len() };
        Ok(())
    }

    /// The mean of what was added.
    ///
    /// # Errors
    /// Where that is nothing.
    pub fn mean(self) -> Result<Means, InterpError> {
        let Self { count, mut sum, .. } = self;
        if count == 0 {
            return Err(InterpError::MeanOfNothing);
        }
        let count = count as f64;
        sum.rows.values_mut().for_each(|rows| *rows = rows.clone() / count);
        sum.patterns.values_mut().for_each(|patterns| *patterns = patterns.clone() / count);
        Ok(sum)
    }
}

fn plus<const D: usize>(sums: &mut BTreeMap<Layer, Tensor<D>>, layer: Layer, more: Tensor<D>) {
    let sum = match sums.remove(&layer) {
        Some(sum) => sum + more,
        None => more,
    };
    sums.insert(layer, sum);
}
