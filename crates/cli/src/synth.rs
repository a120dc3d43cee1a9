use std::{fs::File, io::BufWriter};

use peek_model::{Gpt2Config, checkpoint::synth};

use crate::{args::SynthArgs, error::CliError};

/// Writes a checkpoint of GPT-2 small's shape, and the config.json that goes with it.
pub(crate) fn write(args: &SynthArgs) -> Result<(), CliError> {
    let config = Gpt2Config::gpt2_small();
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
