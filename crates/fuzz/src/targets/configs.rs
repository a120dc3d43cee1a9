//! `config.json`s.

use peek_model::{Gpt2Config, checkpoint::HfConfig};

use super::{LONG, TEXT_MEMORY, checkpoints};
use crate::{Form, Outcome, Target, target::kind};

pub(super) const TARGET: Target = Target {
    name: "configs",
    form: Form::Json,
    long: LONG,
    short: 4000,
    memory: TEXT_MEMORY,
    words: &[
        "\"n_layer\":",
        "\"n_head\":",
        "\"n_embd\":",
        "\"n_inner\":null",
        "\"n_ctx\":",
        "\"n_positions\":",
        "\"vocab_size\":",
        "\"attn_only\":true",
        "\"d_head\":",
        "\"eps\":",
        "\"normalization_type\":\"LNPre\"",
        "\"tie_word_embeddings\":false",
        "2147483647",
        "2147483648",
        "65535",
        "65536",
        "null",
        "true",
    ],
    seeds,
    run,
};

fn seeds() -> Vec<Vec<u8>> {
    let tiny = checkpoints::tiny();
    let transformer_lens = concat!(
        r#"{"n_layers":2,"n_heads":2,"d_model":8,"d_mlp":12,"d_vocab":11,"n_ctx":5,"d_head":4,"eps":1e-5,"#,
        r#""act_fn":"gelu_new","normalization_type":"LN","attn_only":false,"positional_embedding_type":"standard"}"#
    );
    let written = [
        HfConfig::write(&tiny),
        HfConfig::write(&Gpt2Config { d_mlp: 0, ..tiny }),
        transformer_lens.to_owned(),
    ];
    written.map(String::into_bytes).into()
}

fn run(bytes: &[u8]) -> Outcome {
    match HfConfig::parse(bytes) {
        Ok(config) => {
            let written = HfConfig::write(config.shape());
            let again = HfConfig::parse(written.as_bytes()).expect("what was written can be read");
            let shape = |config: &HfConfig| {
                let epsilon = config.shape().layer_norm_epsilon;
                // The last of its digits may be lost as JSON; it is computed with as f32.
                (Gpt2Config { layer_norm_epsilon: 0.0, ..config.shape().clone() }, epsilon as f32)
            };
            assert_eq!(shape(&again), shape(&config), "{written}");
            // Whatever a config claims, the weights decide.
            let loaded = checkpoints::load(&checkpoints::whole(), Some(&config));
            assert!(loaded.is_err() || config.shape().d_model == checkpoints::tiny().d_model);
            Ok(format!("read, {} and {}", config.is_tied(), loaded.is_ok()))
        }
        Err(error) => Err(kind(&error.to_string())),
    }
}
