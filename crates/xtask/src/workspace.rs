//! Where things are: the workspace's root and the directories that builds and tools are placed in.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// The workspace as cargo sees it.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target directory, wherever the user has put it.
    pub(crate) target: PathBuf,
    /// The oldest compiler that builds the workspace, as `(major, minor)`.
    pub(crate) rust_version: (u32, u32),
}

impl Workspace {
    /// Asks `cargo metadata`, so that `CARGO_TARGET_DIR` and every config file are honoured.
    pub(crate) fn find() -> Result<Self> {
        // The crate's own folder, as compiled in, is always inside of the workspace.
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let mut command = process::native(process::cargo_program());
        command.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(manifest);
        let metadata: serde_json::Value = serde_json::from_str(&process::output(&mut command)?)
            .context("cargo metadata did not answer in JSON")?;
        let path = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata names no {key}"))
        };
        let rust_version = parse_version(env!("CARGO_PKG_RUST_VERSION"))
            .context("rust-version in Cargo.toml is not of the form 1.95")?;
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")?, rust_version })
    }

    /// The finished site.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Where programs go that the checks need and the machine lacks.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Small notes from one call of `cargo xtask` to the next.
    pub(crate) fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

/// The first `major.minor` in a text such as `rustc 1.96.0 (ac68faa20 2026-05-25)` or `1.95`.
pub(crate) fn parse_version(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word.split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn a_version_is_found_in_what_compilers_print() {
        assert_eq!(parse_version("rustc 1.96.0 (ac68faa20 2026-05-25)"), Some((1, 96)));
        assert_eq!(parse_version("1.95"), Some((1, 95)));
        assert_eq!(parse_version("rustc 2.0.0-nightly"), Some((2, 0)));
        assert_eq!(parse_version("command not found"), None);
    }
}
