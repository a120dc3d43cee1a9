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
    stage::Stage,
    trainer::Trainer,
    vocab,
};
use tokenizers::Tokenizer;

/// GPT-2's merges, from which the vocabulary is cut.
const MERGES: &str = include_str!("../../../assets/gpt2/merges.txt");

/// Trains the demo model on a generated corpus and writes model.safetensors, config.json and tokenizer.json.
#[derive(Debug, Parser)]
struct Args {
    /// Seed of weights and corpus.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Rows in a full step.
    #[arg(long, default_value_t = 64)]
    batch: usize,
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
    let parameters = Net::init(&shape, args.seed, &plain).num_params();
    println!("vocabulary {}, {parameters} parameters", shape.vocab);
    let device = Device::flex().autodiff();
    let studio = Studio { args, tokenizer: &tokenizer, shape: &shape, device: &device };
    let mut net = Net::init(&shape, args.seed, &device);
    let (mut steps, mut tokens, mut seconds) = (0, 0, 0.0);
    for (index, mut stage) in Stage::demo().into_iter().enumerate() {
        if args.quick {
            stage.steps = stage.steps.min(10);
        }
        if index > 0 {
            // The hand-over goes through the file, rounded to f16.
            net = export::read(&args.out, &device)?.0;
        }
        let (more_tokens, more_seconds) = studio.run(net.clone(), stage, args.seed + index.min(1) as u64)?;
        (steps, tokens, seconds) = (steps + stage.steps, tokens + more_tokens, seconds + more_seconds);
    }
    let (net, _) = export::read(&args.out, &plain)?;
    let measured = eval::measure(&net, &tokenizer, &plain, 400)?;
    println!("{}", summary(&measured));
    let run = Run {
        command: format!("cargo xtask train-demo --seed {} --batch {}", args.seed, args.batch),
        seed: args.seed,
        steps,
        tokens,
        seconds: seconds as u64,
        machine: args.machine.clone(),
        parameters,
        vocabulary: shape.vocab,
    };
    Card { run, measured }.write(&args.out)
}

/// What every stage needs.
struct Studio<'s> {
    args: &'s Args,
    tokenizer: &'s Tokenizer,
    shape: &'s Shape,
    device: &'s Device,
}

impl Studio<'_> {
    /// Runs one stage, writing the weights to the folder every so often; returns tokens and seconds.
    fn run(&self, mut net: Net, stage: Stage, seed: u64) -> Result<(usize, f64), TrainError> {
        println!("{stage:?}");
        let plain = Device::flex();
        let corpus = Corpus::new(self.tokenizer)?;
        let mut trainer = Trainer::new(stage, self.args.batch, seed, corpus, self.device.clone())?;
        for step in 0..stage.steps {
            let (moved, losses) = trainer.step(net, step)?;
            net = moved;
            if step % 20 == 0 {
                println!(
                    "{step:5} {:6.0}s text {:.3} repeats {:.3} guide {:.3}",
                    trainer.seconds(),
                    losses.text,
                    losses.repeats,
                    losses.guide
                );
            }
            if (step + 1) % self.args.every == 0 || step + 1 == stage.steps {
                export::write(&net, self.shape, &self.args.out)?;
                let (written, _) = export::read(&self.args.out, &plain)?;
                let measured = eval::measure(&written, self.tokenizer, &plain, 40)?;
                println!("{:5} {}", step + 1, summary(&measured));
            }
        }
        Ok((trainer.tokens(), trainer.seconds()))
    }
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
