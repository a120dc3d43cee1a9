//! `cargo xtask`: everything that is done to the project from outside. It finds or installs the wasm toolchain, makes
//! `dist/`, the single file and the release, serves, runs every check, and starts the demo model's training.
//!
//! It knows no tensor and no page: it only starts other programs, runs wasm-bindgen, and copies files. That keeps it
//! small enough to be compiled before anything else.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
mod bindgen;
mod check;
mod debian;
mod digest;
mod dist;
mod inline;
mod process;
mod release;
mod serve;
mod service_worker;
mod single_file;
mod split;
mod static_files;
mod toolchain;
mod wasm;
mod workspace;

use toolchain::ToolchainChoice;
use workspace::Workspace;

/// Builds, serves and checks Peek.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds page and engines for the browser and lays them out in `dist/`.
    Build(BuildOptions),
    /// Builds, then adds `dist/peek.html`: the whole page in one file that opens by double click.
    SingleFile(BuildOptions),
    /// Packs the site, the single file, `peek` for this platform and a teacher's guide into one archive.
    Release(BuildOptions),
    /// Builds, then serves `dist/` on 127.0.0.1.
    Serve(serve::ServeOptions),
    /// Runs every check: formatting, lints, licences, native tests, wasm build, tests in a browser.
    Test(check::CheckOptions),
    /// Times Peek natively and in Chromium, on its own and against others, and prints a table of ratios.
    Bench(bench::BenchOptions),
    /// Trains the demo model; the arguments go to `peek-train`.
    TrainDemo {
        /// Arguments of `peek-train`, see `cargo xtask train-demo --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// What to build, and with which compiler.
#[derive(clap::Args, Clone, Copy)]
struct BuildOptions {
    /// Leaves out the engine with WebGPU, which takes most of the build time.
    #[arg(long)]
    no_webgpu: bool,
    /// Which compiler makes the wasm files.
    #[arg(long, value_enum, default_value_t = ToolchainChoice::Auto)]
    toolchain: ToolchainChoice,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Build(options) => dist::build(&workspace, options),
        Command::SingleFile(options) => single_file::build(&workspace, options),
        Command::Release(options) => release::run(&workspace, options),
        Command::Serve(options) => serve::run(&workspace, &options),
        Command::Test(options) => check::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::TrainDemo { arguments } => {
            let mut train = process::cargo(&workspace);
            train.args(["run", "--package", "peek-train", "--"]).args(arguments);
            process::run(&mut train)
        }
    }
}
