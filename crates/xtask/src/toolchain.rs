//! A compiler for `wasm32-unknown-unknown`: rustup's where its server can be reached, otherwise Debian's with a
//! standard library built from Debian's source package.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    debian, process,
    workspace::{Workspace, parse_version},
};

/// The target of every browser build.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// rustup downloads about 25 MB; where its server is walled off, the attempt may hang instead of failing.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// Debian's current Rust, kept for building browsers on its stable release.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];

/// Debian's programs by full path: the names alone are rustup's where both are installed.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_CLIPPY: &str = "/usr/bin/clippy-driver";

/// What the user may ask for.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolchainChoice {
    /// The default compiler if it has the target or rustup can add it, otherwise Debian's.
    Auto,
    /// The default compiler only.
    Rustup,
    /// Debian's compiler only.
    Debian,
}

/// A compiler that can make wasm.
pub(crate) enum WasmToolchain {
    /// The compiler that built this program has the target's standard library.
    Default,
    /// Debian's, with its standard library compiled along.
    Debian {
        /// A linker for wasm; Debian's compiler brings none.
        linker: PathBuf,
    },
}

impl WasmToolchain {
    /// Finds a compiler, or gets one, in the order of [`ToolchainChoice::Auto`].
    ///
    /// # Errors
    /// When there is none and none could be installed: the message says what to install.
    pub(crate) fn find(workspace: &Workspace, choice: ToolchainChoice) -> Result<Self> {
        if choice != ToolchainChoice::Debian && default_has_target(workspace)? {
            return Ok(Self::Default);
        }
        // A rustup that could not reach its server is not asked again: on some networks that takes minutes.
        let note = workspace.notes().join("rustup-failed");
        if choice == ToolchainChoice::Rustup || (choice == ToolchainChoice::Auto && !note.exists()) {
            match add_target() {
                Ok(()) if default_has_target(workspace)? => return Ok(Self::Default),
                Ok(()) => {
                    process::say(format_args!("rustup added {TARGET}, but not for the compiler in use."));
                }
                Err(error) => process::say(format_args!("{error:#}")),
            }
            if choice == ToolchainChoice::Rustup {
                bail!("the default compiler has no {TARGET}. Run: rustup target add {TARGET}");
            }
            fs::create_dir_all(workspace.notes())?;
            fs::write(&note, "`rustup target add` failed; delete this file to have it tried again\n")?;
        }
        Self::debian(workspace)
    }

    fn debian(workspace: &Workspace) -> Result<Self> {
        if let Err(missing) = debian_compiler(workspace) {
            process::say(format_args!("Debian's wasm compiler cannot be used yet: {missing:#}"));
            let mut packages = DEBIAN_PACKAGES.to_vec();
            if wasm_linker(workspace).is_none() {
                packages.push("lld");
            }
            debian::install(&packages, "compiling to wasm").and_then(|()| debian_compiler(workspace)).with_context(
                || {
                    format!(
                        "there is no compiler for {TARGET}. Either of these will do: `rustup target add {TARGET}`; or, on \
                         Debian as root, `apt-get install {} lld`",
                        DEBIAN_PACKAGES.join(" ")
                    )
                },
            )?;
        }
        let linker = wasm_linker(workspace)
            .context("no linker for wasm: install Debian's package lld, or rustup's default toolchain")?;
        Ok(Self::Debian { linker })
    }

