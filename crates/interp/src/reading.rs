use peek_names::{LogitScale, TokenId};

/// What a row of logits says of one token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Logit minus the mean logit over the vocabulary.
    pub logit: f32,
    /// Logit as the checkpoint gives it.
    pub raw_logit: f32,
    /// Share of the softmax, 0 to 1.
    pub probability: f32,
    /// 1 is the top; tokens with equal logits share the better rank.
    pub rank: u32,
}

impl Reading {
    /// The logit on one scale.
    #[must_use]
    pub fn on(&self, scale: LogitScale) -> f32 {
        match scale {
            LogitScale::Centred => self.logit,
            LogitScale::Raw => self.raw_logit,
        }
    }
}

/// Raw logits, `[rows, V]` row by row, on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct LogitRows {
    vocab: usize,
    logits: Vec<f32>,
}

impl LogitRows {
    /// Rows of `vocab` logits each, one after the other.
    #[must_use]
    pub fn new(vocab: usize, logits: Vec<f32>) -> Self {
        debug_assert_eq!(logits.len() % vocab.max(1), 0, "whole rows");
        Self { vocab: vocab.max(1), logits }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.logits.len() / self.vocab
    }

    /// One row, `[V]`.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<&[f32]> {
        self.logits.chunks_exact(self.vocab).nth(row)
    }

    /// What row `row` says of `token`; `None` outside rows or vocabulary.
    #[must_use]
    pub fn reading(&self, row: usize, token: TokenId) -> Option<Reading> {
        let row = self.row(row)?;
        let raw = *row.get(token.index())?;
        Some(Summary::of(row).reading(row, raw))
    }

    /// The `count` likeliest tokens of a row with their readings, likeliest first; equal logits by id.
    #[must_use]
    pub fn top(&self, row: usize, count: usize) -> Vec<(TokenId, Reading)> {
        let Some(row) = self.row(row) else { return Vec::new() };
        let summary = Summary::of(row);
        // A vocabulary has fewer than 2^32 tokens: ids are u32 in every tokenizer.
        let mut ids: Vec<u32> = (0..row.len() as u32).collect();
        let by_logit = |a: &u32, b: &u32| row[*b as usize].total_cmp(&row[*a as usize]).then(a.cmp(b));
        let count = count.min(ids.len());
        if count < ids.len() {
            ids.select_nth_unstable_by(count, by_logit);
            ids.truncate(count);
        }
        ids.sort_unstable_by(by_logit);
        ids.into_iter().map(|id| (TokenId(id), summary.reading(row, row[id as usize]))).collect()
    }
}

/// Mean and log-sum-exp of a row, summed in f64 so that 50,257 terms cost no digits.
struct Summary {
    mean: f64,
    log_sum_exp: f64,
}

impl Summary {
    fn of(row: &[f32]) -> Self {
        let max = f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        let (sum, exp) = row.iter().fold((0.0, 0.0), |(sum, exp), &x| {
            let x = f64::from(x);
            (sum + x, exp + (x - max).exp())
        });
        Self { mean: sum / row.len() as f64, log_sum_exp: max + exp.ln() }
    }

    fn reading(&self, row: &[f32], raw: f32) -> Reading {
        let above = row.iter().filter(|&&x| x > raw).count();
        Reading {
            logit: (f64::from(raw) - self.mean) as f32,
            raw_logit: raw,
            probability: (f64::from(raw) - self.log_sum_exp).exp() as f32,
            rank: u32::try_from(above + 1).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> LogitRows {
        LogitRows::new(4, vec![1.0, 3.0, 3.0, -1.0, 0.0, 0.0, 0.0, 0.0])
    }

    #[test]
    fn a_reading_is_what_the_definition_says() {
        let reading = rows().reading(0, TokenId(0)).expect("in range");
        assert_eq!((reading.raw_logit, reading.logit, reading.rank), (1.0, -0.5, 3));
        let sum: f64 = [1.0_f64, 3.0, 3.0, -1.0].iter().map(|x| x.exp()).sum();
        assert!((f64::from(reading.probability) - 1f64.exp() / sum).abs() < 1e-7);
        assert_eq!(reading.on(LogitScale::Raw), 1.0);
        assert_eq!(reading.on(LogitScale::Centred), -0.5);
    }

    #[test]
    fn ties_share_the_better_rank_and_are_listed_by_id() {
        let top = rows().top(0, 3);
        let listed: Vec<_> = top.iter().map(|(id, r)| (id.0, r.rank)).collect();
        assert_eq!(listed, [(1, 1), (2, 1), (0, 3)]);
        assert_eq!(rows().top(1, 10).len(), 4, "asking for more than there are gives what there are");
        let flat = rows().reading(1, TokenId(3)).expect("in range");
        assert!((flat.probability - 0.25).abs() < 1e-7);
    }

    #[test]
    fn outside_there_is_nothing() {
        assert_eq!(rows().reading(0, TokenId(4)), None);
        assert_eq!(rows().reading(2, TokenId(0)), None);
        assert!(rows().top(2, 3).is_empty());
    }
}
