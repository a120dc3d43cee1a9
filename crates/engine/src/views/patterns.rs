use peek_interp::{Run, attention_pattern, attention_patterns, value_norms};
use peek_model::{Gpt2, ModelError};
use peek_names::{HeadId, Layer};
use peek_protocol::{Patterns, PatternsReply, PatternsRequest, Place, Response};

use crate::{EngineError, Host, Session, error::fault, pair::Pair, session::Loaded};

/// Most weights of a layer to have at once; of longer prompts one head's are made after the other.
const WEIGHTS_AT_ONCE: usize = 4 << 20;

impl Session {
    /// Every head's pattern in both runs, a layer at a time.
    pub(crate) async fn patterns(
        &mut self,
        request: PatternsRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let PatternsRequest { id, pair, layer, weighted, most } = request;
        let loaded = self.loaded()?;
        let [clean, corrupt] = Pair::prompts(loaded, &pair)?;
        let Loaded { model, cache, .. } = loaded;
        let layers = model.config.layers;
        if let Some(layer) = layer.filter(|layer| layer.index() >= layers) {
            return Err(fault(Place::Grid, ModelError::NoSuchLayer { layer, layers }).into());
        }
        let clean_run = cache.run(model, &clean.ids(), host).await?;
        let corrupt_run = cache.run(model, &corrupt.ids(), host).await?;
        let chosen: Vec<Layer> = layer.map_or_else(|| model.layers().collect(), |layer| vec![layer]);
        let total = chosen.len();
        for (at, layer) in chosen.into_iter().enumerate() {
            let (size, heads) = of_layer(model, &clean_run.run, layer, (weighted, most), host).await?;
            let of_clean = Patterns { tokens: clean.tokens.clone(), size, heads };
            let (size, heads) = of_layer(model, &corrupt_run.run, layer, (weighted, most), host).await?;
            let of_corrupt = Patterns { tokens: corrupt.tokens.clone(), size, heads };
            host.send(Response::Patterns(PatternsReply {
                id,
                layer,
                clean: of_clean,
                corrupt: of_corrupt,
                done: at + 1,
                total,
            }));
        }
        Ok(())
    }
}

/// The side of each pattern of a layer, and each head's, `[H][size * size]`.
async fn of_layer(
    model: &Gpt2,
    run: &Run,
    layer: Layer,
    (weighted, most): (bool, Option<usize>),
    host: &impl Host,
) -> Result<(usize, Vec<Vec<f32>>), EngineError> {
    let (heads, t) = (model.config.heads, run.tokens().len());
    let norms = if weighted { value_norms(model, run, layer).await? } else { Vec::new() };
    let size = most.map_or(t, |most| most.clamp(1, t));
    let finished = |head: usize, mut pattern: Vec<f32>| {
        if let Some(norms) = norms.get(head) {
            for row in pattern.chunks_mut(t) {
                row.iter_mut().zip(norms).for_each(|(weight, norm)| *weight *= norm);
            }
        }
        if size < t { shrunk(&pattern, t, size) } else { pattern }
    };
    let mut all = Vec::with_capacity(heads);
    if heads * t * t <= WEIGHTS_AT_ONCE {
        let patterns = attention_patterns(model, run, layer).await?;
        all.extend(
            patterns.chunks(t * t).enumerate().map(|(head, pattern)| finished(head, pattern.to_vec())),
        );
        host.pause().await?;
    } else {
        for head in 0..heads {
            let of = HeadId { layer, head: u16::try_from(head).unwrap_or(u16::MAX) };
            all.push(finished(head, attention_pattern(model, run, of).await?));
            host.pause().await?;
        }
    }
    Ok((size, all))
}

/// A pattern `[t, t]` as `[size, size]`, `size` being less than `t`: each cell the largest weight of those it stands for, so
/// that a lone strong one is still seen.
fn shrunk(pattern: &[f32], t: usize, size: usize) -> Vec<f32> {
    let mut cells = vec![f32::NEG_INFINITY; size * size];
    for (query, row) in pattern.chunks(t).enumerate() {
        let cells = &mut cells[query * size / t * size..][..size];
        for (key, &weight) in row.iter().enumerate() {
            let cell = &mut cells[key * size / t];
            *cell = cell.max(weight);
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::shrunk;

    #[test]
    fn a_smaller_pattern_keeps_every_largest_weight() {
        let t = 7;
        let pattern: Vec<f32> = (0..t * t).map(|at| ((at * 31) % 47) as f32).collect();
        for size in 1..t {
            let small = shrunk(&pattern, t, size);
            for row in 0..size {
                for column in 0..size {
                    let of = |cell: usize| (0..t).filter(move |at| at * size / t == cell);
                    let covered = of(row).flat_map(|query| of(column).map(move |key| query * t + key));
                    let largest = covered.map(|at| pattern[at]).max_by(f32::total_cmp).expect("some");
                    assert_eq!(small[row * size + column], largest, "{row} {column} of {size}");
                }
            }
        }
    }
}
