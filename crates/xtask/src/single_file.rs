//! `dist/peek.html`: the whole page in one file, for a stick or a mail, opened by double click.
//!
//! A page on `file://` may fetch nothing and start no module worker, so everything is inside: page and engine with classic
//! glue, the demo model, GPT-2's merges, and whatever other data the site has.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::GzEncoder};

use crate::{
    BuildOptions,
    bindgen::{self, Glue},
    dist,
    inline::{self, Packed, Parts},
    process, service_worker,
    toolchain::WasmToolchain,
    wasm::{ENGINE_CPU, ENGINE_WEBGPU, PAGE_WHOLE, Product},
    workspace::Workspace,
};

/// Its name in `dist/`.
pub(crate) const NAME: &str = "peek.html";

/// It may be this large, in bytes: what a mail or a school's share takes without complaint.
const LIMIT: usize = 20_000_000;

/// Brings `dist/` up to date and adds the single file to it.
///
/// # Errors
/// As [`dist::build`], and when the file would be larger than it may be.
pub(crate) fn build(workspace: &Workspace, options: BuildOptions) -> Result<()> {
    dist::build(workspace, options)?;
    let toolchain = WasmToolchain::find(workspace, options.toolchain)?;
    // The engine with WebGPU also computes on the CPU: one is enough.
    let engine = if options.no_webgpu { &ENGINE_CPU } else { &ENGINE_WEBGPU };
    let (page_script, page_wasm) = bound(workspace, &toolchain, &PAGE_WHOLE)?;
    let (engine_script, engine_wasm) = bound(workspace, &toolchain, engine)?;
    let ours = |file: &str| read(&workspace.root.join("web/single-file").join(file));
    let files_script = ours("files.js")?;
    let worker = [
        engine_script,
        files_script.clone(),
        ours("worker.js")?,
        read(&workspace.root.join("web/static/worker.js"))?,
    ];

    let mut files = data(&workspace.dist())?;
    files.push(pack("page.wasm", &page_wasm)?);
    files.push(pack("engine.wasm", &engine_wasm)?);
    files.push(pack("worker.js", worker.join("\n").as_bytes())?);
    let html = inline::page(&Parts {
        html: &read(&workspace.dist().join("index.html"))?,
        read: &|file| read(&workspace.dist().join(file)),
        scripts: &[page_script, files_script, ours("page.js")?],
        files: &files,
    })?;
    let bytes = html.len();
    ensure!(bytes <= LIMIT, "dist/{NAME} would have {bytes} bytes, and may have {LIMIT}");
    let place = workspace.dist().join(NAME);
    fs::write(&place, html).with_context(|| format!("{} cannot be written", place.display()))?;
    #[allow(clippy::cast_precision_loss)]
    let megabytes = bytes as f64 / 1e6;
    process::say(format_args!("dist/{NAME} is up to date ({megabytes:.1} MB, with {}).", engine.name));
    Ok(())
}

/// A product's classic script and its wasm.
fn bound(workspace: &Workspace, toolchain: &WasmToolchain, product: &Product) -> Result<(String, Vec<u8>)> {
    let folder = bindgen::bind(workspace, product, &product.build(workspace, toolchain)?, Glue::Classic)?;
    let wasm = folder.join(format!("{}_bg.wasm", product.stem));
    Ok((
        read(&folder.join(format!("{}.js", product.stem)))?,
        fs::read(&wasm).with_context(|| format!("{} cannot be read", wasm.display()))?,
    ))
}

/// The site's data: models and lists, whatever they are called, but nothing that is part of a program.
fn data(dist: &Path) -> Result<Vec<Packed>> {
    let mut files = Vec::new();
    let mut paths = dist::files_below(dist, dist)?;
    paths.sort();
    for path in paths {
        let name = service_worker::address(&path)?;
        let is_data = path
            .extension()
            .is_some_and(|ending| ["json", "safetensors", "txt"].iter().any(|e| ending == *e));
        if is_data {
            files.push(pack(&name, &fs::read(dist.join(&path))?)?);
        }
    }
    Ok(files)
}

fn pack(name: &str, content: &[u8]) -> Result<Packed> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(Packed { name: name.to_owned(), bytes: content.len(), gzipped: encoder.finish()? })
}

fn read(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.replace("\r\n", "\n"))
}
