use std::rc::Rc;

use peek_interp::{Donor, InterpError, MeanOver, Means, PositionMap, Positions, Site, Spot};
use peek_model::Gpt2;
use peek_names::TokenId;
use peek_protocol::{At, Edit, Note, Place, Setup};

use super::means::MeanPlan;
use crate::{
    EngineError, Host,
    cache::{CachedRun, RunCache},
    error::fault,
    pair::Pair,
};

/// All that changed runs are made of, and nothing else: equal plans give equal runs, whatever is then read off them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) site: Site,
    pub(crate) base: Vec<TokenId>,
    pub(crate) spots: Vec<Spot>,
    pub(crate) lender: Lender,
}

/// What stands at the site instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lender {
    Run { tokens: Vec<TokenId>, map: PositionMap },
    Zero,
    Mean(MeanPlan),
}

/// What a plan's lender has ready.
pub(crate) enum Lent {
    Run(Rc<CachedRun>),
    Zero,
    Mean(Rc<Means>),
}

impl Plan {
    /// Checks a setup against a pair, before any run. `means` is the plan of the mean where the edit is one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn new(pair: &Pair, setup: &Setup, means: Option<MeanPlan>) -> Result<Self, Note> {
        let base = pair.ids(setup.edit.base());
        let lender = match (setup.edit, setup.edit.donor(), means) {
            (_, Some(side), _) => {
                let tokens = pair.ids(side);
                if tokens == base {
                    let same = "both prompts are the same, so there is nothing to patch: change one of them";
                    return Err(fault(Place::Corrupt, same));
                }
                let map = map(&base, &tokens, setup.alignment.as_deref())?;
                Lender::Run { tokens, map }
            }
            (Edit::Mean(_), _, Some(means)) => Lender::Mean(means),
            (Edit::Mean(_), _, None) => return Err(wrong(InterpError::MeanOfNothing)),
            _ => Lender::Zero,
        };
        let at = match setup.at {
            At::Last => Positions::Last,
            At::One(position) => Positions::One(position),
            At::All => Positions::All,
            At::Grid => Positions::Grid,
        };
        let map = match &lender {
            Lender::Run { map, .. } => Some(map),
            Lender::Zero | Lender::Mean(_) => None,
        };
        let spots = at.spots(base.len(), map).map_err(wrong)?;
        let plan = Self { site: setup.site, base, spots, lender };
        plan.check().map_err(wrong)?;
        Ok(plan)
    }

    /// Whether the lender's values can stand there.
    fn check(&self) -> Result<(), InterpError> {
        let base = self.base.len();
        match &self.lender {
            Lender::Run { tokens, map } if self.site == Site::Pattern => {
                if tokens.len() != base {
                    return Err(InterpError::PatternLengths { base, donor: tokens.len() });
                }
                let met = self.spots.iter().flat_map(Spot::positions);
                let mut met = met.filter_map(|&position| Some((position, map.donor(position)?)));
                match met.find(|(position, donor)| position != donor) {
                    Some((position, donor)) => Err(InterpError::PatternPosition { position, donor }),
                    None => Ok(()),
                }
            }
            Lender::Mean(means) => {
                means.check()?;
                let tokens = means.prompts.first().map_or(0, Vec::len);
                if means.over == MeanOver::Prompts && tokens != base {
                    return Err(InterpError::MeanLengths { tokens, found: base });
                }
                Ok(())
            }
            Lender::Run { .. } | Lender::Zero => Ok(()),
        }
    }

    /// Makes the lender's runs.
    ///
    /// # Errors
    /// Where they cannot be made, or `host` says stop.
    pub(crate) async fn lent(
        &self,
        model: &Gpt2,
        cache: &mut RunCache,
        host: &impl Host,
    ) -> Result<Lent, EngineError> {
        Ok(match &self.lender {
            Lender::Run { tokens, .. } => Lent::Run(cache.run(model, tokens, host).await?),
            Lender::Zero => Lent::Zero,
            Lender::Mean(means) => Lent::Mean(cache.means(model, means, host).await?),
        })
    }

    /// The donor of a replay.
    pub(crate) fn donor<'d>(&'d self, lent: &'d Lent) -> Donor<'d> {
        match (lent, &self.lender) {
            (Lent::Run(run), Lender::Run { map, .. }) => Donor::Run { run: &run.run, map },
            (Lent::Mean(means), _) => Donor::Mean(means),
            _ => Donor::Zero,
        }
    }

    /// For each base position the lender's; empty where no prompt lends.
    pub(crate) fn map(&self) -> Vec<Option<usize>> {
        match &self.lender {
            Lender::Run { map, .. } => (0..map.base_len()).map(|position| map.donor(position)).collect(),
            Lender::Zero | Lender::Mean(_) => Vec::new(),
        }
    }
}

/// The alignment that was asked for, or the one that the tokens suggest.
fn map(base: &[TokenId], donor: &[TokenId], asked: Option<&[Option<usize>]>) -> Result<PositionMap, Note> {
    let Some(asked) = asked else { return Ok(PositionMap::align(base, donor)) };
    if asked.len() != base.len() {
        let (asked, base) = (asked.len(), base.len());
        let message = format!(
            "the alignment is of {asked} positions and the prompt that is changed has {base} tokens: align the prompts again"
        );
        return Err(fault(Place::Setup, message));
    }
    let mut map = PositionMap::alone(base.len(), donor.len());
    for (position, &from) in asked.iter().enumerate() {
        map.set(position, from).map_err(|_| {
            let (from, tokens) = (from.unwrap_or_default(), donor.len());
            let message = format!(
                "position {position} is paired with position {from} and the other prompt has {tokens} tokens, counted \
                 from 0: pair it with one of them"
            );
            fault(Place::Setup, message)
        })?;
    }
    Ok(map)
}

fn wrong(error: InterpError) -> Note {
    fault(Place::Setup, error)
}
