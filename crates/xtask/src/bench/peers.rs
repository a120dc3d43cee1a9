//! Whom we are compared with: TransformerLens on PyTorch, and onnxruntime-web running the same GPT-2.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{Chosen, Part, browser::copy_folder};
use crate::{process, workspace::Workspace};

/// TransformerLens's forward pass and loop over all heads, on all cores.
pub(super) fn transformer_lens(workspace: &Workspace, chosen: &Chosen) -> Result<Part> {
    let mut python = process::native(python(workspace, chosen)?);
    python.arg(workspace.root.join("tests/bench/lens_loop.py")).arg(checkpoint(chosen)?);
    python.args(chosen.tokens.iter().map(usize::to_string));
    let text = process::output_logged(&mut python)?;
    let mut part: Part = serde_json::from_str(&text).context("lens_loop.py did not answer in JSON")?;
    part.part = "transformer-lens".into();
    Ok(part)
}

/// Lays onnxruntime-web and the exported models into the benchmark's site.
pub(super) fn onnxruntime(workspace: &Workspace, chosen: &Chosen, site: &Path, layers: usize) -> Result<()> {
    let folder = workspace.root.join("tests/bench");
    if !folder.join("node_modules/onnxruntime-web").is_dir() {
        let mut npm = process::native("npm");
        process::run(npm.current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
    }
    copy_folder(&folder.join("node_modules/onnxruntime-web/dist"), &site.join("ort"))?;
    let mut wanted = Vec::new();
    wanted.extend(chosen.wasm.then_some(12));
    if chosen.webgpu {
        wanted.push(layers);
        wanted.extend((layers < 12).then_some(layers - 1));
    }
    fs::create_dir_all(site.join("onnx"))?;
    for layers in wanted {
        let file = site.join("onnx").join(model_file(layers));
        if !file.is_file() {
            let mut python = process::native(python(workspace, chosen)?);
            python.arg(folder.join("export_onnx.py")).arg(checkpoint(chosen)?).arg(layers.to_string());
            process::run(python.arg(&file))?;
        }
    }
    Ok(())
}

/// The name of the exported model of so many layers.
pub(super) fn model_file(layers: usize) -> String {
    format!("gpt2-{layers}.onnx")
}

fn checkpoint(chosen: &Chosen) -> Result<&Path> {
    chosen.checkpoint.as_deref().context("the generated weights were not written")
}

/// A Python with everything in `tests/bench/requirements.txt`, made below the target directory when first wanted.
fn python(workspace: &Workspace, chosen: &Chosen) -> Result<PathBuf> {
    let venv = chosen.folder.join("venv");
    let python = venv.join("bin/python");
    let requirements = workspace.root.join("tests/bench/requirements.txt");
    let note = venv.join(".peek-requirements");
    let wanted = fs::read_to_string(&requirements)?;
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("Installing tests/bench/requirements.txt into {}.", venv.display());
    process::run(process::native("python3").args(["-m", "venv"]).arg(&venv))?;
    process::run(
        process::native(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements),
    )?;
    fs::write(note, wanted)?;
    Ok(python)
}
