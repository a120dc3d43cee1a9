use peek_interp::{
    InterpError, Judge, attention_pattern, changed_pattern, check_units, final_logits, lens_logits,
};
use peek_model::ModelError;
use peek_names::{HeadId, Site, Unit};
use peek_protocol::{At, Pattern, Place, Response, Score, Setup, TogetherRequest, TogetherResult};

use super::{MeanPlan, Plan, Subject, baselines};
use crate::{
    EngineError, Host, Session,
    convert::{lens_points, score, summary},
    error::fault,
    pair::Pair,
    session::Loaded,
};

impl Session {
    /// Some units changed in one run, and each by itself.
    pub(crate) async fn together(
        &mut self,
        request: TogetherRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let started = host.now_ms();
        let TogetherRequest { id, pair: typed, setup, units, look } = request;
        let setup = Setup { at: if setup.at == At::Grid { At::All } else { setup.at }, ..setup };
        let loaded = self.loaded()?;
        let pair = Pair::read(loaded, &typed)?;
        pair.check_foil(setup.metric)?;
        let means = MeanPlan::of(loaded, &pair, &setup, typed.prepend_bos)?;
        let plan = Plan::new(&pair, &setup, means).map_err(|note| pair.refused(note))?;
        let refused = |error: InterpError| pair.refused(fault(Place::Setup, error));
        let Loaded { model, tokenizer, cache, .. } = loaded;
        check_units(setup.site, model, &units).map_err(refused)?;
        if let Some(head) = look {
            check_units(Site::Z, model, &[Unit::Head(head)]).map_err(refused)?;
        }

        let subject = Subject::run(model, cache, &pair, &setup, &plan, host).await?;
        let (answer, foil) = pair.followed();
        let judge = Judge::new(model, setup.metric, answer, foil, &subject.clean.run).await?;
        let baselines = baselines(model, &judge, &subject).await?;

        let singles = subject.replay(model, &plan, &units, host).await?;
        cache.count_replayed(singles.replayed());
        let singles = judge.scores(model, &singles, host).await?.into_iter().next().unwrap_or_default();
        let singles = units.iter().copied().zip(singles.into_iter().map(score)).collect();

        // Every setup but a grid has one spot.
        let Some(spot) = plan.spots.first() else {
            let (position, tokens) = (0, plan.base.len());
            return Err(refused(InterpError::NoSuchPosition { position, tokens }));
        };
        let (base, donor) = (subject.base(), subject.donor(&plan));
        let changed = base.run.patched(model, (plan.site, &units), spot, donor, host).await?;
        let value = judge.of_run(model, &changed).await?;
        let unpatched = judge.of_run(model, &base.run).await?;
        let joint = Score { value, delta: value.zip(unpatched).map(|(value, base)| value - base) };

        let outside = || ModelError::NoSuchToken { token: answer, vocab: model.config.vocab };
        let run = summary(&final_logits(model, &changed).await?, answer, tokenizer).ok_or_else(outside)?;
        let layers = model.config.layers;
        let clean_lens = lens_points(layers, &*subject.clean.lens_logits(model).await?, answer);
        let corrupt_lens = lens_points(layers, &*subject.corrupt.lens_logits(model).await?, answer);
        host.pause().await?;
        let patched_lens = lens_points(layers, &lens_logits(model, &changed).await?, answer);
        let put = |head: HeadId| plan.site == Site::Pattern && units.contains(&Unit::Head(head));
        let pattern = match look {
            None => None,
            Some(head) => {
                let weights = if put(head) {
                    changed_pattern(model, (&base.run, &changed), head, spot, donor).await?
                } else {
                    attention_pattern(model, &changed, head).await?
                };
                Some((head, Pattern { tokens: pair.tokens(setup.edit.base()).to_vec(), weights }))
            }
        };
        let elapsed_ms = host.now_ms() - started;
        host.send(Response::Together(Box::new(TogetherResult {
            id,
            baselines,
            joint,
            singles,
            run,
            clean_lens,
            corrupt_lens,
            patched_lens,
            pattern,
            elapsed_ms,
        })));
        Ok(())
    }
}
