//! The replay gives what a full run a head gives, whatever the shape, the prompts and the grouping.

mod common;

use common::random_model;
use peek_interp::{FullSpeed, Run, Sweep, groups_of, naive};
use peek_model::{Gpt2, Gpt2Config};
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
    /// Whether the output embedding is one of its own, with a bias.
    untied: bool,
}

impl Case {
    fn model(&self) -> Gpt2 {
        random_model(&self.config, self.seed, self.untied)
    }
}

fn cases() -> impl Strategy<Value = Case> {
    (1..6usize, 1..5usize, 1..9usize, 2..60usize, any::<u64>(), any::<[bool; 2]>()).prop_flat_map(
        |(layers, heads, d_head, vocab, seed, [attention_only, untied])| {
            let config = Gpt2Config {
                layers,
                heads,
                d_model: heads * d_head * 2,
                d_mlp: if attention_only { 0 } else { heads * d_head * 4 },
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
                    untied,
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
        let model = case.model();
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
    let case = Case {
        config,
        seed: 5,
        clean: [1, 2, 3].map(TokenId).to_vec(),
        corrupt: [1, 7, 8, 9].map(TokenId).to_vec(),
        answer: TokenId(4),
        groups: 2,
        scale: LogitScale::Centred,
        untied: false,
    };
    let deltas: Vec<f32> = fast(&case.model(), &case).concat();
    assert_eq!(deltas.len(), 6);
    assert!(deltas.iter().all(|delta| delta.abs() > 1e-5), "{deltas:?}");
}

/// DistilGPT-2's, GPT-2 medium's and the small attention-only models' layers and heads, at widths that a test can afford.
#[test]
fn every_published_shape_is_swept() {
    for (layers, heads, attention_only) in [(6, 12, false), (24, 16, false), (12, 12, false), (2, 8, true)] {
        let d_model = 4 * heads;
        let d_mlp = if attention_only { 0 } else { 4 * d_model };
        let config =
            Gpt2Config { layers, heads, d_model, d_mlp, vocab: 90, context: 16, layer_norm_epsilon: 1e-5 };
        let case = Case {
            config,
            seed: 8,
            clean: [1, 2, 3, 80].map(TokenId).to_vec(),
            corrupt: [1, 2, 3, 7, 8].map(TokenId).to_vec(),
            answer: TokenId(4),
            groups: 4,
            scale: LogitScale::Centred,
            untied: attention_only,
        };
        let model = case.model();
        let slow = naive::head_scores(&model, &case.clean, &case.corrupt, case.answer, case.scale);
        let slow = block_on(slow).expect("runs");
        let fast = fast(&model, &case);
        assert_eq!((fast.len(), fast[0].len()), (layers, heads));
        let mut largest = 0.0_f32;
        for (fast, slow) in fast.concat().into_iter().zip(slow.concat()) {
            assert!((fast - slow).abs() < 1e-4, "{layers} x {heads}: {fast} against {slow}");
            largest = largest.max(slow.abs());
        }
        assert!(largest > 1e-3, "{layers} x {heads}: some head does something, {largest}");
    }
}
