//! The same analysis over many pairs.

use peek_interp::{Judge, MeanOver, Metric, direct_effects};
use peek_names::{LogitScale, TokenId};
use peek_protocol::{
    At, Edit, LensPoint, Note, PairTexts, Place, Response, SetAnalysis, SetNumbers, SetReply, SetRequest,
    Setup, Side,
};

use crate::{
    EngineError, Host, Session,
    convert::lens_points,
    error::fault,
    intervene::{MeanPlan, Plan, Subject, baselines, typed},
    pair::Pair,
    session::Loaded,
};

impl Session {
    /// One item a pair, sent as each is finished. A pair that cannot be run does not stop the others.
    pub(crate) async fn set(&mut self, request: SetRequest, host: &impl Host) -> Result<(), EngineError> {
        let started = host.now_ms();
        let SetRequest { id, pairs, analysis } = request;
        let loaded = self.loaded()?;
        let read: Vec<Result<Pair, EngineError>> =
            pairs.iter().map(|pair| Pair::read(loaded, pair)).collect();
        let set = Set::of(loaded, &pairs, &read, &analysis)?;
        for (index, (pair, texts)) in read.into_iter().zip(&pairs).enumerate() {
            let result = match pair {
                Ok(pair) => numbers(loaded, &pair, texts, (&analysis, &set), host).await,
                Err(error) => Err(error),
            };
            let result = match result.map_err(|error| said(error, index)) {
                Ok(numbers) => Ok(numbers),
                Err(said) => Err(said?),
            };
            let reply = SetReply::Item { index, result, done: index + 1 };
            host.send(Response::Set { id, reply });
            host.pause().await?;
        }
        let elapsed_ms = host.now_ms() - started;
        host.send(Response::Set { id, reply: SetReply::Done { elapsed_ms } });
        Ok(())
    }
}

/// What pairs of a set share.
#[derive(Default)]
struct Set {
    /// Tokens that every changed prompt must have, where positions are counted.
    length: Option<usize>,
    /// The prompts of a mean.
    prompts: Vec<Vec<TokenId>>,
}

impl Set {
    fn of(
        loaded: &Loaded,
        texts: &[PairTexts],
        read: &[Result<Pair, EngineError>],
        analysis: &SetAnalysis,
    ) -> Result<Self, EngineError> {
        let SetAnalysis::Interventions(setup) = analysis else { return Ok(Self::default()) };
        let pairs = || read.iter().flatten();
        let counted =
            matches!(setup.at, At::One(_) | At::Grid) || setup.edit == Edit::Mean(MeanOver::Prompts);
        let first = pairs().next().map(|pair| pair.tokens(setup.edit.base()).len());
        let length = first.filter(|_| counted);
        let prepend_bos = texts.first().is_some_and(|texts| texts.prepend_bos);
        let mut prompts = typed(loaded, setup, prepend_bos)?;
        if prompts.is_empty() {
            let own = pairs().flat_map(|pair| [pair.ids(Side::Clean), pair.ids(Side::Corrupt)]);
            // A mean position by position is one over prompts of one length.
            let fits = |tokens: &Vec<TokenId>| {
                setup.edit != Edit::Mean(MeanOver::Prompts) || Some(tokens.len()) == length
            };
            prompts = own.filter(fits).collect();
        }
        Ok(Self { length, prompts })
    }
}

