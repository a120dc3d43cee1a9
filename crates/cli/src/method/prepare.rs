//! Which run is changed, with what and where.

use std::path::Path;

use peek_interp::{Donor, FullSpeed, MeanOver, Means, PositionMap, Run, Spot};
use peek_names::TokenId;
use pollster::block_on;

use super::{
    args::{Edit, SweepArgs},
    load::Loaded,
};
use crate::error::CliError;

/// All that a sweep is made of.
pub(super) struct Prepared {
    /// The run that is changed.
    pub(super) base: Run,
    /// The other prompt's, if there is one.
    pub(super) other: Option<Run>,
    /// Whether the other run is the clean one.
    other_is_clean: bool,
    map: Option<PositionMap>,
    means: Option<Means>,
    pub(super) spots: Vec<Spot>,
    pub(super) answer: TokenId,
    pub(super) foil: Option<TokenId>,
}

impl Prepared {
    pub(super) fn new(loaded: &Loaded, args: &SweepArgs) -> Result<Self, CliError> {
        let answer = loaded.first("answer", &args.answer)?;
        let foil = args.foil.as_deref().map(|foil| loaded.first("foil", foil)).transpose()?;
        let borrows = matches!(args.edit, Edit::Denoise | Edit::Noise);
        if borrows && args.corrupt.is_none() {
            return Err(CliError::Refused("--corrupt is missing: this edit needs both prompts".into()));
        }
        if !borrows && !args.pairs.is_empty() {
            return Err(CliError::Refused(
                "--pair is for denoise and noise: zero and mean take from no position".into(),
            ));
        }
        let clean = loaded.run(&args.clean)?;
        let corrupt = args.corrupt.as_deref().map(|corrupt| loaded.run(corrupt)).transpose()?;
        let other_is_clean = args.edit == Edit::Denoise;
        let (base, other) = match (other_is_clean, corrupt) {
            (true, Some(corrupt)) => (corrupt, Some(clean)),
            (_, corrupt) => (clean, corrupt),
        };
        let map = match &other {
            Some(other) if borrows => Some(map_of(&base, other, &args.pairs)?),
            _ => None,
        };
        let means = match (args.edit, &args.mean_prompts) {
            (Edit::Mean, Some(file)) => Some(means(loaded, args, file)?),
            _ => None,
        };
        let spots = args.positions.spots(base.tokens().len(), map.as_ref())?;
        Ok(Self { base, other, other_is_clean, map, means, spots, answer, foil })
    }

    pub(super) fn donor(&self) -> Donor<'_> {
        match (&self.means, &self.other, &self.map) {
            (Some(means), ..) => Donor::Mean(means),
            (_, Some(run), Some(map)) => Donor::Run { run, map },
            _ => Donor::Zero,
        }
    }

    /// The clean prompt's run.
    pub(super) fn clean(&self) -> &Run {
        self.other.as_ref().filter(|_| self.other_is_clean).unwrap_or(&self.base)
    }

    pub(super) fn map(&self) -> Option<&PositionMap> {
        self.map.as_ref()
    }
}

fn map_of(base: &Run, other: &Run, pairs: &[(usize, Option<usize>)]) -> Result<PositionMap, CliError> {
    if base.tokens() == other.tokens() {
        return Err(CliError::Refused("both prompts are the same: change one of them".into()));
    }
    let mut map = PositionMap::align(base.tokens(), other.tokens());
    for &(changed, from) in pairs {
        map.set(changed, from)?;
    }
    Ok(map)
}

fn means(loaded: &Loaded, args: &SweepArgs, file: &Path) -> Result<Means, CliError> {
    let text = std::fs::read_to_string(file).map_err(|error| CliError::file(file, error))?;
    let mut runs = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        runs.push(block_on(Run::new(&loaded.model, &loaded.prompt(line)?, &FullSpeed))?);
    }
    let over = if args.mean_per_position { MeanOver::Prompts } else { MeanOver::PromptsAndPositions };
    Ok(Means::new(&loaded.model, &runs, args.site, over, loaded.bos())?)
}
