//! `peek-fuzz`: long campaigns. Each is shared among processes, so that an input that ends its process (a full stack, memory
//! that cannot be had, a loop without end) is known by the file that it was noted in before it was tried.

mod shares;
mod worker;

use std::process::ExitCode;

use clap::Parser;
use peek_fuzz::{TARGETS, Target};

/// Tries many hostile inputs on everything that Peek reads from strangers.
#[derive(Parser)]
#[command(name = "peek-fuzz")]
struct Arguments {
    /// These targets only, separated by commas.
    #[arg(long = "target", value_delimiter = ',')]
    targets: Vec<String>,
    /// How many inputs, instead of each target's own number.
    #[arg(long)]
    count: Option<u64>,
    /// The first process's seed; the next has the next one.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many processes share a target's inputs; as many as there are processors where it is left out.
    #[arg(long)]
    workers: Option<u64>,
    /// Keeps short inputs with new outcomes in the corpus.
    #[arg(long)]
    keep: bool,
    /// Does one share itself and notes each input in this file first.
    #[arg(long, hide = true)]
    note: Option<std::path::PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let chosen: Vec<Target> = TARGETS
        .into_iter()
        .filter(|target| {
            arguments.targets.is_empty() || arguments.targets.iter().any(|name| name == target.name)
        })
        .collect();
    if let Some(unknown) =
        arguments.targets.iter().find(|name| !TARGETS.iter().any(|target| target.name == **name))
    {
        eprintln!("there is no target {unknown}: choose of {}", TARGETS.map(|target| target.name).join(", "));
        return ExitCode::FAILURE;
    }
    if let Some(note) = &arguments.note {
        return match chosen.as_slice() {
            [target] => {
                let count = arguments.count.unwrap_or(target.long);
                worker::run(*target, arguments.seed, count, arguments.keep, note)
            }
            _ => ExitCode::FAILURE,
        };
    }
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let workers = arguments.workers.unwrap_or(processors).max(1);
    let mut failed = 0;
    for target in chosen {
        let count = arguments.count.unwrap_or(target.long);
        failed += u64::from(!shares::run(target, arguments.seed, count, workers, arguments.keep));
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
