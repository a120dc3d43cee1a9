//! The programs that become wasm files: what cargo is asked for, and where it puts the result.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{
    process,
    toolchain::{TARGET, WasmToolchain},
    workspace::Workspace,
};

/// One wasm file of the site.
pub(crate) struct Product {
    /// For the output, and for folders in the target directory.
    pub(crate) name: &'static str,
    /// Its folder in `dist/`; empty for the top.
    pub(crate) place: &'static str,
    /// The stem of the two files wasm-bindgen makes of it: `<stem>.js` and `<stem>_bg.wasm`.
    pub(crate) stem: &'static str,
    package: &'static str,
    /// `--bin` or `--lib`.
    kind: &'static [&'static str],
    features: &'static [&'static str],
    profile: &'static str,
    file: &'static str,
    /// Appended to the toolchain's folder. Cargo gives both engines the same file name in the same place and then takes
    /// one for the other, so each has a place of its own.
    folder_suffix: &'static str,
    /// Whether the page fetches a second part of it, which its source marks.
    pub(crate) is_split: bool,
}

/// Draws and forwards: it must arrive first, hence small.
pub(crate) const PAGE: Product = Product {
    name: "page",
    place: "",
    stem: "peek_page",
    package: "peek-page",
    kind: &["--bin", "peek-page"],
    features: &[],
    profile: "page",
    file: "peek-page.wasm",
    folder_suffix: "",
    is_split: true,
};

/// The same in one piece, for the single file.
pub(crate) const PAGE_WHOLE: Product =
    Product { name: "page-whole", features: &["--features", "whole"], is_split: false, ..PAGE };

/// The engine for every browser.
pub(crate) const ENGINE_CPU: Product = Product {
    name: "engine-cpu",
    place: "engine-cpu",
    stem: "peek_worker",
    package: "peek-worker",
    kind: &["--lib"],
    features: &[],
    profile: "engine",
    file: "peek_worker.wasm",
    folder_suffix: "",
    is_split: false,
};

/// The engine that can also compute on WebGPU, several times as large.
pub(crate) const ENGINE_WEBGPU: Product = Product {
    name: "engine-webgpu",
    place: "engine-webgpu",
    features: &["--features", "webgpu"],
    folder_suffix: "-webgpu",
    ..ENGINE_CPU
};

/// The benchmark's pieces of work on the CPU. Not part of the site.
pub(crate) const BENCH_CPU: Product = Product {
    name: "bench-cpu",
    place: "bench-cpu",
    stem: "peek_bench_web",
    package: "peek-bench-web",
    file: "peek_bench_web.wasm",
    ..ENGINE_CPU
};

/// The benchmark's pieces of work on WebGPU.
pub(crate) const BENCH_WEBGPU: Product = Product {
    name: "bench-webgpu",
    place: "bench-webgpu",
    features: &["--features", "webgpu"],
    folder_suffix: "-webgpu",
    ..BENCH_CPU
};

/// The same in burn's own operations, without our kernels.
pub(crate) const BENCH_BURN: Product = Product {
    name: "bench-burn",
    place: "bench-burn",
    features: &["--features", "burn"],
    folder_suffix: "-burn",
    ..BENCH_CPU
};

/// The same again, with burn merging operations into fewer kernels.
pub(crate) const BENCH_FUSION: Product = Product {
    name: "bench-fusion",
    place: "bench-fusion",
    features: &["--features", "fusion"],
    folder_suffix: "-fusion",
    ..BENCH_CPU
};

/// The products of a build, the quickest first.
pub(crate) fn products(no_webgpu: bool) -> Vec<&'static Product> {
    let mut products = vec![&PAGE, &ENGINE_CPU];
    if !no_webgpu {
        products.push(&ENGINE_WEBGPU);
    }
    products
}

impl Product {
    /// Has cargo bring the product up to date and gives the file it made.
    ///
    /// # Errors
    /// When cargo fails.
    pub(crate) fn build(&self, workspace: &Workspace, toolchain: &WasmToolchain) -> Result<PathBuf> {
        process::run(&mut self.cargo(workspace, toolchain, "build"))?;
        Ok(self.target_dir(workspace, toolchain).join(TARGET).join(self.profile).join(self.file))
    }

    /// `cargo <verb>` with everything that chooses this product: the same for building and for linting, so that both
    /// share what they depend on.
    fn cargo(&self, workspace: &Workspace, toolchain: &WasmToolchain, verb: &str) -> Command {
        let mut command = toolchain.cargo(workspace, verb, &self.target_dir(workspace, toolchain));
        command.args(["--package", self.package]).args(self.kind).args(self.features);
        command.args(["--profile", self.profile]);
        command
    }

    /// A build of the same dependencies that leaves the product's own file alone, for a compiler that lints.
    pub(crate) fn lint(&self, workspace: &Workspace, toolchain: &WasmToolchain) -> Command {
        if self.kind == ["--lib"] {
            // An rlib has a name of its own for every way to build it; a cdylib would overwrite the real one.
            let mut command = self.cargo(workspace, toolchain, "rustc");
            command.args(["--crate-type", "rlib"]);
            command
        } else {
            self.cargo(workspace, toolchain, "check")
        }
    }

    fn target_dir(&self, workspace: &Workspace, toolchain: &WasmToolchain) -> PathBuf {
        workspace.target.join(format!("{}{}", toolchain.folder(), self.folder_suffix))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What a product depends on with which features, our own packages left out.
    fn dependencies(workspace: &Workspace, product: &Product) -> Result<BTreeSet<String>> {
        let mut tree = process::cargo(workspace);
        tree.args(["tree", "--target", TARGET, "--edges", "normal,build", "--prefix", "none"]);
        tree.args(["--format", "{p} {f}", "--package", product.package]).args(product.features);
        let listed = process::output(&mut tree)?;
        // What was listed before has a mark.
        let lines = listed.lines().map(|line| line.trim_end_matches(" (*)").trim_end());
        Ok(lines.filter(|line| !line.starts_with("peek-")).map(str::to_owned).collect())
    }

    #[test]
    fn the_benchmark_depends_on_nothing_that_the_engine_has_in_another_form() -> Result<()> {
        let workspace = Workspace::find()?;
        for (bench, engine) in [(&BENCH_CPU, &ENGINE_CPU), (&BENCH_WEBGPU, &ENGINE_WEBGPU)] {
            let engine = dependencies(&workspace, engine)?;
            let bench = dependencies(&workspace, bench)?;
            assert!(bench.iter().any(|line| line.starts_with("burn")), "{bench:?}");
            let other: Vec<_> = bench.difference(&engine).collect();
            assert!(other.is_empty(), "these would be compiled once more: {other:?}");
        }
        Ok(())
    }
}
