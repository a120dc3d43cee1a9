use burn::tensor::Tensor;
use peek_model::Gpt2;
use peek_names::Layer;

use crate::{InterpError, Run};

/// Many patched runs at once, a layer a step.
///
/// Attention is causal, so a run that is patched at position `from` is, before it, the unpatched run `base`. What is left
/// of it are its `T - from` rows from there on, which read the base run's keys and values before `from`. The rows of all
/// patched runs go up together as one batch a layer; a run joins the batch at the layer of its patch, since below that
/// it is the base run too.
///
/// What was patched - which site, which head, with which value - is the business of whoever makes the rows that enter.
pub(crate) struct Replay<'r> {
    model: &'r Gpt2,
    base: &'r Run,
    from: usize,
    rows: Option<Tensor<2>>,
}

impl<'r> Replay<'r> {
    /// A replay into which nothing has entered yet, of runs that differ from `base` from position `from` on.
    pub(crate) fn new(model: &'r Gpt2, base: &'r Run, from: usize) -> Self {
        Self { model, base, from, rows: None }
    }

    /// Takes all rows that are on their way through `layer`. Runs whose attention was patched in it join as its
    /// `resid_mid`, run by run, `[runs * (T - from), d]`.
    ///
    /// # Errors
    /// Where the model has no such layer.
    pub(crate) fn step(&mut self, layer: Layer, joining: Option<Tensor<2>>) -> Result<(), InterpError> {
        let block = self.model.block(layer)?;
        let group = self.base.tokens().len() - self.from;
        let mut mid = Vec::new();
        if let Some(rows) = self.rows.take() {
            let past = self.base.past(layer, self.from)?;
            let z = block.attend(&block.qkv(rows.clone()), past.as_ref(), group);
            mid.push(block.resid_mid(rows, z));
        }
        mid.extend(joining);
        self.rows = match mid.len() {
            0 => None,
            1 => mid.pop().map(|rows| block.resid_post(rows)),
            _ => Some(block.resid_post(Tensor::cat(mid, 0))),
        };
        Ok(())
    }

    /// The rows as they are now, in the order in which they entered.
    pub(crate) fn rows(self) -> Option<Tensor<2>> {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use peek_model::{Forward, Gpt2Config, Site, TapSet, ZEdit, checkpoint::synth};
    use peek_names::{HeadId, TokenId};
    use pollster::block_on;
    use proptest::prelude::*;

    use super::*;
    use crate::FullSpeed;

    fn numbers(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec().expect("f32")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        /// Every head's `z` taken from another run at `from`, a run a head, all of them in one batch of groups of rows:
        /// each group is the end of the full run with that edit.
        #[test]
        fn a_patch_at_any_position_gives_the_full_runs_rows(
            (layers, heads, d_head, seed) in (1..5usize, 1..4usize, 1..6usize, any::<u64>()),
            tokens in proptest::collection::vec((0..30u32, 0..30u32), 1..12),
            from in any::<prop::sample::Index>(),
        ) {
            let d_model = heads * d_head * 2;
            let config = Gpt2Config {
                layers, heads, d_model, d_mlp: 2 * d_model, vocab: 30, context: 12, layer_norm_epsilon: 1e-5,
            };
            let model = synth::random_model(&config, seed, &peek_model::cpu()).expect("a model");
            let (clean, corrupt): (Vec<_>, Vec<_>) = tokens.iter().map(|&(a, b)| (TokenId(a), TokenId(b))).unzip();
            let from = from.index(tokens.len());
            let run = |tokens: &[TokenId]| block_on(Run::new(&model, tokens, &FullSpeed)).expect("runs");
            let (clean, base) = (run(&clean), run(&corrupt));

            let width = config.d_head();
            let edit = |layer: Layer, head: usize| ZEdit {
                head: HeadId { layer, head: head as u16 },
                position: from,
                z: clean.z(layer, from).expect("kept").narrow(0, 0, 1).narrow(1, head * width, width).flatten(0, 1),
            };
            let mut replay = Replay::new(&model, &base, from);
            for layer in model.layers() {
                let rows = (0..heads).map(|head| {
                    let z = base.z(layer, from).expect("kept");
                    let place = [0..1, head * width..(head + 1) * width];
                    let z = z.slice_assign(place, edit(layer, head).z.unsqueeze());
                    model.block(layer).expect("there").resid_mid(base.resid_pre(layer, from).expect("kept"), z)
                });
                replay.step(layer, Some(Tensor::cat(rows.collect(), 0))).expect("steps");
            }
            let replayed = numbers(replay.rows().expect("entered"));

            let size = (tokens.len() - from) * config.d_model;
            let runs = model.layers().flat_map(|layer| (0..heads).map(move |head| (layer, head)));
            for ((layer, head), fast) in runs.zip(replayed.chunks(size)) {
                let pass = Forward::new(&model, &corrupt, TapSet::none().and(Site::Z, [])).expect("runs");
                let full = pass.with_edits(vec![edit(layer, head)]).finish().resid_final;
                let slow = numbers(full.narrow(0, from, tokens.len() - from));
                for (fast, slow) in fast.iter().zip(&slow) {
                    prop_assert!((fast - slow).abs() < 1e-4, "{:?} H{}: {} against {}", layer, head, fast, slow);
                }
            }
        }
    }
}
