//! What must hold of any run of any model.

use peek_interp::{
    FullSpeed, InterpError, Pace, Run, Stopped, Sweep, attention_pattern, attention_patterns, final_logits,
    lens_labels, lens_logits,
};
use peek_model::{Forward, Gpt2, Gpt2Config, ModelError, Site, TapSet, checkpoint::synth};
use peek_names::{HeadId, Layer, LogitScale, TokenId};
use pollster::block_on;
use std::cell::Cell;

fn model() -> Gpt2 {
    let config = Gpt2Config {
        layers: 3,
        heads: 4,
        d_model: 32,
        d_mlp: 64,
        vocab: 50,
        context: 16,
        layer_norm_epsilon: 1e-5,
    };
    synth::random_model(&config, 11, &peek_model::cpu()).expect("a model")
}

fn tokens() -> Vec<TokenId> {
    [3, 1, 4, 1, 5, 9].map(TokenId).to_vec()
}

fn run(model: &Gpt2, tokens: &[TokenId]) -> Run {
    block_on(Run::new(model, tokens, &FullSpeed)).expect("runs")
}

#[test]
fn rows_of_a_pattern_are_distributions_over_the_past() {
    let (model, tokens) = (model(), tokens());
    let run = run(&model, &tokens);
    let t = tokens.len();
    for head in (0..3).flat_map(|layer| (0..4).map(move |head| HeadId::new(layer, head))) {
        let pattern = block_on(attention_pattern(&model, &run, head)).expect("reads");
        assert_eq!(pattern.len(), t * t);
        for (query, row) in pattern.chunks(t).enumerate() {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{head} {query}: {row:?}");
            assert!(row[query + 1..].iter().all(|&w| w == 0.0), "{head} looks ahead");
        }
        let layer = block_on(attention_patterns(&model, &run, head.layer)).expect("reads");
        assert_eq!(layer[head.head_index() * t * t..][..t * t], pattern[..], "{head} alone and in its layer");
    }
}

#[test]
fn the_future_does_not_change_the_past() {
    let (model, tokens) = (model(), tokens());
    let (short, long) = (run(&model, &tokens[..4]), run(&model, &tokens));
    let head = HeadId::new(2, 1);
    let of = |run| block_on(attention_pattern(&model, run, head)).expect("reads");
    let (short, long) = (of(&short), of(&long));
    for query in 0..4 {
        for key in 0..4 {
            let (a, b) = (short[query * 4 + key], long[query * tokens.len() + key]);
            assert!((a - b).abs() < 1e-6, "{query} {key}: {a} {b}");
        }
    }
}

#[test]
fn the_last_point_of_the_lens_is_the_models_own_prediction() {
    let (model, tokens) = (model(), tokens());
    let run = run(&model, &tokens);
    let lens = block_on(lens_logits(&model, &run)).expect("reads");
    let last = block_on(final_logits(&model, &run)).expect("reads");
    assert_eq!((lens.rows(), last.rows()), (4, 1));
    assert_eq!(lens_labels(3), ["0_pre", "1_pre", "2_pre", "final"]);
    let (a, b) = (lens.row(3).expect("there"), last.row(0).expect("there"));
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5));
    assert_ne!(lens.row(0), lens.row(3), "layers do something");
}

#[test]
fn patching_a_run_into_itself_changes_nothing() {
    let (model, tokens) = (model(), tokens());
    let run = run(&model, &tokens);
    let sweep = block_on(Sweep::replay(&model, &run, &run, 0..3, &FullSpeed)).expect("replays");
    for (layer, row) in block_on(sweep.deltas(&model, TokenId(7), LogitScale::Centred)).expect("reads") {
        assert!(row.iter().all(|delta| delta.abs() < 1e-5), "{layer:?}: {row:?}");
    }
}

