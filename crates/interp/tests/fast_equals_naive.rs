//! The replay gives what a full run a head gives, whatever the shape, the prompts and the grouping.

use peek_interp::{FullSpeed, Run, Sweep, groups_of, naive};
use peek_model::{Gpt2, Gpt2Config, checkpoint::synth};
use peek_names::{LogitScale, TokenId};
use pollster::block_on;
use proptest::prelude::*;

/// A shape, a seed, two prompts, an answer, the number of groups.
#[derive(Debug)]
struct Case {
    config: Gpt2Config,
    seed: u64,
    clean: Vec<TokenId>,
    corrupt: Vec<TokenId>,
    answer: TokenId,
    groups: usize,
    scale: LogitScale,
}

fn cases() -> impl Strategy<Value = Case> {
    (1..6usize, 1..5usize, 1..9usize, 2..60usize, any::<u64>()).prop_flat_map(
        |(layers, heads, d_head, vocab, seed)| {
            let config = Gpt2Config {
                layers,
                heads,
                d_model: heads * d_head * 2,
                d_mlp: heads * d_head * 4,
                vocab,
                context: 24,
                layer_norm_epsilon: 1e-5,
            };
            let token = move || (0..vocab as u32).prop_map(TokenId);
            let prompt = move || proptest::collection::vec(token(), 1..20);
            let scale = prop_oneof![Just(LogitScale::Centred), Just(LogitScale::Raw)];
            (prompt(), prompt(), token(), 1..5usize, scale).prop_map(
                move |(clean, corrupt, answer, groups, scale)| Case {
                    config: config.clone(),
                    seed,
                    clean,
                    corrupt,
                    answer,
                    groups,
                    scale,
                },
            )
        },
    )
}

fn fast(model: &Gpt2, case: &Case) -> Vec<Vec<f32>> {
    let run = |tokens: &[TokenId]| block_on(Run::new(model, tokens, &FullSpeed)).expect("runs");
    let (clean, corrupt) = (run(&case.clean), run(&case.corrupt));
    let mut rows = Vec::new();
    for layers in groups_of(case.config.layers, case.groups) {
        let sweep = block_on(Sweep::replay(model, &clean, &corrupt, layers, &FullSpeed)).expect("replays");
        rows.extend(block_on(sweep.deltas(model, case.answer, case.scale)).expect("reads"));
    }
    rows.sort_by_key(|(layer, _)| *layer);
    rows.into_iter().map(|(_, row)| row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_delta_equals_the_naive_twins(case in cases()) {
        let model = synth::random_model(&case.config, case.seed, &peek_model::cpu()).expect("a model");
        let slow = naive::head_scores(&model, &case.clean, &case.corrupt, case.answer, case.scale);
        let slow = block_on(slow).expect("runs");
        let fast = fast(&model, &case);
        prop_assert_eq!(fast.len(), slow.len());
        for (layer, (fast, slow)) in fast.iter().zip(&slow).enumerate() {
            prop_assert_eq!(fast.len(), slow.len());
            for (head, (fast, slow)) in fast.iter().zip(slow).enumerate() {
                prop_assert!((fast - slow).abs() < 1e-4, "L{}H{}: {} against {}", layer, head, fast, slow);
            }
        }
    }
}

/// The property above would also hold if every delta were zero.
#[test]
fn patching_does_something() {
    let config = Gpt2Config {
        layers: 3,
        heads: 2,
        d_model: 16,
        d_mlp: 32,
        vocab: 40,
        context: 16,
        layer_norm_epsilon: 1e-5,
    };
    let model = synth::random_model(&config, 5, &peek_model::cpu()).expect("a model");
    let case = Case {
        config,
        seed: 5,
        clean: [1, 2, 3].map(TokenId).to_vec(),
        corrupt: [1, 7, 8, 9].map(TokenId).to_vec(),
        answer: TokenId(4),
        groups: 2,
        scale: LogitScale::Centred,
    };
    let deltas: Vec<f32> = fast(&model, &case).concat();
    assert_eq!(deltas.len(), 6);
    assert!(deltas.iter().all(|delta| delta.abs() > 1e-5), "{deltas:?}");
}
