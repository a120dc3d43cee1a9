use burn::tensor::Tensor;
use peek_model::{Block, Gpt2};
use peek_names::Layer;

use crate::{InterpError, Run};

/// Many patched runs at once, a layer a step.
///
/// Attention is causal, so a run that is patched at position `from` is, before it, the unpatched run `base`. What is left
/// of it are its `T - from` rows from there on, which read the base run's keys and values before `from`. The rows of all
/// patched runs go up together as one batch a layer; a run joins the batch at the layer of its patch, since below that
/// it is the base run too. A run that is changed at `from` alone joins as that one row: what comes after it is the base
/// run's until the next layer's attention. Of the last layer only the last row is made, which is all that a metric
/// reads.
///
/// What was patched - which site, which head, with which value - is the business of whoever makes the rows that enter.
pub(crate) struct Replay<'r> {
    model: &'r Gpt2,
    base: &'r Run,
    from: usize,
    /// `[runs * (T - from), d]`, after the last layer `[runs, d]`.
    rows: Option<Tensor<2>>,
    /// `[runs, d]`: runs that so far are changed at `from` alone.
    lone: Option<Tensor<2>>,
    /// Runs that were changed where the last position no longer hears of it.
    unheard: usize,
}

/// Runs that join a replay.
pub(crate) struct Entry {
    /// Where in the layer.
    pub(crate) stage: Stage,
    /// `[runs * (T - from), d]` run by run; or `[runs, d]` where they are [`Self::lone`].
    pub(crate) rows: Tensor<2>,
    /// Whether a run is changed at `from` alone.
    pub(crate) lone: bool,
}

/// A place in a layer where runs can join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// As `resid_pre`.
    Pre,
    /// As `resid_mid`.
    Mid,
    /// As `resid_post`.
    Post,
}

impl<'r> Replay<'r> {
    /// A replay into which nothing has entered yet, of runs that differ from `base` from position `from` on.
    pub(crate) fn new(model: &'r Gpt2, base: &'r Run, from: usize) -> Self {
        Self { model, base, from, rows: None, lone: None, unheard: 0 }
    }

    /// Takes all rows that are on their way through `layer`, with those that join in it. All entries of one replay are
    /// lone, or none is.
    ///
    /// # Errors
    /// Where the model has no such layer.
    pub(crate) fn step(&mut self, layer: Layer, joining: Option<Entry>) -> Result<(), InterpError> {
        let block = self.model.block(layer)?;
        let top = layer.index() + 1 == self.model.config.layers;
        let (mut mid, mut post) = (Vec::new(), None);
        let mut lone = 0;
        // A run whose one row is its last is whole.
        let alone = |entry: &Entry| entry.lone && self.size() > 1;
        match joining {
            Some(entry) if entry.stage == Stage::Pre => {
                let place = if alone(&entry) { &mut self.lone } else { &mut self.rows };
                *place = join(place.take(), Some(entry.rows));
                mid.extend(self.attended(layer, block, top)?);
            }
            Some(entry) => {
                let (is_lone, runs) = (alone(&entry), entry.rows.dims()[0]);
                mid.extend(self.attended(layer, block, top)?);
                match (is_lone && top, entry.stage) {
                    (true, _) => self.unheard += runs,
                    (false, Stage::Post) if is_lone => self.lone = Some(entry.rows),
                    (false, Stage::Post) => post = Some(self.shown(entry.rows, top)),
                    (false, _) => {
                        lone = if is_lone { runs } else { 0 };
                        mid.push(if is_lone { entry.rows } else { self.shown(entry.rows, top) });
                    }
                }
            }
            None => mid.extend(self.attended(layer, block, top)?),
        }
        let mid = mid.into_iter().fold(None, |all, rows| join(all, Some(rows)));
        let mut done = mid.map(|rows| block.resid_post(rows));
        if let (Some(rows), true) = (&done, lone > 0) {
            let whole = rows.dims()[0] - lone;
            self.lone = Some(rows.clone().narrow(0, whole, lone));
            done = (whole > 0).then(|| rows.clone().narrow(0, 0, whole));
        }
        self.rows = join(done, post);
        Ok(())
    }

    /// The last position's rows as they are after the last layer, `[runs, d]`, in the order in which they entered.
    pub(crate) fn rows(self) -> Option<Tensor<2>> {
        let unheard = (self.unheard > 0).then(|| {
            let row = self.base.final_row();
            let [_, d] = row.dims();
            row.expand([self.unheard, d])
        });
        join(self.rows, unheard)
    }

