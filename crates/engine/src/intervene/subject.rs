use std::rc::Rc;

use peek_interp::{Donor, Intervention, Judge, Patched, Unit};
use peek_model::Gpt2;
use peek_protocol::{Baselines, Setup, Side};

use super::plan::{Lent, Plan};
use crate::{
    EngineError, Host,
    cache::{CachedRun, RunCache},
    pair::Pair,
};

/// A pair's runs and what is lent to one of them.
pub(crate) struct Subject {
    pub(crate) clean: Rc<CachedRun>,
    pub(crate) corrupt: Rc<CachedRun>,
    base: Side,
    lent: Lent,
}

impl Subject {
    /// Makes what is not kept.
    ///
    /// # Errors
    /// Where the prompts cannot be run, or `host` says stop.
    pub(crate) async fn run(
        model: &Gpt2,
        cache: &mut RunCache,
        pair: &Pair,
        setup: &Setup,
        plan: &Plan,
        host: &impl Host,
    ) -> Result<Self, EngineError> {
        // The prompts of a mean may be many: the pair's own come last and so are kept.
        let lent = plan.lent(model, cache, host).await?;
        let clean = cache.run(model, &pair.ids(Side::Clean), host).await?;
        let corrupt = cache.run(model, &pair.ids(Side::Corrupt), host).await?;
        Ok(Self { clean, corrupt, base: setup.edit.base(), lent })
    }

    /// The run that is changed.
    pub(crate) fn base(&self) -> &CachedRun {
        match self.base {
            Side::Clean => &self.clean,
            Side::Corrupt => &self.corrupt,
        }
    }

    /// What lends.
    pub(crate) fn donor<'d>(&'d self, plan: &'d Plan) -> Donor<'d> {
        plan.donor(&self.lent)
    }

    /// Some units, each changed in a run of its own.
    ///
    /// # Errors
    /// As [`Patched::replay`].
    pub(crate) async fn replay(
        &self,
        model: &Gpt2,
        plan: &Plan,
        units: &[Unit],
        host: &impl Host,
    ) -> Result<Patched, EngineError> {
        let change = Intervention { site: plan.site, units, spots: &plan.spots, donor: self.donor(plan) };
        Ok(Patched::replay(model, &self.base().run, change, host).await?)
    }
}

/// The metric of the two unpatched runs.
///
/// # Errors
/// Where the device does not return the numbers.
pub(crate) async fn baselines(
    model: &Gpt2,
    judge: &Judge,
    subject: &Subject,
) -> Result<Baselines, EngineError> {
    Ok(Baselines {
        clean: judge.of_run(model, &subject.clean.run).await?,
        corrupt: judge.of_run(model, &subject.corrupt.run).await?,
    })
}
