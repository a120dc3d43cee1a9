//! The method beyond the page's first three views: sweeps of any site, direct attribution, heads by what they do, and the
//! lens at every position. Straight from `peek-interp`, a report each, written as text, JSON or CSV.

mod args;
mod attribute;
mod heads;
mod lens_grid;
mod load;
mod prepare;
mod sweep;
mod table;

pub(crate) use args::{AttributeArgs, Edit, HeadsArgs, LensGridArgs, SweepArgs, positions};
pub(crate) use attribute::attribute;
pub(crate) use heads::heads;
pub(crate) use lens_grid::lens_grid;
pub(crate) use sweep::sweep;

use crate::{args::Format, error::CliError};

/// A report in the format that was asked for.
fn written<R: serde::Serialize>(
    report: &R,
    format: Format,
    text: impl FnOnce(&R) -> String,
    csv: impl FnOnce(&R) -> String,
) -> Result<String, CliError> {
    match format {
        Format::Text => Ok(text(report)),
        Format::Json => Ok(serde_json::to_string(report)? + "\n"),
        Format::Csv => Ok(csv(report)),
        Format::Svg => Err(CliError::Format { format: "SVG", has: "text, json, csv" }),
    }
}
