use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use peek_interp::Positions;
use peek_names::{Metric, Site};

use crate::{
    args::{Format, Model, Output},
    error::CliError,
    method::{Edit, positions},
};

#[derive(ClapArgs)]
pub(crate) struct RunArgs {
    /// The experiment, as the page saves it.
    pub(crate) experiment: PathBuf,
    /// Folder to write to: result.json, scores.csv, lens.csv, charts as SVG and the analysis as TransformerLens code.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Folder with the checkpoint; without it, the demo model.
    #[arg(long, value_name = "DIR")]
    pub(crate) model: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct SetArgs {
    /// The pairs: CSV, tab-separated or JSONL, with clean, corrupt, answer and, where there is one, foil.
    pub(crate) pairs: PathBuf,
    /// What is measured of each pair.
    #[arg(long, value_enum, default_value_t = Measure::Scores)]
    pub(crate) measure: Measure,
    /// Of scores: which site is changed.
    #[arg(long, default_value = "z")]
    pub(crate) site: Site,
    /// Of scores: at which tokens: last, all at once, or a position counted from 0, for prompts of one length.
    #[arg(long, default_value = "last", value_parser = positions)]
    pub(crate) positions: Positions,
    /// Of scores: what is put there; a mean is over the set's own prompts.
    #[arg(long, value_enum, default_value_t = Edit::Denoise)]
    pub(crate) edit: Edit,
    /// Of scores: what is read.
    #[arg(long, default_value = "logit")]
    pub(crate) metric: Metric,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// Every unit's effect.
    Scores,
    /// The answer's logit at every depth of both runs.
    Lens,
    /// Each head's direct effect.
    Direct,
}

impl SetArgs {
    /// Whether it is CSV with a line a pair, or text for reading.
    ///
    /// # Errors
    /// Any other format.
    pub(crate) fn is_csv(&self) -> Result<bool, CliError> {
        const HAS: &str = "text, csv";
        match self.output.format {
            Format::Text => Ok(false),
            Format::Csv => Ok(true),
            Format::Json => Err(CliError::Format { format: "JSON", has: HAS }),
            Format::Svg => Err(CliError::Format { format: "SVG", has: HAS }),
        }
    }
}