#[test]
fn only_the_taps_that_were_asked_for_are_kept() {
    let (model, tokens) = (model(), tokens());
    let keep = TapSet::none().and(Site::Z, [Layer(1)]).and(Site::ResidMid, model.layers());
    let taps = Forward::new(&model, &tokens, keep).expect("runs").finish();
    assert_eq!(taps.count(), 4);
    assert_eq!(taps.get(Site::Z, Layer(1)).map(|z| z.dims()), Some([6, 32]));
    assert!(taps.get(Site::Z, Layer(0)).is_none());
    assert!(taps.k(Layer(1)).is_none());
    assert_eq!(taps.get(Site::ResidMid, Layer(2)).map(|x| x.dims()), Some([6, 32]));
}

#[test]
fn what_cannot_be_run_is_refused_by_name() {
    let model = model();
    let error = |tokens: Vec<TokenId>| {
        let error = block_on(Run::new(&model, &tokens, &FullSpeed)).expect_err("refused");
        error.to_string()
    };
    assert!(error(vec![]).contains("no token"));
    assert!(error(vec![TokenId(0); 17]).contains("17 tokens") && error(vec![TokenId(0); 17]).contains("16"));
    assert!(error(vec![TokenId(50)]).contains("token 50"));
    let run = run(&model, &tokens());
    let error = block_on(attention_pattern(&model, &run, HeadId::new(0, 4))).expect_err("no such head");
    assert!(matches!(error, InterpError::Model(ModelError::NoSuchHead { .. })), "{error}");
    assert!(block_on(attention_pattern(&model, &run, HeadId::new(3, 0))).is_err());
}

/// Says stop at the n-th pause.
struct StopAt(Cell<usize>);

impl Pace for StopAt {
    async fn pause(&self) -> Result<(), Stopped> {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        if left == 0 { Err(Stopped) } else { Ok(()) }
    }
}

#[test]
fn a_run_and_a_sweep_stop_within_a_layer() {
    let (model, tokens) = (model(), tokens());
    for layers_done in 0..3 {
        let pace = StopAt(Cell::new(layers_done));
        assert!(matches!(block_on(Run::new(&model, &tokens, &pace)), Err(InterpError::Stopped(_))));
    }
    let run = run(&model, &tokens);
    let stopped = block_on(Sweep::replay(&model, &run, &run, 0..3, &StopAt(Cell::new(1))));
    assert!(matches!(stopped, Err(InterpError::Stopped(_))));
}

#[test]
fn a_run_that_goes_on_after_a_prefix_is_the_run_from_the_start() {
    let model = model();
    let before = run(&model, &tokens());
    for (after, shared) in [
        (vec![3, 1, 4, 1, 5, 2, 6], 5),
        (vec![3, 1, 4, 1, 5, 9, 2], 6),
        // The last position is always made, so that there is something to run.
        (vec![3, 1, 4, 1, 5, 9], 5),
        (vec![3, 1], 1),
        (vec![3], 0),
        (vec![8, 1, 4], 0),
    ] {
        let after: Vec<TokenId> = after.into_iter().map(TokenId).collect();
        assert_eq!(before.shared_with(&after), shared);
        let (whole, rest) = (run(&model, &after), block_on(Run::after(&model, &before, &after, &FullSpeed)));
        let rest = rest.expect("runs");
        assert_eq!(rest.tokens(), after);
        let near =
            |a: &[f32], b: &[f32]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
        let lens = |run| block_on(lens_logits(&model, run)).expect("reads");
        for point in 0..4 {
            assert!(near(lens(&whole).row(point).expect("there"), lens(&rest).row(point).expect("there")));
        }
        let pattern = |run| block_on(attention_patterns(&model, run, Layer(2))).expect("reads");
        assert!(near(&pattern(&whole), &pattern(&rest)));
        let deltas = |run| {
            let sweep = block_on(Sweep::replay(&model, &before, run, 0..3, &FullSpeed)).expect("replays");
            block_on(sweep.deltas(&model, TokenId(7), LogitScale::Centred)).expect("reads")
        };
        for ((_, whole), (_, rest)) in deltas(&whole).iter().zip(&deltas(&rest)) {
            assert!(near(whole, rest), "{whole:?} {rest:?}");
        }
    }
}
