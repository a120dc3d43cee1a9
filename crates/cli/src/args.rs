use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use peek_names::{HeadId, LogitScale};

use crate::experiment::{RunArgs, SetArgs};
use crate::method::{AttributeArgs, HeadsArgs, LensGridArgs, SweepArgs};

/// Looks into GPT-2: logit lens, causal head scores, attention patterns.
#[derive(Parser)]
#[command(name = "peek", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// How a text splits into tokens.
    Tokens(TokensArgs),
    /// The logit lens: where along the layers the answer's evidence grows.
    Lens(LensArgs),
    /// Causal head scores: what each head's clean output does to the answer in the corrupt run.
    Patch(PatchArgs),
    /// One head's attention pattern.
    Attention(AttentionArgs),
    /// Stores a checkpoint anew, smaller and in pieces, with the entry that a list of models needs.
    Convert(ConvertArgs),
    /// Changes any site of a run at any position, a head or a layer at a time, and measures what becomes of it.
    Sweep(SweepArgs),
    /// What every part of the model writes towards the answer: direct logit attribution.
    Attribute(AttributeArgs),
    /// Heads by what they do on repeated random tokens: induction, previous token, duplicate token.
    Heads(HeadsArgs),
    /// The logit lens at every depth and position.
    LensGrid(LensGridArgs),
    /// Runs an experiment that the page saved, and writes its numbers and charts to a folder.
    Run(RunArgs),
    /// The same analysis over many pairs: mean and spread, or every pair as CSV.
    Set(SetArgs),
    /// Compares the model's numbers with published ones, one by one; exit code 1 where any differs.
    SelfTest(SelfTestArgs),
    /// Writes a checkpoint of GPT-2 small's exact shape (or another) and key names, with seeded weights that mean nothing.
    Synth(SynthArgs),
}

#[derive(ClapArgs)]
pub(crate) struct Model {
    /// Folder with model.safetensors (or its pieces, model.safetensors.001 and so on) and, where there are any,
    /// config.json and tokenizer.json (or merges.txt); without it, the demo model.
    #[arg(long, value_name = "DIR")]
    pub(crate) model: Option<PathBuf>,
    /// Do not put <|endoftext|> in front.
    #[arg(long)]
    pub(crate) no_bos: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Output {
    /// How to write the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Where to, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading.
    Text,
    /// One object.
    Json,
    /// A table with a header line.
    Csv,
    /// The chart that the page shows.
    Svg,
}

#[derive(ClapArgs)]
pub(crate) struct TokensArgs {
    /// The text.
    #[arg(long)]
    pub(crate) prompt: String,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct LensArgs {
    /// The prompt.
    #[arg(long)]
    pub(crate) prompt: String,
    /// The answer, usually with a space in front; its first token is followed.
    #[arg(long)]
    pub(crate) answer: String,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct PatchArgs {
    /// The prompt whose heads' outputs are borrowed.
    #[arg(long)]
    pub(crate) clean: String,
    /// The prompt whose run is patched.
    #[arg(long)]
    pub(crate) corrupt: String,
    /// The answer, usually with a space in front; its first token is followed.
    #[arg(long)]
    pub(crate) answer: String,
    /// Logits as the checkpoint gives them, instead of minus their mean over the vocabulary.
    #[arg(long)]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl PatchArgs {
    pub(crate) fn scale(&self) -> LogitScale {
        if self.raw { LogitScale::Raw } else { LogitScale::Centred }
    }
}

#[derive(ClapArgs)]
pub(crate) struct AttentionArgs {
    /// The prompt.
    #[arg(long)]
    pub(crate) prompt: String,
    /// The layer, counted from 0.
    #[arg(long)]
    pub(crate) layer: u16,
    /// The head within its layer, counted from 0.
    #[arg(long)]
    pub(crate) head: u16,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl AttentionArgs {
    pub(crate) fn head_id(&self) -> HeadId {
        HeadId::new(self.layer, self.head)
    }
}

#[derive(ClapArgs)]
pub(crate) struct SelfTestArgs {
    /// Folder with the checkpoint; without it, the demo model.
    #[arg(long, value_name = "DIR")]
    pub(crate) model: Option<PathBuf>,
    /// The expected numbers, in the form of assets/selftest/demo.json; without it, the published ones of the
    /// checkpoint with this SHA-256, or of the one that it was converted from.
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct SynthArgs {
    /// The same seed gives the same bytes on every machine.
    #[arg(long)]
    pub(crate) seed: u64,
    /// Folder to write model.safetensors and config.json to (548 MB at GPT-2 small's shape).
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Blocks.
    #[arg(long, default_value_t = 12, value_parser = size())]
    pub(crate) layers: u32,
    /// Attention heads of a block.
    #[arg(long, default_value_t = 12, value_parser = size())]
    pub(crate) heads: u32,
    /// Width of the residual stream, a multiple of the heads.
    #[arg(long, default_value_t = 768, value_parser = size())]
    pub(crate) d_model: u32,
    /// Tokens in the vocabulary.
    #[arg(long, default_value_t = 50257, value_parser = size())]
    pub(crate) vocab: u32,
    /// Longest prompt in tokens.
    #[arg(long, default_value_t = 1024, value_parser = size())]
    pub(crate) context: u32,
    /// Blocks without MLP.
    #[arg(long)]
    pub(crate) attention_only: bool,
    /// An output embedding of its own instead of the token embedding; in TransformerLens's names with a bias.
    #[arg(long)]
    pub(crate) untied: bool,
    /// What the tensors are called.
    #[arg(long, value_enum, default_value_t = Naming::Gpt2)]
    pub(crate) names: Naming,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Naming {
    /// As Hugging Face has them: h.0.attn.c_attn.weight.
    Gpt2,
    /// As TransformerLens has them: blocks.0.attn.W_Q.
    TransformerLens,
}

#[derive(ClapArgs)]
pub(crate) struct ConvertArgs {
    /// Folder with the checkpoint that is to be stored anew.
    #[arg(long, value_name = "DIR")]
    pub(crate) model: PathBuf,
    /// Folder to write to; it must not hold a checkpoint yet.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How numbers are stored. They are f32 again when they are computed with.
    #[arg(long, value_enum, default_value_t = Dtype::F16)]
    pub(crate) dtype: Dtype,
    /// Most megabytes (of 1,000,000 bytes) of a file, for hosts that limit it; 0 for one file whatever its size.
    #[arg(long, value_name = "MB", default_value_t = 90)]
    pub(crate) shard_mb: u32,
    /// The model's name in lists and in a browser's storage; the output folder's name and the dtype without it.
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// What the page calls it; its id without it.
    #[arg(long)]
    pub(crate) label: Option<String>,
    /// A sentence on what it is good for.
    #[arg(long, default_value = "")]
    pub(crate) about: String,
    /// The licence of the weights.
    #[arg(long, default_value = "")]
    pub(crate) licence: String,
    /// The list of models that gets the entry, in a folder above the output; without it the models.json beside the
    /// output folder, where there is one.
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dtype {
    /// Half the size.
    F16,
    /// As it is computed with.
    F32,
}

/// What a model can be made of: not nothing, and not more than any disk holds.
fn size() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=1_000_000)
}
