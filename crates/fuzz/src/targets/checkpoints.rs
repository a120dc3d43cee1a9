//! Checkpoints: safetensors in both families of names, with a config and without.

use peek_model::{
    Device, Gpt2, Gpt2Config, ModelError,
    checkpoint::{self, HfConfig, LoadedCheckpoint, Names, Rewrite, StoredDtype, synth},
};

use safetensors::SafeTensorError;

use super::LONGER;
use crate::{Form, Outcome, Target, target::kind};

pub(super) const TARGET: Target = Target {
    name: "checkpoints",
    form: Form::Headed,
    long: LONGER,
    short: 4000,
    // The chunk that is read at a time, twice where the file is written anew, and what a model of its size takes.
    memory: (1 << 20, 12),
    words: &[
        "\"dtype\":",
        "\"shape\":",
        "\"data_offsets\":",
        "\"F32\"",
        "\"F16\"",
        "\"BF16\"",
        "\"F4\"",
        "\"I64\"",
        "[0,0]",
        "[]",
        "\"__metadata__\":",
        "\"derived_from\":",
        "\"logit_error\":",
        "\"transformer.wte.weight\":",
        "\"lm_head.weight\":",
        "\"h.9999999999999999999.ln_1.weight\":",
        "\"h.65535.ln_1.weight\":",
        "\"blocks.0.attn.W_Q\":",
        "\"unembed.b_U\":",
        "version https://git-lfs",
        "PK\u{3}\u{4}",
    ],
    seeds,
    run,
};

/// Heads of width 4.
pub(super) fn tiny() -> Gpt2Config {
    Gpt2Config { layers: 1, heads: 2, d_model: 8, d_mlp: 12, vocab: 11, context: 5, layer_norm_epsilon: 1e-5 }
}

/// A shape that weights alone tell: heads of width 64.
fn inferable() -> Gpt2Config {
    Gpt2Config { d_model: 128, d_mlp: 1, vocab: 3, context: 2, ..tiny() }
}

fn write(config: &Gpt2Config, names: Names, untied: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    synth::write_as(config, synth::Form { names, untied }, 7, &mut bytes).expect("memory takes everything");
    bytes
}

/// The smallest whole checkpoint.
pub(super) fn whole() -> Vec<u8> {
    write(&tiny(), Names::Gpt2, false)
}

fn in_dtype(bytes: &[u8], config: Option<&HfConfig>, dtype: StoredDtype) -> Result<Vec<u8>, ModelError> {
    let mut out = Vec::new();
    pollster::block_on(async {
        let rewrite = Rewrite::open(bytes, config, dtype, "").await?;
        let announced = rewrite.bytes();
        rewrite.write(&mut out).await?;
        assert_eq!(announced, out.len() as u64, "the new file has another length");
        Ok(out)
    })
}

fn seeds() -> Vec<Vec<u8>> {
    let config = HfConfig::from(tiny());
    let half = |dtype| in_dtype(&whole(), Some(&config), dtype).expect("a whole checkpoint");
    let small = Gpt2Config { d_model: 4, heads: 2, d_mlp: 3, vocab: 5, context: 2, ..tiny() };
    vec![
        whole(),
        half(StoredDtype::F16),
        half(StoredDtype::BF16),
        write(&tiny(), Names::Gpt2, true),
        write(&small, Names::TransformerLens, false),
        write(&Gpt2Config { d_mlp: 0, ..small }, Names::TransformerLens, true),
        in_dtype(&write(&inferable(), Names::Gpt2, false), None, StoredDtype::F16)
            .expect("a whole checkpoint"),
    ]
}

pub(super) fn load(bytes: &[u8], config: Option<&HfConfig>) -> Result<LoadedCheckpoint, ModelError> {
    pollster::block_on(checkpoint::load(bytes, config, &Device::flex(), |_, _| {}))
}

fn run(bytes: &[u8]) -> Outcome {
    let tiny = HfConfig::from(tiny());
    let (with_config, alone) = (with(bytes, Some(&tiny)), with(bytes, None));
    match (&with_config, &alone) {
        (Err(a), Err(b)) => Err(format!("{a}, {b}")),
        _ => Ok(format!("{with_config:?}, {alone:?}")),
    }
}

fn with(bytes: &[u8], config: Option<&HfConfig>) -> Outcome {
    match load(bytes, config) {
        Ok(loaded) => {
            assert_eq!(loaded.bytes, bytes.len() as u64, "the length is another");
            match safetensors::SafeTensors::deserialize(bytes) {
                // It reads dtypes of tensors and metadata that nothing is wanted of here, whatever they are.
                Ok(_) | Err(SafeTensorError::InvalidHeaderDeserialization(_)) => {}
                Err(error) => panic!("the format's own reader refuses it: {error}"),
            }
            check(&loaded.model);
            let written = in_dtype(bytes, config, StoredDtype::F32).expect("what was read can be written");
            let again = load(&written, config).expect("what was written can be read");
            assert_eq!(again.model.config, loaded.model.config, "written anew it has another shape");
            Ok(format!("a model in {}", loaded.dtype))
        }
        Err(error) => Err(kind(&error.to_string())),
    }
}

/// That tensors have the shapes which the model's config claims.
fn check(model: &Gpt2) {
    let Gpt2Config { layers, heads, d_model, d_mlp, vocab, context, .. } = model.config;
    assert_eq!((heads * (d_model / heads.max(1)), model.blocks.len()), (d_model, layers));
    assert_eq!(model.wpe.dims(), [context, d_model]);
    let rows: usize = model.wte.blocks().iter().map(|block| block.dims()[0]).sum();
    assert_eq!(rows, vocab);
    let rows: usize = model.unembedding.embedding().blocks().iter().map(|block| block.dims()[0]).sum();
    assert_eq!(rows, vocab);
    for block in &model.blocks {
        assert_eq!(block.c_attn.weight().dims(), [d_model, 3 * d_model]);
        assert_eq!(block.attn_c_proj.weight().dims(), [d_model, d_model]);
        assert_eq!(block.mlp.is_some(), d_mlp > 0);
        if let Some(mlp) = &block.mlp {
            assert_eq!(mlp.c_fc.weight().dims(), [d_model, d_mlp]);
            assert_eq!(mlp.c_proj.weight().dims(), [d_mlp, d_model]);
        }
    }
}
