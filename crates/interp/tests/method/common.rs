//! Random small models and prompts, and hooks that do by hand what a donor does.

use peek_interp::{Donor, PositionMap, Positions, Site, Spot, Unit, naive};
use peek_model::{Gpt2, Gpt2Config, checkpoint::synth};
use peek_names::TokenId;
use pollster::block_on;
use proptest::{prelude::*, test_runner::TestCaseError};

use crate::random::random_model;

/// A shape, a seed, two prompts, what is changed and what is asked.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) config: Gpt2Config,
    pub(crate) seed: u64,
    pub(crate) clean: Vec<TokenId>,
    pub(crate) corrupt: Vec<TokenId>,
    pub(crate) answer: TokenId,
    pub(crate) foil: TokenId,
    pub(crate) site: Site,
    /// 0 another run, 1 a mean, 2 zero.
    pub(crate) donor: u8,
    pub(crate) positions: Positions,
    /// Whether the output embedding is one of its own, with a bias.
    pub(crate) untied: bool,
}

impl Case {
    pub(crate) fn model(&self) -> Gpt2 {
        random_model(&self.config, self.seed, self.untied)
    }
}

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    (1..4usize, 1..4usize, 1..5usize, 4..40usize, any::<u64>(), any::<[bool; 2]>()).prop_flat_map(
        |(layers, heads, d_head, vocab, seed, [attention_only, untied])| {
            let config = Gpt2Config {
                layers,
                heads,
                d_model: heads * d_head * 2,
                d_mlp: if attention_only { 0 } else { heads * d_head * 4 },
                vocab,
                context: 16,
                layer_norm_epsilon: 1e-5,
            };
            let token = move || (0..vocab as u32).prop_map(TokenId);
            // Prompts that begin alike, as pairs do.
            let start = proptest::collection::vec(token(), 0..4);
            let end = move || proptest::collection::vec(token(), 1..7);
            let positions = prop_oneof![Just(Positions::Last), Just(Positions::All), Just(Positions::Grid)];
            (
                start,
                end(),
                end(),
                token(),
                token(),
                prop::sample::select(Site::ALL.to_vec()),
                0..3u8,
                positions,
            )
                .prop_map(
                    move |(start, clean, corrupt, answer, foil, site, donor, positions)| Case {
                        config: config.clone(),
                        seed,
                        clean: [start.clone(), clean].concat(),
                        corrupt: [start, corrupt].concat(),
                        answer,
                        foil,
                        site,
                        donor,
                        positions,
                        untied,
                    },
                )
        },
    )
}

/// The prompt, cut or repeated to a length.
pub(crate) fn fit(tokens: &[TokenId], len: usize) -> Vec<TokenId> {
    tokens.iter().copied().cycle().take(len).collect()
}

/// A model of two layers.
pub(crate) fn small() -> Gpt2 {
    let config = Gpt2Config {
        layers: 3,
        heads: 2,
        d_model: 16,
        d_mlp: 32,
        vocab: 40,
        context: 16,
        layer_norm_epsilon: 1e-5,
    };
    synth::random_model(&config, 5, &peek_model::cpu()).expect("a model")
}

/// The hooks with which a unit is changed at a spot, worked out from full runs.
pub(crate) fn hooks_of(
    model: &Gpt2,
    (clean, map): (&[TokenId], &PositionMap),
    (site, unit): (Site, Unit),
    spot: &Spot,
    donor: &Donor<'_>,
    tokens: usize,
) -> Vec<naive::Hook> {
    let values = block_on(naive::hooked_run(model, clean, &[])).expect("runs").0;
    let at = |position| block_on(naive::value_at(model, &values, (site, unit), position)).expect("there");
    let hook = |&position: &usize| {
        let value = match donor {
            Donor::Run { .. } => at(map.donor(position).expect("paired")),
            Donor::Mean(_) if site == Site::Pattern => at(position),
            Donor::Mean(_) => {
                // The same prompt twice has the mean of once; its first token stands for BOS.
                let counted: Vec<usize> = (0..clean.len()).filter(|&at| clean[at] != clean[0]).collect();
                let rows: Vec<Vec<f32>> = counted.iter().map(|&position| at(position)).collect();
                let sum = |column: usize| rows.iter().map(|row| row[column]).sum::<f32>();
                (0..rows[0].len()).map(|column| sum(column) / rows.len() as f32).collect()
            }
            Donor::Zero if site == Site::Pattern => vec![0.0; tokens],
            Donor::Zero => vec![0.0; at(0).len()],
        };
        naive::Hook { site, unit, position, value }
    };
    spot.positions().iter().map(hook).collect()
}

/// Whether two rows are the same but for rounding.
pub(crate) fn near(a: &[f32], b: &[f32], tolerance: f32) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        prop_assert!((a - b).abs() < tolerance, "{} against {}", a, b);
    }
    Ok(())
}
