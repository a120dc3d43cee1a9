//! Runs that are kept, so that only what changed is computed again.

use std::{cell::RefCell, rc::Rc};

use peek_interp::{InterpError, LogitRows, MeanSum, Means, Pace, Run, Sweep, final_logits, lens_logits};
use peek_model::Gpt2;
use peek_names::TokenId;

use crate::intervene::{Group, MeanPlan, Plan};

/// Most bytes of runs to keep beside the two newest, which always stay.
const BUDGET: usize = 256 << 20;
/// Most runs to keep: a pair and a page of lens prompts.
const RUNS: usize = 16;

/// A run and the logits that were read from it.
pub(crate) struct CachedRun {
    pub(crate) run: Run,
    last: RefCell<Option<Rc<LogitRows>>>,
    lens: RefCell<Option<Rc<LogitRows>>>,
}

impl CachedRun {
    /// `[1, V]`: the run's own prediction.
    pub(crate) async fn final_logits(&self, model: &Gpt2) -> Result<Rc<LogitRows>, InterpError> {
        if let Some(rows) = self.last.borrow().clone() {
            return Ok(rows);
        }
        let rows = Rc::new(final_logits(model, &self.run).await?);
        *self.last.borrow_mut() = Some(rows.clone());
        Ok(rows)
    }

    /// `[L + 1, V]`: the logit lens.
    pub(crate) async fn lens_logits(&self, model: &Gpt2) -> Result<Rc<LogitRows>, InterpError> {
        if let Some(rows) = self.lens.borrow().clone() {
            return Ok(rows);
        }
        let rows = Rc::new(lens_logits(model, &self.run).await?);
        *self.lens.borrow_mut() = Some(rows.clone());
        Ok(rows)
    }
}

/// The runs of one loaded model, newest first, and the last finished sweep, intervention and mean.
#[derive(Default)]
pub(crate) struct RunCache {
    runs: Vec<Rc<CachedRun>>,
    sweep: Last<(Vec<TokenId>, Vec<TokenId>), Vec<Sweep>>,
    patched: Last<Plan, Vec<Group>>,
    means: Last<MeanPlan, Means>,
    computed: Computed,
}

/// What the model has been run on, as against what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Computed {
    /// Prompts.
    pub runs: usize,
    /// Tokens of these prompts, less those that a kept run had begun with already.
    pub positions: usize,
    /// Changed runs of interventions.
    pub replayed: usize,
}

/// The last result of its kind, with all that it was made of.
struct Last<K, V>(Option<(K, Rc<V>)>);

impl<K, V> Default for Last<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq, V> Last<K, V> {
    fn get(&self, of: &K) -> Option<Rc<V>> {
        self.0.as_ref().filter(|(kept, _)| kept == of).map(|(_, value)| value.clone())
    }

    fn keep(&mut self, of: K, value: V) -> Rc<V> {
        let value = Rc::new(value);
        self.0 = Some((of, value.clone()));
        value
    }
}

impl RunCache {
    /// The run of these tokens: the kept one, or a new one.
    ///
    /// # Errors
    /// Where the tokens cannot be run, or `pace` says stop; then nothing is kept.
    pub(crate) async fn run(
        &mut self,
        model: &Gpt2,
        tokens: &[TokenId],
        pace: &impl Pace,
    ) -> Result<Rc<CachedRun>, InterpError> {
        let found = self.runs.iter().position(|kept| kept.run.tokens() == tokens);
        let run = match found {
            Some(at) => self.runs.remove(at),
            None => {
                let before = self.nearest(tokens);
                let run = match &before {
                    Some(before) => Run::after(model, &before.run, tokens, pace).await?,
                    None => Run::new(model, tokens, pace).await?,
                };
                let shared = before.map_or(0, |before| before.run.shared_with(tokens));
                self.computed.runs += 1;
                self.computed.positions += tokens.len() - shared;
                Rc::new(CachedRun { run, last: RefCell::default(), lens: RefCell::default() })
            }
        };
        self.runs.insert(0, run.clone());
        self.trim(model);
        Ok(run)
    }

    /// The kept run that begins most like these tokens, where it saves enough to be worth its copies.
    fn nearest(&self, tokens: &[TokenId]) -> Option<Rc<CachedRun>> {
        let shared = |kept: &Rc<CachedRun>| kept.run.shared_with(tokens);
        let best = self.runs.iter().max_by_key(|kept| shared(kept))?;
        (shared(best) * 4 >= tokens.len()).then(|| best.clone())
    }

    /// The finished sweep of this pair, where it is the last one.
    pub(crate) fn sweep(&self, clean: &[TokenId], corrupt: &[TokenId]) -> Option<Rc<Vec<Sweep>>> {
        self.sweep.get(&(clean.to_vec(), corrupt.to_vec()))
    }

    /// Keeps a finished sweep in place of the last one.
    pub(crate) fn keep_sweep(&mut self, clean: &[TokenId], corrupt: &[TokenId], groups: Vec<Sweep>) {
        self.sweep.keep((clean.to_vec(), corrupt.to_vec()), groups);
    }

    /// The changed runs of a plan, where it is the last one that was finished.
    pub(crate) fn patched(&self, plan: &Plan) -> Option<Rc<Vec<Group>>> {
        self.patched.get(plan)
    }

    /// Keeps a plan's changed runs, all of them, in place of the last one's.
    pub(crate) fn keep_patched(&mut self, plan: Plan, groups: Vec<Group>) {
        self.patched.keep(plan, groups);
    }

    /// Counts changed runs that were made.
    pub(crate) fn count_replayed(&mut self, runs: usize) {
        self.computed.replayed += runs;
    }

    /// A mean over prompts: the last one, or a new one.
    ///
    /// # Errors
    /// Where a prompt cannot be run, there is nothing to take the mean of, or `pace` says stop; then nothing is kept.
    pub(crate) async fn means(
        &mut self,
        model: &Gpt2,
        plan: &MeanPlan,
        pace: &impl Pace,
    ) -> Result<Rc<Means>, InterpError> {
        if let Some(means) = self.means.get(plan) {
            return Ok(means);
        }
        let mut sum = MeanSum::new(plan.site, plan.over, plan.bos)?;
        for tokens in &plan.prompts {
            let run = self.run(model, tokens, pace).await?;
            sum.add(model, &run.run)?;
            pace.pause().await?;
        }
        Ok(self.means.keep(plan.clone(), sum.mean()?))
    }

    /// What has been computed so far.
    pub(crate) fn computed(&self) -> Computed {
        self.computed
    }

    fn trim(&mut self, model: &Gpt2) {
        let mut bytes = 0;
        let mut kept = 0;
        self.runs.retain(|run| {
            bytes += run.run.bytes(model);
            kept += 1;
            kept <= 2 || (kept <= RUNS && bytes <= BUDGET)
        });
    }
}