async fn numbers(
    loaded: &mut Loaded,
    pair: &Pair,
    texts: &PairTexts,
    (analysis, set): (&SetAnalysis, &Set),
    host: &impl Host,
) -> Result<SetNumbers, EngineError> {
    let difference = |scale| if pair.foil.is_some() { Metric::LogitDifference } else { Metric::Logit(scale) };
    match analysis {
        SetAnalysis::Interventions(setup) => interventions(loaded, pair, texts, (setup, set), host).await,
        SetAnalysis::Lens => {
            let centred = |point: &LensPoint| Some(point.reading.logit).filter(|logit| logit.is_finite());
            let (metric, mut cells) = (difference(LogitScale::Centred), Vec::new());
            let baselines = of_runs(loaded, pair, metric, host).await?;
            let Loaded { model, cache, .. } = loaded;
            for side in [Side::Clean, Side::Corrupt] {
                let run = cache.run(model, &pair.ids(side), host).await?;
                let logits = run.lens_logits(model).await?;
                cells.extend(lens_points(model.config.layers, &logits, pair.answer.id).iter().map(centred));
            }
            Ok(SetNumbers { baselines, cells })
        }
        SetAnalysis::Direct(scale, by) => {
            let baselines = of_runs(loaded, pair, difference(*scale), host).await?;
            let Loaded { model, cache, .. } = loaded;
            let clean = cache.run(model, &pair.ids(Side::Clean), host).await?;
            let corrupt = cache.run(model, &pair.ids(Side::Corrupt), host).await?;
            let runs = (&clean.run, &corrupt.run);
            let effects = direct_effects(model, runs, pair.followed(), *scale, *by).await?;
            let finite = |effect: f32| Some(effect).filter(|effect| effect.is_finite());
            Ok(SetNumbers { baselines, cells: effects.into_iter().flatten().map(finite).collect() })
        }
    }
}

/// Every unit's deltas, unit by unit.
async fn interventions(
    loaded: &mut Loaded,
    pair: &Pair,
    texts: &PairTexts,
    (setup, set): (&Setup, &Set),
    host: &impl Host,
) -> Result<SetNumbers, EngineError> {
    pair.check_foil(setup.metric)?;
    let tokens = pair.tokens(setup.edit.base()).len();
    if let Some(length) = set.length.filter(|length| *length != tokens) {
        let message = format!(
            "this prompt has {tokens} tokens and the set's first has {length}, and positions are counted: choose prompts of \
             one length, or the last position"
        );
        return Err(fault(Place::Setup, message).into());
    }
    let means = MeanPlan::over(loaded, setup, texts.prepend_bos, || set.prompts.clone());
    let plan = Plan::new(pair, setup, means)?;
    let Loaded { model, cache, .. } = loaded;
    let subject = Subject::run(model, cache, pair, setup, &plan, host).await?;
    let (answer, foil) = pair.followed();
    let judge = Judge::new(model, setup.metric, answer, foil, &subject.clean.run).await?;
    let baselines = baselines(model, &judge, &subject).await?;
    let units = plan.site.units(model.config.layers, model.config.heads);
    let changed = subject.replay(model, &plan, &units, host).await?;
    cache.count_replayed(changed.replayed());
    let spots = judge.scores(model, &changed, host).await?;
    let of_unit = |unit: usize| spots.iter().map(move |spot| spot.get(unit).and_then(|score| score.delta));
    Ok(SetNumbers { baselines, cells: (0..units.len()).flat_map(of_unit).collect() })
}

/// The metric of a pair's two runs.
async fn of_runs(
    loaded: &mut Loaded,
    pair: &Pair,
    metric: Metric,
    host: &impl Host,
) -> Result<peek_protocol::Baselines, EngineError> {
    pair.check_foil(metric)?;
    let Loaded { model, cache, .. } = loaded;
    let clean = cache.run(model, &pair.ids(Side::Clean), host).await?;
    let corrupt = cache.run(model, &pair.ids(Side::Corrupt), host).await?;
    let (answer, foil) = pair.followed();
    let judge = Judge::new(model, metric, answer, foil, &clean.run).await?;
    Ok(peek_protocol::Baselines {
        clean: judge.of_run(model, &clean.run).await?,
        corrupt: judge.of_run(model, &corrupt.run).await?,
    })
}

/// What is wrong with one pair, each note with the name of its field; or the error again, where it is no pair's.
fn said(error: EngineError, index: usize) -> Result<Vec<Note>, EngineError> {
    let at = |note: Note| {
        let field = match note.place {
            Place::Clean => "Clean prompt: ",
            Place::Corrupt => "Corrupt prompt: ",
            Place::Answer => "Answer: ",
            Place::Foil => "Foil: ",
            _ => "",
        };
        Note { place: Place::SetPair(index), message: format!("{field}{}", note.message), ..note }
    };
    match error {
        EngineError::Invalid(refusal) => Ok(refusal.notes.into_iter().map(at).collect()),
        EngineError::Refused(_) | EngineError::Model(_) => Ok(vec![fault(Place::SetPair(index), error)]),
        error => Err(error),
    }
}
