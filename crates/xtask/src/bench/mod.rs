//! `cargo xtask bench`: one run, one table. Every claim of speed is a ratio of two figures of the same run.
//!
//! ```text
//! native   cargo bench -p peek-bench (Criterion)        -> figures
//! browser  web/bench in a worker of Chromium, typing    -> figures  -> table.rs -> Markdown, JSON
//! peers    TransformerLens in Python, onnxruntime-web   -> figures
//! ```

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{process, workspace::Workspace};

mod browser;
mod native;
mod peers;
mod ratios;
mod table;
mod tasks;

/// `cargo xtask bench`
#[derive(clap::Args)]
pub(crate) struct BenchOptions {
    /// The native part: the CPU with all cores.
    #[arg(long)]
    native: bool,
    /// The CPU in wasm, one thread, in Chromium; and typing into the page.
    #[arg(long)]
    wasm: bool,
    /// The page in Chromium alone: typing, and what its main thread does meanwhile. Part of --wasm.
    #[arg(long)]
    page: bool,
    /// WebGPU in Chromium, on SwiftShader (two layers) unless --adapter names another.
    #[arg(long)]
    webgpu: bool,
    /// The same work by TransformerLens and onnxruntime-web, on the same weights. Installs both below the target
    /// directory and tests/bench.
    #[arg(long)]
    peers: bool,
    /// WebGPU in burn's own operations too, with fusion and without: two more builds of the engine.
    #[arg(long)]
    burn: bool,
    /// Prints JSON alone.
    #[arg(long)]
    json: bool,
    /// WebGPU adapter of Chromium, such as `default` for the system's own; all twelve layers then run.
    #[arg(long)]
    adapter: Option<String>,
    /// Lengths of the prompts in tokens.
    #[arg(long, value_delimiter = ',', default_values_t = [8, 16, 64, 256])]
    tokens: Vec<usize>,
}

/// One measured time.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Figure {
    /// Who: `native`, `wasm`, `webgpu`, `webgpu-burn`, `webgpu-fusion`, `transformer-lens`, `ort-wasm`, `ort-webgpu`, `page-small`, `page-demo`.
    part: String,
    /// What, by the names of `peek_bench::Work`.
    work: String,
    tokens: usize,
    /// The median.
    ms: f64,
    /// Of how many runs; 0 where Criterion decided.
    runs: usize,
    /// How it was scaled, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What one run asked of WebGPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
}

/// Calls of WebGPU's interface.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Counts {
    dispatches: usize,
    submits: usize,
    buffers: usize,
    reads: usize,
    writes: usize,
}

/// What one part of the run found.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Part {
    #[serde(default)]
    part: String,
    figures: Vec<Figure>,
    /// Layers of the model: fewer than 12 on a software adapter.
    #[serde(default)]
    layers: Option<usize>,
    /// Bytes of wasm memory at the end; it never shrinks.
    #[serde(default)]
    memory: Option<u64>,
    /// WebGPU's adapter.
    #[serde(default)]
    adapter: Option<String>,
    /// What the page's main thread did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<tasks::Tasks>,
}

/// Runs the chosen parts and prints the table.
///
/// # Errors
/// When a part cannot be built, run or read.
pub(crate) fn run(workspace: &Workspace, options: &BenchOptions) -> Result<()> {
    let all = !(options.native || options.wasm || options.page || options.webgpu || options.burn);
    let mut chosen = Chosen {
        tokens: options.tokens.clone(),
        native: all || options.native,
        wasm: all || options.wasm,
        page: all || options.wasm || options.page,
        webgpu: all || options.webgpu || options.burn,
        burn: options.burn,
        peers: options.peers,
        adapter: options.adapter.clone(),
        folder: workspace.target.join("bench"),
        checkpoint: None,
    };
    // What other programs print belongs to the run's log, not to its result.
    process::log_to_stderr();
    fs::create_dir_all(&chosen.folder)?;
    if chosen.peers || chosen.page {
        chosen.checkpoint = Some(checkpoint(workspace, &chosen)?);
    }
    let mut parts = Vec::new();
    if chosen.native {
        parts.push(native::run(workspace, &chosen)?);
    }
    if chosen.peers {
        parts.push(peers::transformer_lens(workspace, &chosen)?);
    }
    if chosen.page || chosen.webgpu {
        parts.extend(browser::run(workspace, &chosen)?);
    }
    let json = serde_json::to_string_pretty(&parts)?;
    let kept = chosen.folder.join("figures.json");
    fs::write(&kept, &json).with_context(|| format!("{} cannot be written", kept.display()))?;
    if options.json {
        println!("{json}");
    } else {
        println!("{}", table::markdown(&parts));
    }
    Ok(())
}

/// What was asked for, settled.
struct Chosen {
    tokens: Vec<usize>,
    native: bool,
    wasm: bool,
    page: bool,
    webgpu: bool,
    burn: bool,
    peers: bool,
    adapter: Option<String>,
    /// Where everything of the benchmark lies.
    folder: PathBuf,
    /// A folder with the generated weights as a checkpoint.
    checkpoint: Option<PathBuf>,
}

/// The generated weights as files, for programs that open files.
fn checkpoint(workspace: &Workspace, chosen: &Chosen) -> Result<PathBuf> {
    let folder = chosen.folder.join("checkpoint");
    if !folder.join("model.safetensors").is_file() {
        let mut synth = process::cargo(workspace);
        synth.args(["run", "--bin", "peek", "--", "synth", "--seed", "1", "--out"]).arg(&folder);
        process::run(&mut synth)?;
    }
    Ok(folder)
}