    /// Rows of a run.
    fn size(&self) -> usize {
        self.base.tokens().len() - self.from
    }

    /// `resid_mid` of the runs that have entered, [`Self::shown`].
    fn attended(&mut self, layer: Layer, block: &Block, top: bool) -> Result<Option<Tensor<2>>, InterpError> {
        let (rows, qkv) = match (self.rows.take(), self.lone.take()) {
            (None, None) => return Ok(None),
            (Some(rows), None) => (rows.clone(), block.qkv(rows)),
            (whole, Some(lone)) => {
                let [runs, _] = lone.dims();
                let before = whole.as_ref().map_or(0, |rows| rows.dims()[0]);
                let qkv = block.qkv(match &whole {
                    Some(whole) => Tensor::cat(vec![whole.clone(), lone.clone()], 0),
                    None => lone.clone(),
                });
                let spread = self.spread(qkv.clone().narrow(0, before, runs), &self.base.qkv(layer)?);
                let whole_qkv = (before > 0).then(|| qkv.narrow(0, 0, before));
                let lone = self.spread(lone, &self.base.resid_pre(layer, 0)?);
                match (whole, whole_qkv) {
                    (Some(whole), Some(qkv)) => {
                        (Tensor::cat(vec![whole, lone], 0), Tensor::cat(vec![qkv, spread], 0))
                    }
                    _ => (lone, spread),
                }
            }
        };
        let z = block.attend(&qkv, self.base.past(layer, self.from)?.as_ref(), self.size());
        Ok(Some(block.resid_mid(self.shown(rows, top), self.shown(z, top))))
    }

    /// The runs `[runs * (T - from), d]` of rows `[runs, d]` at `from`, what comes after being the base run's `[T, d]`.
    fn spread(&self, lone: Tensor<2>, base: &Tensor<2>) -> Tensor<2> {
        let ([runs, d], size) = (lone.dims(), self.size());
        let after = base.clone().narrow(0, self.from + 1, size - 1).unsqueeze::<3>();
        let rows = Tensor::cat(vec![lone.unsqueeze_dim::<3>(1), after.expand([runs, size - 1, d])], 1);
        rows.reshape([runs * size, d])
    }

    /// All rows, or in the last layer each run's last one.
    fn shown(&self, rows: Tensor<2>, top: bool) -> Tensor<2> {
        let ([n, d], size) = (rows.dims(), self.size());
        if !top || size == 1 {
            return rows;
        }
        rows.reshape([n / size, size, d]).narrow(1, size - 1, 1).reshape([n / size, d])
    }
}

fn join(first: Option<Tensor<2>>, rest: Option<Tensor<2>>) -> Option<Tensor<2>> {
    match (first, rest) {
        (Some(first), Some(rest)) => Some(Tensor::cat(vec![first, rest], 0)),
        (first, rest) => first.or(rest),
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
        /// each
        /// run's last row is that of the full run with that edit. Rows join whole, or as the one that is changed.
        #[test]
        fn a_patch_at_any_position_gives_the_full_runs_rows(
            (layers, heads, d_head, seed) in (1..5usize, 1..4usize, 1..6usize, any::<u64>()),
            tokens in proptest::collection::vec((0..30u32, 0..30u32), 1..12),
            from in any::<prop::sample::Index>(),
            lone in any::<bool>(),
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
                    let rows = model.block(layer).expect("there").resid_mid(base.resid_pre(layer, from).expect("kept"), z);
                    if lone { rows.narrow(0, 0, 1) } else { rows }
                });
                let rows = Tensor::cat(rows.collect(), 0);
                replay.step(layer, Some(Entry { stage: Stage::Mid, rows, lone })).expect("steps");
            }
            let replayed = numbers(replay.rows().expect("entered"));

            let runs = model.layers().flat_map(|layer| (0..heads).map(move |head| (layer, head)));
            for ((layer, head), fast) in runs.zip(replayed.chunks(config.d_model)) {
                let pass = Forward::new(&model, &corrupt, TapSet::none().and(Site::Z, [])).expect("runs");
                let full = pass.with_edits(vec![edit(layer, head)]).finish().resid_final;
                let slow = numbers(full.narrow(0, tokens.len() - 1, 1));
                for (fast, slow) in fast.iter().zip(&slow) {
                    prop_assert!((fast - slow).abs() < 1e-4, "{:?} H{}: {} against {}", layer, head, fast, slow);
                }
            }
        }
    }
}
