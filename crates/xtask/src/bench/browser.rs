//! The parts in Chromium: ours and onnxruntime-web in workers of a site of the benchmark's own, and typing into the page.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{Chosen, Part, peers};
use crate::{
    BuildOptions,
    bindgen::{self, Glue},
    check::browser as chromium,
    dist, process, serve,
    toolchain::{ToolchainChoice, WasmToolchain},
    wasm::{BENCH_BURN, BENCH_CPU, BENCH_FUSION, BENCH_WEBGPU, Product},
    workspace::Workspace,
};

/// Layers on WebGPU where no other adapter is named: a software adapter would take minutes for twelve.
const LAYERS_IN_SOFTWARE: usize = 2;
/// Layers of GPT-2 small.
const LAYERS: usize = 12;
/// What is added to a part's name where the model has one layer less.
pub(super) const FEWER: &str = ", one layer less";
/// The page waits so long after the last keystroke before it runs the model, in ms.
const TYPING_PAUSE: usize = 250;

/// Builds, lays out and serves what is needed, and runs it.
pub(super) fn run(workspace: &Workspace, chosen: &Chosen) -> Result<Vec<Part>> {
    let browser = chromium::find()?;
    chromium::install_packages(workspace)?;
    let toolchain = WasmToolchain::find(workspace, ToolchainChoice::Auto)?;
    let site = chosen.folder.join("site");
    copy_folder(&workspace.root.join("tests/bench/site"), &site)?;
    let mut products: Vec<&Product> = Vec::new();
    products.extend(chosen.wasm.then_some(&BENCH_CPU));
    products.extend(chosen.webgpu.then_some(&BENCH_WEBGPU));
    if chosen.burn {
        products.extend([&BENCH_BURN, &BENCH_FUSION]);
    }
    for product in products {
        let built = product.build(workspace, &toolchain)?;
        copy_folder(&bindgen::bind(workspace, product, &built, Glue::Module)?, &site.join(product.place))?;
    }
    let adapter = match (&chosen.adapter, chosen.webgpu) {
        (Some(adapter), _) => Some(adapter.clone()),
        // Headless Chromium without a GPU offers no adapter at all unless told to compute on the CPU.
        (None, true) => Some("swiftshader".to_owned()),
        (None, false) => None,
    };
    let layers = if adapter.as_deref() == Some("swiftshader") { LAYERS_IN_SOFTWARE } else { LAYERS };
    let mut plan = json!({ "adapter": adapter, "workers": workers(chosen, layers), "pages": [] });
    let mut sites = Vec::new();
    if chosen.peers {
        peers::onnxruntime(workspace, chosen, &site, layers)?;
    }
    if chosen.page {
        dist::build(workspace, BuildOptions { no_webgpu: !chosen.webgpu, toolchain: ToolchainChoice::Auto })?;
        plan["pages"] = pages(workspace, chosen)?;
        sites.push(("PEEK_URL", serve::start(&workspace.dist(), 0)?));
    }
    sites.push(("PEEK_BENCH_URL", serve::start(&site, 0)?));

    let out = chosen.folder.join("browser.json");
    let mut node = process::native("node");
    node.current_dir(&workspace.root).arg("tests/bench/browser.mjs");
    node.env("PEEK_CHROMIUM", browser).env("PEEK_OUT", &out).env("PEEK_PLAN", plan.to_string());
    for (name, address) in sites {
        node.env(name, format!("http://{address}/"));
    }
    process::run(&mut node)?;
    let text = fs::read_to_string(&out).with_context(|| format!("{} is not there", out.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// What runs in workers, ours and the peers' side by side.
fn workers(chosen: &Chosen, layers: usize) -> Value {
    let mut workers = Vec::new();
    let every =
        ["forward", "lens", "sweep-1", "sweep-2", "sweep-3", "sweep-4", "whole", "answer", "naive-head"];
    if chosen.wasm {
        let lengths = chosen.tokens.iter().map(|tokens| json!({ "tokens": tokens, "works": every }));
        workers.push(json!({
            "worker": "peek-worker.js", "part": "wasm", "engine": BENCH_CPU.place, "backend": "cpu",
            "layers": LAYERS, "lengths": lengths.collect::<Vec<_>>(), "least": 3, "seconds": 3,
        }));
        if chosen.peers {
            workers.push(json!({
                "worker": "ort-worker.js", "part": "ort-wasm", "backend": "wasm", "layers": LAYERS,
                "model": peers::model_file(LAYERS), "tokens": chosen.tokens, "least": 3, "seconds": 3,
            }));
        }
    }
    if chosen.webgpu {
        webgpu_workers(&mut workers, chosen, layers, &every);
    }
    Value::from(workers)
}

/// WebGPU's: with few layers a second time with one layer less, so that a layer's own time is known and twelve can be
/// computed from it.
fn webgpu_workers(workers: &mut Vec<Value>, chosen: &Chosen, layers: usize, every: &[&str]) {
    let software = layers < LAYERS;
    let fewer = software.then_some(layers - 1);
    let ours = |part: &str, product: &Product, layers: usize, works: &[&str], tokens: &[usize]| {
        let lengths = tokens.iter().map(|tokens| json!({ "tokens": tokens, "works": works }));
        json!({
            "worker": "peek-worker.js", "part": part, "engine": product.place, "backend": "webgpu",
            "layers": layers, "lengths": lengths.collect::<Vec<_>>(), "least": 3, "seconds": 3,
        })
    };
    // A software adapter takes seconds for what a GPU does in milliseconds.
    let works = if software { &["forward", "sweep-1", "answer"] } else { every };
    workers.push(ours("webgpu", &BENCH_WEBGPU, layers, works, &chosen.tokens));
    workers.extend(fewer.map(|layers| {
        ours(&format!("webgpu{FEWER}"), &BENCH_WEBGPU, layers, &["forward", "sweep-1"], &chosen.tokens)
    }));
    if chosen.burn {
        let short: Vec<usize> =
            chosen.tokens.iter().copied().filter(|&tokens| !software || tokens <= 64).collect();
        for (part, product) in [("webgpu-burn", &BENCH_BURN), ("webgpu-fusion", &BENCH_FUSION)] {
            workers.push(ours(part, product, layers, works, &short));
        }
    }
    if chosen.peers {
        let part = |part: &str, layers: usize| {
            json!({
                "worker": "ort-worker.js", "part": part, "backend": "webgpu", "layers": layers,
                "model": peers::model_file(layers), "tokens": chosen.tokens, "least": 3, "seconds": 3,
            })
        };
        workers.push(part("ort-webgpu", layers));
        workers.extend(fewer.map(|layers| part(&format!("ort-webgpu{FEWER}"), layers)));
    }
}

/// Typing into the page: the demo model, and GPT-2 small's shape out of a file. A word is typed near the beginning of
/// the corrupt prompt, so that nothing of its last run can serve; with it there are 16 tokens. The clean run is kept.
fn pages(workspace: &Workspace, chosen: &Chosen) -> Result<Value> {
    let page = json!({
        "clean": "What is the capital of France?",
        "corrupt": "What is the capital of France? Some say it is the city.",
        "after": "What is", "words": [" so", " he", " it", " or", " in", " on"], "pause": TYPING_PAUSE,
    });
    let (mut demo, mut small) = (page.clone(), page);
    demo["part"] = "page-demo".into();
    let mut pages = vec![demo];
    if let Some(folder) = &chosen.checkpoint {
        let Some(weights) = folder.join("model.safetensors").to_str().map(str::to_owned) else {
            bail!("{} is no text that a browser's tests can pass on", workspace.target.display());
        };
        small["part"] = "page-small".into();
        small["checkpoint"] = json!([weights]);
        // What the page says of the model, once it is that one.
        small["shows"] = "124.44 M parameters".into();
        pages.push(small);
    }
    Ok(Value::from(pages))
}

/// Copies what lies directly in a folder.
pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} is not there", from.display()))? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
