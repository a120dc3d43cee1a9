//! Random models of any shape.

use peek_model::{
    Gpt2, Gpt2Config,
    checkpoint::{self, Names, synth},
};
use pollster::block_on;

/// A model of this shape; `untied` gives it an output embedding of its own, with a bias.
pub(crate) fn random_model(config: &Gpt2Config, seed: u64, untied: bool) -> Gpt2 {
    let device = peek_model::cpu();
    if !untied {
        return synth::random_model(config, seed, &device).expect("a model");
    }
    let form = synth::Form { names: Names::TransformerLens, untied };
    let mut bytes = Vec::new();
    synth::write_as(config, form, seed, &mut bytes).expect("memory takes everything");
    let loaded = block_on(checkpoint::load(bytes.as_slice(), None, &device, |_, _| {})).expect("loads");
    assert_eq!(loaded.model.config, *config);
    loaded.model
}
