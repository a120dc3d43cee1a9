use std::{fmt, str::FromStr};

use peek_interp::{
    FullSpeed, InterpError, Run, Sweep, group_count, groups_of, lens_logits, naive::last_logits,
};
use peek_names::{HeadId, LogitScale, Site, TokenId};

use crate::{Differs, Subject};

/// The answer that is followed, and the one that it is changed to.
pub(crate) const ANSWERS: [TokenId; 2] = [TokenId(12), TokenId(345)];

/// A piece of work on a [`Subject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A run of the corrupt prompt without taps; its last position's logits are read back.
    Forward,
    /// A run with all that is kept of one; the lens' `L + 1` rows of logits are read back.
    Lens,
    /// Every head's score, both runs kept, in so many groups of layers.
    Sweep(usize),
    /// Both runs, then every head's score in as many groups as the engine makes.
    Whole,
    /// One of the full runs, a head each, that the obvious way makes: `L H + 2` of them are a sweep.
    NaiveHead,
    /// Every head's score of another answer, the sweep kept.
    Answer,
    /// `resid_pre` of every layer at [`crate::SPOTS`] of the positions, each by itself, runs kept.
    LayerGrid(Differs),
    /// `z` of every [`EVERY_HEAD`]th head at [`crate::SPOTS`] of the positions, each by itself, runs kept.
    HeadGrid(Differs),
}

/// Of the heads of a grid one in so many is timed.
pub const EVERY_HEAD: usize = 4;

/// Why a piece of work could not be done.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// There is no such piece.
    #[error(
        "`{0}` is no piece of work: forward, lens, sweep-1 to sweep-9, whole, naive-head, answer, layer-grid-first, \
         layer-grid-half, head-grid-first or head-grid-half"
    )]
    NoSuchWork(String),
    /// It failed.
    #[error(transparent)]
    Interp(#[from] InterpError),
}

impl Work {
    /// Does the piece once. Returns the sum of what it found, so that no compiler leaves it out.
    ///
    /// # Errors
    /// Where a run fails, or the device does not return the numbers.
    pub async fn once(self, subject: &Subject) -> Result<f32, BenchError> {
        let Subject { model, clean, corrupt, clean_run, corrupt_run, .. } = subject;
        match self {
            Self::Forward => {
                let logits = last_logits(model, corrupt).await?;
                Ok(logits.row(0).map_or(0.0, |row| row.iter().sum()))
            }
            Self::Lens => {
                let run = Run::new(model, corrupt, &FullSpeed).await?;
                let logits = lens_logits(model, &run).await?;
                let readings = (0..logits.rows()).filter_map(|row| logits.reading(row, ANSWERS[0]));
                Ok(readings.map(|reading| reading.logit).sum())
            }
            Self::Sweep(groups) => subject.scores(clean_run, corrupt_run, groups).await,
            Self::Whole => {
                let clean_run = Run::new(model, clean, &FullSpeed).await?;
                let corrupt_run = Run::new(model, corrupt, &FullSpeed).await?;
                subject.scores(&clean_run, &corrupt_run, group_count(model)).await
            }
            Self::NaiveHead => {
                let head = Some(HeadId::new(0, 0));
                Ok(subject.patcher.metric(head, ANSWERS[0], LogitScale::Centred).await? as f32)
            }
            Self::Answer => {
                let mut sum = 0.0;
                for group in &subject.sweep {
                    sum += subject.deltas(group, ANSWERS[1]).await?;
                }
                Ok(sum)
            }
            Self::LayerGrid(from) => Ok(subject.grid(Site::ResidPre, from, 1).await?),
            Self::HeadGrid(from) => Ok(subject.grid(Site::Z, from, EVERY_HEAD).await?),
        }
    }
}

impl Subject {
    async fn scores(&self, clean: &Run, corrupt: &Run, groups: usize) -> Result<f32, BenchError> {
        let mut sum = 0.0;
        for layers in groups_of(self.model.config.layers, groups) {
            let group = Sweep::replay(&self.model, clean, corrupt, layers, &FullSpeed).await?;
            sum += self.deltas(&group, ANSWERS[0]).await?;
        }
        Ok(sum)
    }

    async fn deltas(&self, group: &Sweep, answer: TokenId) -> Result<f32, BenchError> {
        let rows = group.deltas(&self.model, answer, LogitScale::Centred).await?;
        Ok(rows.iter().flat_map(|(_, row)| row).sum())
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forward => f.write_str("forward"),
            Self::Lens => f.write_str("lens"),
            Self::Sweep(groups) => write!(f, "sweep-{groups}"),
            Self::Whole => f.write_str("whole"),
            Self::NaiveHead => f.write_str("naive-head"),
            Self::Answer => f.write_str("answer"),
            Self::LayerGrid(Differs::First) => f.write_str("layer-grid-first"),
            Self::LayerGrid(Differs::Half) => f.write_str("layer-grid-half"),
            Self::HeadGrid(Differs::First) => f.write_str("head-grid-first"),
            Self::HeadGrid(Differs::Half) => f.write_str("head-grid-half"),
        }
    }
}

impl FromStr for Work {
    type Err = BenchError;

    fn from_str(name: &str) -> Result<Self, BenchError> {
        let groups = |count: &str| count.parse().ok().filter(|count| (1..=9).contains(count));
        match (name, name.strip_prefix("sweep-").and_then(groups)) {
            (_, Some(groups)) => Ok(Self::Sweep(groups)),
            ("forward", _) => Ok(Self::Forward),
            ("lens", _) => Ok(Self::Lens),
            ("whole", _) => Ok(Self::Whole),
            ("naive-head", _) => Ok(Self::NaiveHead),
            ("answer", _) => Ok(Self::Answer),
            ("layer-grid-first", _) => Ok(Self::LayerGrid(Differs::First)),
            ("layer-grid-half", _) => Ok(Self::LayerGrid(Differs::Half)),
            ("head-grid-first", _) => Ok(Self::HeadGrid(Differs::First)),
            ("head-grid-half", _) => Ok(Self::HeadGrid(Differs::Half)),
            _ => Err(BenchError::NoSuchWork(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_has_a_name_that_is_read_back() {
        let all = [Work::Forward, Work::Lens, Work::Sweep(3), Work::Whole, Work::NaiveHead, Work::Answer];
        let grids = [Differs::First, Differs::Half].map(|from| [Work::LayerGrid(from), Work::HeadGrid(from)]);
        for work in all.into_iter().chain(grids.into_iter().flatten()) {
            assert_eq!(work.to_string().parse::<Work>().expect("a name"), work);
        }
        for wrong in ["sweep", "sweep-0", "sweep-x", ""] {
            assert!(wrong.parse::<Work>().is_err(), "{wrong}");
        }
    }
}
