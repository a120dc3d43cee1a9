//! How long the loaded model takes on the device that it is on.

use peek_interp::{Run, Sweep, final_logits, group_count, groups_of};
use peek_model::Gpt2;
use peek_names::{LogitScale, TokenId};
use peek_protocol::{Benchmark, BenchmarkRequest, Response};

use crate::{EngineError, Host, Session, session::Loaded};

/// Tokens of a usual pair.
const TOKENS: usize = 16;
/// Most times of each: a page asks for a few.
const MOST_RUNS: u8 = 50;

impl Session {
    /// Times runs and sweeps with tokens of no meaning, which cost what others cost. Nothing of it is kept.
    pub(crate) async fn benchmark(
        &mut self,
        request: BenchmarkRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let BenchmarkRequest { id, runs } = request;
        let Loaded { model, .. } = &*self.loaded()?;
        let tokens = TOKENS.min(model.config.context);
        let (clean, corrupt) = (ids(model, tokens, 7), ids(model, tokens, 11));
        let (mut forward_ms, mut sweep_ms, mut dispatches) = (Vec::new(), Vec::new(), None);
        // The first time of each fills caches and compiles shaders.
        for time in 0..=runs.min(MOST_RUNS) {
            let (began, before) = (host.now_ms(), host.dispatches());
            let clean = Run::new(model, &clean, host).await?;
            final_logits(model, &clean).await?;
            let forward = host.now_ms() - began;
            dispatches = host.dispatches().zip(before).map(|(now, before)| now - before);

            let corrupt = Run::new(model, &corrupt, host).await?;
            final_logits(model, &corrupt).await?;
            let began = host.now_ms();
            for layers in groups_of(model.config.layers, group_count(model)) {
                let group = Sweep::replay(model, &clean, &corrupt, layers, host).await?;
                group.deltas(model, TokenId(0), LogitScale::Centred).await?;
            }
            let sweep = host.now_ms() - began;
            if time > 0 {
                forward_ms.push(forward);
                sweep_ms.push(sweep);
            }
        }
        host.send(Response::Benchmark {
            id,
            benchmark: Benchmark { tokens, forward_ms, sweep_ms, dispatches },
        });
        Ok(())
    }
}

/// Different tokens, all of them the model's.
fn ids(model: &Gpt2, count: usize, step: usize) -> Vec<TokenId> {
    let vocab = model.config.vocab.max(1);
    // A vocabulary has fewer than 2^32 tokens.
    (1..=count).map(|at| TokenId((at * step % vocab) as u32)).collect()
}
