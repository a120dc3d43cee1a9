//! The loaded model's numbers beside published ones: [`Expectations`] -> checks -> rows.

mod expect;
mod measure;
mod tolerance;

use peek_interp::lens_labels;
use peek_names::HeadId;
use peek_protocol::{Response, SelfTestRequest, SelfTestRow};

pub use expect::{Expectations, Subject};

use crate::{EngineError, Host, Session, cache::RunCache, session::Loaded};
use expect::{Check, Followed, Pair};
use tolerance::Tolerance;

impl Session {
    /// Rows a check at a time, then the end. The page's own runs stay kept: these have a cache of their own.
    pub(crate) async fn self_test(
        &mut self,
        request: SelfTestRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let started = host.now_ms();
        let SelfTestRequest { id, expectations } = request;
        let Loaded { model, tokenizer, logit_error, .. } = &*self.loaded()?;
        let expected = Expectations::parse(&expectations)?;
        expected.fits(&model.config)?;
        let tolerance = Tolerance { logit_error: logit_error.unwrap_or(0.0).into() };
        let mut subject = measure::Subject { model, tokenizer, runs: RunCache::default(), host };
        let (mut done, total) = (0, expected.total());
        for check in &expected.checks {
            let rows = rows_of(check, &mut subject, tolerance).await?;
            done += rows.len();
            host.send(Response::SelfTestRows { id, rows, done, total });
            host.pause().await?;
        }
        host.send(Response::SelfTestDone { id, elapsed_ms: host.now_ms() - started });
        Ok(())
    }
}

async fn rows_of<H: Host>(
    check: &Check,
    subject: &mut measure::Subject<'_, H>,
    tolerance: Tolerance,
) -> Result<Vec<SelfTestRow>, EngineError> {
    // What a figure moves by, at most, where every logit moves by 1: a centred logit by 2, its own and the mean's; a
    // difference as much; a share of the softmax by 1/2.
    let one = |name, ours, published, decimals, factor| {
        vec![SelfTestRow::new(name, ours, published, tolerance.of(decimals, factor))]
    };
    Ok(match check {
        Check::Token { text, id } => {
            let ours = f64::from(subject.first(text)?.0);
            vec![SelfTestRow::new(format!("token of {text:?}"), ours, f64::from(*id), 0.0)]
        }
        Check::Logit { at, value, decimals } => {
            one(logit_name(at), subject.logit(at).await?, *value, *decimals, 2.0)
        }
        Check::Probability { at, value, decimals } => {
            let name = format!("probability of {:?} after {:?}{}", at.answer, at.prompt, front(at.bos));
            one(name, subject.probability(at).await?, *value, *decimals, 0.5)
        }
        Check::Loss { prompt, bos, value, decimals } => {
            let name = format!("loss of {prompt:?}{}", front(*bos));
            one(name, subject.loss(prompt, *bos).await?, *value, *decimals, 2.0)
        }
        Check::Lens { at, values, decimals } => {
            let labels = lens_labels(values.len().saturating_sub(1));
            let ours = subject.lens(at).await?;
            let named = labels.into_iter().zip(ours.into_iter().zip(values));
            let row = |(label, (ours, &value))| {
                let name = format!(
                    "lens at {label}: logit of {:?} after {:?}{}",
                    at.answer,
                    at.prompt,
                    front(at.bos)
                );
                SelfTestRow::new(name, ours, value, tolerance.of(*decimals, 2.0))
            };
            named.map(row).collect()
        }
        Check::HeadScores { pairs, share, values, decimals } => {
            let scores = subject.head_scores(pairs, *share).await?;
            // Two metrics, each a difference, in units of the distance from corrupt to clean.
            let allowed = tolerance.of(*decimals, 4.0 / scores.unit.abs().max(1e-3));
            let heads = values.first().map_or(1, Vec::len);
            let what = pairs_name(pairs, *share);
            let row = |(at, (ours, published))| {
                // Layers and heads are the model's, which numbers them in u16.
                let head = HeadId::new((at / heads) as u16, (at % heads) as u16);
                SelfTestRow::new(format!("{head}: {what}"), ours, published, allowed)
            };
            scores.values.into_iter().zip(values.concat()).enumerate().map(row).collect()
        }
    })
}

/// What tells a text without `<|endoftext|>` in front from the same text with it, which is the rule.
fn front(bos: bool) -> &'static str {
    if bos { "" } else { ", without BOS" }
}

fn logit_name(at: &[Followed]) -> String {
    match at {
        [one] => {
            let foil = one.foil.as_ref().map(|foil| format!(" minus {foil:?}")).unwrap_or_default();
            format!("logit of {:?}{foil} after {:?}{}", one.answer, one.prompt, front(one.bos))
        }
        several => format!("mean logit difference over {} prompts", several.len()),
    }
}

fn pairs_name(pairs: &[Pair], share: bool) -> String {
    let what = if share { "share of the clean run's effect" } else { "change of the logit" };
    match pairs {
        [one] => format!(
            "{what} of {:?}, {:?} patched into {:?}{}",
            one.answer,
            one.clean,
            one.corrupt,
            front(one.bos)
        ),
        several => format!("{what}, mean over {} pairs", several.len()),
    }
}
