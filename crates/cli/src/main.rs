//! `peek`: the page's engine in a terminal. Logit lens, causal head scores, attention patterns and tokens of a
//! prompt, as text, JSON, CSV or SVG; checkpoints in a form to be hosted, and checkpoints to test with.
//!
//! `tokens`, `lens`, `patch`, `attention`, `run`, `set` and `self-test` are the very requests that the page sends: `args` ->
//! `Request` -> `peek-engine` -> `Response` -> `report` -> `output`; the analyses of `method` ask `peek-interp` itself, without
//! a session. Exit codes: 0 done, 1 something failed, 2 the command or its input has to be changed.

mod args;
mod convert;
mod engine;
mod error;
mod experiment;
mod folder;
mod method;
mod output;
mod report;
mod self_test;
mod synth;

use std::{io::Write, process::ExitCode};

use clap::Parser;

use args::{Args, Command, Output};
use error::CliError;

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peek: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(args: Args) -> Result<(), CliError> {
    match args.command {
        Command::Tokens(command) => {
            let text = output::tokens(&report::tokens(&command)?, command.output.format)?;
            write(&text, &command.output)
        }
        Command::Lens(command) => {
            let text = output::lens(&report::lens(&command)?, command.output.format)?;
            write(&text, &command.output)
        }
        Command::Patch(command) => {
            let text = output::patch(&report::patch(&command)?, command.output.format)?;
            write(&text, &command.output)
        }
        Command::Attention(command) => {
            let text = output::attention(&report::attention(&command)?, command.output.format)?;
            write(&text, &command.output)
        }
        Command::Sweep(command) => write(&method::sweep(&command)?, &command.output),
        Command::Attribute(command) => write(&method::attribute(&command)?, &command.output),
        Command::Heads(command) => write(&method::heads(&command)?, &command.output),
        Command::LensGrid(command) => write(&method::lens_grid(&command)?, &command.output),
        Command::Run(command) => experiment::run(&command),
        Command::Set(command) => write(&experiment::set(&command)?, &command.output),
        Command::SelfTest(command) => {
            let result = self_test::self_test(&command)?;
            write(&result.written(command.output.format)?, &command.output)?;
            result.verdict()
        }
        Command::Synth(command) => synth::write(&command),
        Command::Convert(command) => convert::convert(&command),
    }
}

/// Writes a result to the file that was named, otherwise to standard output.
fn write(text: &str, output: &Output) -> Result<(), CliError> {
    match &output.out {
        Some(path) => std::fs::write(path, text).map_err(|error| CliError::file(path, error)),
        None => match std::io::stdout().write_all(text.as_bytes()) {
            // `peek .. | head` has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(CliError::Stdout),
        },
    }
}
