//! Checks that read the source and run none of it.

use anyhow::{Result, ensure};

use super::tools;
use crate::{BuildOptions, process, toolchain::WasmToolchain, wasm, workspace::Workspace};

pub(super) fn fmt(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args(["fmt", "--all", "--check"]))
}

/// The workspace's default members: what runs natively.
pub(super) fn clippy(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args(["clippy", "--all-targets", "--", "-D", "warnings"]))
}

/// Documentation of everything that runs natively, every warning an error: links that lead nowhere, for one. It needs no more
/// of what we depend on than [`clippy`] has made.
pub(super) fn docs(workspace: &Workspace) -> Result<()> {
    let mut doc = process::cargo(workspace);
    doc.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut doc)
}

/// Advisories are left out: they come from a server that a build may not be able to reach.
pub(super) fn deny(workspace: &Workspace) -> Result<()> {
    let deny = tools::cargo_deny(workspace)?;
    let mut command = process::native(deny);
    process::run(command.current_dir(&workspace.root).args([
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]))
}

/// Lints the wasm packages, the benchmark's among them, in the course of a build like the one that `cargo xtask build` makes.
///
/// `cargo clippy` would check every dependency once more. Compiling with clippy's driver around the workspace's own
/// crates leaves the dependencies to be shared with the build, which are minutes for the engines.
pub(super) fn clippy_wasm(workspace: &Workspace, options: BuildOptions) -> Result<()> {
    let toolchain = WasmToolchain::find(workspace, options.toolchain)?;
    let driver = toolchain.clippy_driver()?;
    let mut failed = Vec::new();
    let bench = if options.no_webgpu { &wasm::BENCH_CPU } else { &wasm::BENCH_WEBGPU };
    let products = wasm::products(options.no_webgpu).into_iter().chain([bench]);
    for product in products {
        let mut command = product.lint(workspace, &toolchain);
        command.env("RUSTC_WORKSPACE_WRAPPER", &driver);
        // Clippy's own form of `-D warnings`, as `cargo clippy` passes it to its driver.
        command.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
        if let Err(error) = process::run(&mut command) {
            println!("{error:#}");
            failed.push(product.name);
        }
    }
    ensure!(failed.is_empty(), "clippy has something to say about {}", failed.join(", "));
    Ok(())
}
