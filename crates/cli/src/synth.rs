use std::{fs::File, io::BufWriter};

use peek_model::{Gpt2Config, checkpoint::synth};

use crate::{args::SynthArgs, error::CliError};

/// Writes a checkpoint of the shape that was asked for, and the config.json that goes with it.
pub(crate) fn write(args: &SynthArgs) -> Result<(), CliError> {
    if !args.d_model.is_multiple_of(args.heads) {
        return Err(CliError::Shape { d_model: args.d_model, heads: args.heads });
    }
    let config = Gpt2Config {
        layers: args.layers as usize,
        heads: args.heads as usize,
        d_model: args.d_model as usize,
        d_mlp: 4 * args.d_model as usize,
        vocab: args.vocab as usize,
        context: args.context as usize,
        ..Gpt2Config::gpt2_small()
    };
    std::fs::create_dir_all(&args.out).map_err(|error| CliError::file(&args.out, error))?;
    let path = args.out.join("model.safetensors");
    let file = File::create(&path).map_err(|error| CliError::file(&path, error))?;
    synth::write(&config, args.seed, &mut BufWriter::with_capacity(1 << 20, file))
        .map_err(|error| CliError::file(&path, error))?;
    let json = serde_json::json!({
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
    let path = args.out.join("config.json");
    std::fs::write(&path, format!("{json:#}\n")).map_err(|error| CliError::file(&path, error))
}
