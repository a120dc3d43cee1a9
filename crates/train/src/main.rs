//! `peek-train`: trains the demo model and writes it to a folder.

use std::{path::PathBuf, process::ExitCode};

use burn::{module::Module, tensor::Device};
use clap::Parser;
use peek_train::{
    card::{Card, Run},
    corpus::{self, Corpus},
    error::TrainError,
    eval::{self, Measured},
    export,
    net::Net,
    shape::Shape,
    trainer::{Plan, Trainer},
    vocab,
};

/// GPT-2's merges, from which the vocabulary is cut.
const MERGES: &str = include_str!("../../../assets/gpt2/merges.txt");

/// Trains the demo model on a generated corpus and writes model.safetensors, config.json and tokenizer.json.
#[derive(Debug, Parser)]
struct Args {
    /// Seed of weights and corpus.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Optimizer steps.
    #[arg(long, default_value_t = 4000)]
    steps: usize,
    /// Rows of text in a step.
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// Highest learning rate.
    #[arg(long, default_value_t = 0.002)]
    rate: f64,
    /// Where to write the model.
    #[arg(long, default_value = "assets/demo")]
    out: PathBuf,
    /// What the machine is called on the model card.
    #[arg(long, default_value = "2 shared cores")]
    machine: String,
    /// Measure every so many steps.
    #[arg(long, default_value_t = 100)]
    every: usize,
    /// A few steps only, to see that everything works.
    #[arg(long)]
    quick: bool,
    /// Only measure the model in `--out`.
    #[arg(long)]
    measure: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peek-train: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), TrainError> {
    let texts = corpus::vocabulary_texts();
    let tokenizer = vocab::build(&vocab::Merges::parse(MERGES)?, texts.iter().map(String::as_str))?;
    let plain = Device::flex();
    if args.measure {
        let (net, _) = export::read(&args.out, &plain)?;
        let measured = eval::measure(&net, &tokenizer, &plain, 400)?;
        println!("{}", serde_json::to_string_pretty(&measured)?);
        return Ok(());
    }
    std::fs::create_dir_all(&args.out)
        .map_err(|source| TrainError::File { path: args.out.clone(), source })?;
    let json = serde_json::to_string_pretty(&tokenizer).map_err(TrainError::Json)?;
    export::write_file(&args.out.join("tokenizer.json"), format!("{json}\n").as_bytes())?;
    let shape = Shape::demo(tokenizer.get_vocab_size(true));
    let steps = if args.quick { 20 } else { args.steps };
    let plan = Plan { seed: args.seed, steps, batch: args.batch, rate: args.rate };
    println!("{plan:?}, vocabulary {}", shape.vocab);
    let device = Device::flex().autodiff();
    let mut net = Net::init(&shape, args.seed, &device);
    let parameters = net.num_params();
    println!("{parameters} parameters");
    let mut trainer = Trainer::new(plan, Corpus::new(&tokenizer)?, device);
    for step in 0..steps {
        let (moved, losses) = trainer.step(net, step)?;
        net = moved;
        if step % 20 == 0 {
            let seconds = trainer.seconds();
            println!("{step:5} {seconds:6.0}s text {:.3} repeats {:.3}", losses.text, losses.repeats);
        }
        if (step + 1) % args.every == 0 || step + 1 == steps {
            export::write(&net, &shape, &args.out)?;
            let (written, _) = export::read(&args.out, &plain)?;
            let measured = eval::measure(&written, &tokenizer, &plain, 40)?;
            println!("{:5} {}", step + 1, summary(&measured));
        }
    }
    let (written, _) = export::read(&args.out, &plain)?;
    let measured = eval::measure(&written, &tokenizer, &plain, 400)?;
    println!("{} tokens in {:.0} s: {}", trainer.tokens(), trainer.seconds(), summary(&measured));
    let command = format!(
        "cargo xtask train-demo --seed {} --steps {steps} --batch {} --rate {}",
        args.seed, args.batch, args.rate
    );
    let (tokens, seconds) = (trainer.tokens(), trainer.seconds() as u64);
    let (seed, machine, vocabulary) = (args.seed, args.machine.clone(), shape.vocab);
    let run = Run { command, seed, steps, tokens, seconds, machine, parameters, vocabulary };
    Card { run, measured }.write(&args.out)
}

/// One line for the log.
fn summary(m: &Measured) -> String {
    format!(
        "probes {}/{}, pair costs {:.2}, {} brings back {:.0} %, indirect {}/{}, induction {} {:.3}",
        m.probes_right(),
        m.probes.len(),
        m.pair_cost(),
        m.pair_head,
        100.0 * m.pair_share,
        m.indirect_right,
        m.indirect_asked,
        m.induction_head,
        m.induction_score,
    )
}