    /// What the toolchain is called in the output.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Default => "the default Rust toolchain",
            Self::Debian { .. } => "Debian's Rust, with the standard library built from source",
        }
    }

    /// The folder under the target directory for this compiler's products. Two compilers in one folder would throw away
    /// each other's work.
    pub(crate) fn folder(&self) -> &'static str {
        match self {
            Self::Default => "wasm",
            Self::Debian { .. } => "wasm-debian",
        }
    }

    /// `cargo <verb> --target wasm32-unknown-unknown`, in the workspace's root, placing its products in `target_dir`.
    pub(crate) fn cargo(&self, workspace: &Workspace, verb: &str, target_dir: &Path) -> Command {
        let mut command = match self {
            Self::Default => process::cargo(workspace),
            Self::Debian { linker } => debian_cargo(workspace, linker),
        };
        // These would silence the target's own flags in .cargo/config.toml, and the build would fail without them.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.env_remove("CARGO_BUILD_TARGET").env_remove("CARGO_TARGET_DIR");
        command.arg(verb);
        command.args(["--target", TARGET, "--target-dir"]).arg(target_dir);
        if let Self::Debian { .. } = self {
            command.arg("-Zbuild-std=std,panic_abort");
        }
        command
    }

    /// The driver that lints while it compiles.
    ///
    /// # Errors
    /// When Debian's is missing and cannot be installed.
    pub(crate) fn clippy_driver(&self) -> Result<PathBuf> {
        match self {
            Self::Default => Ok("clippy-driver".into()),
            Self::Debian { .. } => {
                if !Path::new(DEBIAN_CLIPPY).is_file() {
                    debian::install(&["rust-web-clippy"], "linting the wasm packages")?;
                }
                Ok(DEBIAN_CLIPPY.into())
            }
        }
    }
}

fn default_has_target(workspace: &Workspace) -> Result<bool> {
    let mut rustc = process::native("rustc");
    rustc.current_dir(&workspace.root).args(["--print", "target-libdir", "--target", TARGET]);
    let libraries = PathBuf::from(process::output(&mut rustc)?.trim());
    Ok(libraries.is_dir())
}

fn add_target() -> Result<()> {
    if process::find_on_path("rustup").is_none() {
        bail!("the default compiler has no {TARGET}, and there is no rustup to add it");
    }
    process::say(format_args!("Adding {TARGET} to rustup's default toolchain."));
    process::run_within(process::native("rustup").args(["target", "add", TARGET]), RUSTUP_LIMIT)
}

/// Debian's cargo, kept apart from the rustup that started this program: its variables would make Debian's cargo call
/// rustup's compiler and load rustup's libraries.
fn debian_cargo(workspace: &Workspace, linker: &Path) -> Command {
    let mut command = process::native(DEBIAN_CARGO);
    command.current_dir(&workspace.root);
    for name in
        ["RUSTUP_TOOLCHAIN", "RUST_RECURSION_COUNT", "CARGO", "RUSTDOC", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"]
    {
        command.env_remove(name);
    }
    // Building the standard library is an unstable option, which this variable allows in a stable compiler.
    command.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", DEBIAN_RUSTC);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    command
}

fn debian_compiler(workspace: &Workspace) -> Result<()> {
    if !Path::new(DEBIAN_RUSTC).is_file() || !Path::new(DEBIAN_CARGO).is_file() {
        bail!("{DEBIAN_RUSTC} and {DEBIAN_CARGO} are not both there");
    }
    let version = debian_rustc(&["--version"])?;
    let (major, minor) = workspace.rust_version;
    if parse_version(&version).is_none_or(|found| found < workspace.rust_version) {
        bail!("{DEBIAN_RUSTC} is {}, but Rust {major}.{minor} or newer is needed", version.trim());
    }
    let sysroot = debian_rustc(&["--print", "sysroot"])?;
    let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std");
    if !source.is_dir() {
        bail!("the standard library's source is not at {}", source.display());
    }
    wasm_linker(workspace).map(|_| ()).context("there is no linker for wasm")
}

fn debian_rustc(arguments: &[&str]) -> Result<String> {
    let mut rustc = process::native(DEBIAN_RUSTC);
    process::output(rustc.env_remove("LD_LIBRARY_PATH").args(arguments))
}

/// The linker that rustup's toolchain carries, otherwise Debian's.
fn wasm_linker(workspace: &Workspace) -> Option<PathBuf> {
    let mut rustc = process::native("rustc");
    rustc.current_dir(&workspace.root).args(["--print", "target-libdir"]);
    let carried = process::output(&mut rustc)
        .ok()
        .and_then(|libraries| Some(Path::new(libraries.trim()).parent()?.join("bin/rust-lld")));
    carried
        .filter(|linker| linker.is_file())
        .or_else(|| process::find_on_path("rust-lld"))
        .or_else(|| process::find_on_path("wasm-ld"))
}
