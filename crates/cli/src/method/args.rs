use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use peek_interp::{Metric, Positions, Site, Unit};

use crate::args::{Model, Output};

#[derive(ClapArgs)]
pub(crate) struct SweepArgs {
    /// The prompt whose values are borrowed (denoise), or whose run is changed (noise, zero, mean).
    #[arg(long)]
    pub(crate) clean: String,
    /// The prompt whose run is changed (denoise), or whose values are borrowed (noise). With zero and mean it only says
    /// what a normalised delta is a share of.
    #[arg(long)]
    pub(crate) corrupt: Option<String>,
    /// The answer, usually with a space in front; its first token is followed.
    #[arg(long)]
    pub(crate) answer: String,
    /// What the answer is compared with, for logit_diff; its first token.
    #[arg(long)]
    pub(crate) foil: Option<String>,
    /// Where: z, q, k, v or pattern of heads; resid_pre, resid_mid, resid_post, attn_out or mlp_out of layers.
    #[arg(long, default_value = "z")]
    pub(crate) site: Site,
    /// At which tokens: last, all at once, grid (each by itself), or a position counted from 0.
    #[arg(long, default_value = "last", value_parser = positions)]
    pub(crate) positions: Positions,
    /// What is put there.
    #[arg(long, value_enum, default_value_t = Edit::Denoise)]
    pub(crate) edit: Edit,
    /// What is measured: logit, raw_logit, logit_diff, probability, log_probability, rank or kl.
    #[arg(long, default_value = "logit")]
    pub(crate) metric: Metric,
    /// Only these heads (L9H6) or layers (L9).
    #[arg(long = "unit", value_name = "UNIT")]
    pub(crate) units: Vec<Unit>,
    /// All the named units in one run, beside the sum of their single effects.
    #[arg(long, requires = "units")]
    pub(crate) together: bool,
    /// Lets a position of the changed prompt take from another one's, 5:4, or from none, 5:none.
    #[arg(long = "pair", value_name = "CHANGED:OTHER", value_parser = pair)]
    pub(crate) pairs: Vec<(usize, Option<usize>)>,
    /// The prompts of a mean, one a line.
    #[arg(long, value_name = "FILE", required_if_eq("edit", "mean"))]
    pub(crate) mean_prompts: Option<PathBuf>,
    /// A mean of each position by itself, over prompts of equal length.
    #[arg(long)]
    pub(crate) mean_per_position: bool,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Edit {
    /// The clean run's value into the corrupt run.
    Denoise,
    /// The corrupt run's value into the clean run.
    Noise,
    /// Zero into the clean run.
    Zero,
    /// The mean of --mean-prompts into the clean run.
    Mean,
}

#[derive(ClapArgs)]
pub(crate) struct AttributeArgs {
    /// The prompt; or the clean one of a pair.
    #[arg(long)]
    pub(crate) prompt: String,
    /// Sets each head's direct effect beside its patching effect in this prompt's run.
    #[arg(long)]
    pub(crate) corrupt: Option<String>,
    /// The answer, usually with a space in front; its first token is followed.
    #[arg(long)]
    pub(crate) answer: String,
    /// Attributes the difference to this token instead.
    #[arg(long)]
    pub(crate) foil: Option<String>,
    /// At which position, counted from 0; the last without it.
    #[arg(long, conflicts_with = "corrupt")]
    pub(crate) position: Option<usize>,
    /// Logits as the checkpoint gives them, instead of minus their mean over the vocabulary.
    #[arg(long)]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct HeadsArgs {
    /// Random tokens that are repeated once.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(2..=512))]
    pub(crate) tokens: u16,
    /// Over how many such sequences the mean is taken.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) sequences: u16,
    /// The same seed gives the same tokens on every machine.
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct LensGridArgs {
    /// The prompt.
    #[arg(long)]
    pub(crate) prompt: String,
    /// A token to follow through the grid.
    #[arg(long)]
    pub(crate) answer: Option<String>,
    /// How many of the likeliest tokens of each cell are written to JSON.
    #[arg(long, default_value_t = 10)]
    pub(crate) top: u16,
    /// The points between attention and MLP too.
    #[arg(long)]
    pub(crate) mid: bool,
    /// Scales each residual as the last one is scaled, as in direct attribution, instead of by its own variance.
    #[arg(long)]
    pub(crate) final_scale: bool,
    #[command(flatten)]
    pub(crate) model: Model,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Which positions an argument names.
pub(crate) fn positions(text: &str) -> Result<Positions, String> {
    match (text, text.parse()) {
        ("last", _) => Ok(Positions::Last),
        ("all", _) => Ok(Positions::All),
        ("grid", _) => Ok(Positions::Grid),
        (_, Ok(position)) => Ok(Positions::One(position)),
        _ => Err("choose last, all, grid, or a position counted from 0".to_owned()),
    }
}

fn pair(text: &str) -> Result<(usize, Option<usize>), String> {
    let parse = || {
        let (base, donor) = text.split_once(':')?;
        let donor = if donor == "none" { None } else { Some(donor.parse().ok()?) };
        Some((base.parse().ok()?, donor))
    };
    parse().ok_or("write two positions as 5:4, or 5:none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_positions_are_read() {
        assert_eq!(pair("5:4"), Ok((5, Some(4))));
        assert_eq!(pair("5:none"), Ok((5, None)));
        assert!(pair("5").is_err() && pair("5:x").is_err());
        assert_eq!(positions("7"), Ok(Positions::One(7)));
        assert!(positions("first").is_err());
    }
}
