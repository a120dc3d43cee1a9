//! Reads an experiment's file from standard input and writes its TransformerLens code, for `tests/parity/run_snippets.py`.

use std::io::Read;

use peek_experiment::{Experiment, transformer_lens};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let analysis = Experiment::from_json(&text)?.analysis;
    print!("{}", transformer_lens(&analysis.pair, &analysis.setup)?);
    Ok(())
}
