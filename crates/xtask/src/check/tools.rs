//! Cargo's extra commands, compiled into the target directory where the machine lacks them.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{process, workspace::Workspace};

const NEXTEST: (&str, &str) = ("cargo-nextest", "0.9.143");
const DENY: (&str, &str) = ("cargo-deny", "0.20.2");

/// Sees to it that `cargo nextest` works with [`cargo_with_tools`].
pub(super) fn cargo_nextest(workspace: &Workspace) -> Result<PathBuf> {
    tool(workspace, NEXTEST)
}

/// The path of `cargo-deny`.
pub(super) fn cargo_deny(workspace: &Workspace) -> Result<PathBuf> {
    tool(workspace, DENY)
}

/// Cargo with the target directory's tools on its path.
pub(super) fn cargo_with_tools(workspace: &Workspace) -> Result<Command> {
    let mut folders = vec![workspace.tools().join("bin")];
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    let mut cargo = process::cargo(workspace);
    cargo.env("PATH", std::env::join_paths(folders)?);
    Ok(cargo)
}

fn tool(workspace: &Workspace, (name, version): (&str, &str)) -> Result<PathBuf> {
    let own = workspace.tools().join("bin").join(name);
    if own.is_file() {
        return Ok(own);
    }
    if let Some(found) = process::find_on_path(name) {
        return Ok(found);
    }
    process::say(format_args!(
        "{name} is not installed: compiling {version} into {}.",
        workspace.tools().display()
    ));
    let build = workspace.tools().join("build");
    let mut install = process::cargo(workspace);
    install.args(["install", "--locked", name, "--version", version, "--root"]).arg(workspace.tools());
    // Unoptimised and without what a debugger needs, they are compiled in a third of the time, and fast enough for one run
    // over one workspace.
    install.arg("--debug").arg("--target-dir").arg(&build).env("CARGO_PROFILE_DEV_DEBUG", "0");
    process::run(&mut install)?;
    // The program stays, the gigabyte that it was made from need not.
    std::fs::remove_dir_all(&build)?;
    Ok(own)
}
