//! `cargo xtask test`: every check, each under a heading, and at the end what passed and how long it took.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{BuildOptions, single_file, workspace::Workspace};

pub(crate) mod browser;
mod lint;
mod native;
mod tools;

/// `cargo xtask test`
#[derive(clap::Args)]
pub(crate) struct CheckOptions {
    #[command(flatten)]
    build: BuildOptions,
    /// Runs these steps only, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Adds what takes long: millions of hostile inputs for everything that is read from strangers, and hundreds of
    /// sweeps in the browser where otherwise a few dozen are made.
    #[arg(long)]
    long: bool,
}

/// The steps in the order they run: the quickest to fail come first.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Formatting.
    Fmt,
    /// Lints of everything that runs natively.
    Clippy,
    /// Documentation of everything that runs natively.
    Docs,
    /// Licences, sources and bans of everything we depend on.
    Deny,
    /// Native tests and the examples in the documentation.
    Native,
    /// Lints of the page and both engines.
    ClippyWasm,
    /// The build for the browser, the single file included.
    Wasm,
    /// The main job in Firefox.
    Firefox,
    /// Tests in Chromium: everything.
    E2e,
    /// Hostile inputs by the million; runs with `--long`, or where it is named.
    FuzzLong,
}

impl Step {
    const ALL: [Self; 10] = [
        Self::Fmt,
        Self::Clippy,
        Self::Docs,
        Self::Deny,
        Self::Native,
        Self::ClippyWasm,
        Self::Wasm,
        Self::Firefox,
        Self::E2e,
        Self::FuzzLong,
    ];

    /// Whether it takes so long that it runs only where it is asked for.
    fn is_long(self) -> bool {
        self == Self::FuzzLong
    }

    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Deny => "deny",
            Self::Native => "native",
            Self::ClippyWasm => "clippy-wasm",
            Self::Wasm => "wasm",
            Self::Firefox => "firefox",
            Self::E2e => "e2e",
            Self::FuzzLong => "fuzz-long",
        }
    }

    fn run(self, workspace: &Workspace, options: &CheckOptions) -> Result<()> {
        let build = options.build;
        match self {
            Self::Fmt => lint::fmt(workspace),
            Self::Clippy => lint::clippy(workspace),
            Self::Docs => lint::docs(workspace),
            Self::Deny => lint::deny(workspace),
            Self::Native => native::test(workspace),
            Self::ClippyWasm => lint::clippy_wasm(workspace, build),
            Self::Wasm => single_file::build(workspace, build),
            Self::Firefox => browser::test_in_firefox(workspace, build),
            Self::E2e => browser::test(workspace, build, options.long),
            Self::FuzzLong => native::fuzz_long(workspace),
        }
    }
}

/// Runs the steps, all of them even when one fails, and says how each ended.
///
/// # Errors
/// When a step failed.
pub(crate) fn run(workspace: &Workspace, options: &CheckOptions) -> Result<()> {
    let chosen = |step: &Step| match options.only.as_slice() {
        [] => options.long || !step.is_long(),
        only => only.contains(step) || (options.long && step.is_long()),
    };
    let mut results: Vec<(Step, Duration, bool)> = Vec::new();
    for step in Step::ALL.into_iter().filter(chosen) {
        println!("\n=== {} ===", step.name());
        let began = Instant::now();
        let result = step.run(workspace, options);
        if let Err(error) = &result {
            println!("{}: {error:#}", step.name());
        }
        results.push((step, began.elapsed(), result.is_ok()));
    }
    println!("\n=== summary ===");
    for (step, duration, passed) in &results {
        let verdict = if *passed { "passed" } else { "FAILED" };
        println!("{:<12} {verdict} {:>8.1} s", step.name(), duration.as_secs_f32());
    }
    let passed = results.iter().filter(|(_, _, passed)| *passed).count();
    let failed = results.len() - passed;
    println!("steps: {passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} of {} steps failed", results.len());
    }
    Ok(())
}
