use std::{fs::File, io::BufWriter};

use peek_model::{
    Gpt2Config,
    checkpoint::{Names, synth},
};

use crate::{
    args::{Naming, SynthArgs},
    error::CliError,
};

/// Writes a checkpoint of the shape that was asked for, and the config.json that goes with it.
pub(crate) fn write(args: &SynthArgs) -> Result<(), CliError> {
    if !args.d_model.is_multiple_of(args.heads) {
        return Err(CliError::Shape { d_model: args.d_model, heads: args.heads });
    }
    let config = Gpt2Config {
        layers: args.layers as usize,
        heads: args.heads as usize,
        d_model: args.d_model as usize,
        d_mlp: if args.attention_only { 0 } else { 4 * args.d_model as usize },
        vocab: args.vocab as usize,
        context: args.context as usize,
        ..Gpt2Config::gpt2_small()
    };
    std::fs::create_dir_all(&args.out).map_err(|error| CliError::file(&args.out, error))?;
    let path = args.out.join("model.safetensors");
    let file = File::create(&path).map_err(|error| CliError::file(&path, error))?;
    let names = match args.names {
        Naming::Gpt2 => Names::Gpt2,
        Naming::TransformerLens => Names::TransformerLens,
    };
    let form = synth::Form { names, untied: args.untied };
    synth::write_as(&config, form, args.seed, &mut BufWriter::with_capacity(1 << 20, file))
        .map_err(|error| CliError::file(&path, error))?;
    let mut json = serde_json::json!({
        "model_type": "gpt2",
        "activation_function": "gelu_new",
        "n_layer": config.layers,
        "n_head": config.heads,
        "n_embd": config.d_model,
        "n_positions": config.context,
        "n_ctx": config.context,
        "vocab_size": config.vocab,
        "layer_norm_epsilon": config.layer_norm_epsilon,
    });
    if args.attention_only {
        json["attn_only"] = true.into();
    }
    if args.untied {
        json["tie_word_embeddings"] = false.into();
    }
    let path = args.out.join("config.json");
    std::fs::write(&path, format!("{json:#}\n")).map_err(|error| CliError::file(&path, error))
}
