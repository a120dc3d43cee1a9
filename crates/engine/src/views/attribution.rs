use peek_interp::{attribute, direct_effects};
use peek_protocol::{Attribution, AttributionRequest, AttributionResult, Metric, Response, Side};

use crate::{EngineError, Host, Session, pair::Pair, session::Loaded};

impl Session {
    /// What every part of the two runs writes towards the answer at their last positions.
    pub(crate) async fn attribute(
        &mut self,
        request: AttributionRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let AttributionRequest { id, pair, scale, by } = request;
        let loaded = self.loaded()?;
        let pair = Pair::read(loaded, &pair)?;
        if pair.foil.is_some() {
            pair.check_foil(Metric::LogitDifference)?;
        }
        let Loaded { model, cache, .. } = loaded;
        let clean = cache.run(model, &pair.ids(Side::Clean), host).await?;
        let corrupt = cache.run(model, &pair.ids(Side::Corrupt), host).await?;
        let followed = pair.followed();
        let mut parts = Vec::new();
        for run in [&clean.run, &corrupt.run] {
            let last = run.tokens().len().saturating_sub(1);
            parts.push(attribution(attribute(model, run, last, followed, scale).await?));
            host.pause().await?;
        }
        let [clean_parts, corrupt_parts]: [Attribution; 2] = parts
            .try_into()
            .map_err(|_| EngineError::Device("two runs gave other than two attributions".into()))?;
        let direct = direct_effects(model, (&clean.run, &corrupt.run), followed, scale, by).await?;
        host.send(Response::Attribution(Box::new(AttributionResult {
            id,
            answer: pair.answer,
            foil: pair.foil,
            clean: clean_parts,
            corrupt: corrupt_parts,
            direct,
            notes: pair.notes,
        })));
        Ok(())
    }
}

fn attribution(of: peek_interp::Attribution) -> Attribution {
    let peek_interp::Attribution {
        embedding,
        position,
        heads,
        mlps,
        attention_biases,
        unembedding_bias,
        logit,
    } = of;
    Attribution { embedding, position, heads, mlps, attention_biases, unembedding_bias, logit }
}
