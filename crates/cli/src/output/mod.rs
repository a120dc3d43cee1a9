//! A report as text, JSON, CSV or SVG.

mod csv;
mod svg;
mod text;

use serde::Serialize;

use crate::{
    args::Format,
    error::CliError,
    report::{Attention, Lens, Patch, Tokens},
};

pub(crate) fn tokens(report: &Tokens, format: Format) -> Result<String, CliError> {
    match format {
        Format::Text => Ok(text::tokens(&report.tokens)),
        Format::Json => json(report),
        Format::Csv => Ok(csv::tokens(report)),
        Format::Svg => Err(CliError::Format { format: "SVG", has: "text, json, csv" }),
    }
}

pub(crate) fn lens(report: &Lens, format: Format) -> Result<String, CliError> {
    match format {
        Format::Text => Ok(text::lens(report)),
        Format::Json => json(report),
        Format::Csv => Ok(csv::lens(report)),
        Format::Svg => svg::lens(report),
    }
}

pub(crate) fn patch(report: &Patch, format: Format) -> Result<String, CliError> {
    match format {
        Format::Text => Ok(text::patch(report)),
        Format::Json => json(report),
        Format::Csv => Ok(csv::patch(report)),
        Format::Svg => svg::patch(report),
    }
}

pub(crate) fn attention(report: &Attention, format: Format) -> Result<String, CliError> {
    match format {
        Format::Text => Ok(text::attention(report)),
        Format::Json => json(report),
        Format::Csv => Ok(csv::attention(report)),
        Format::Svg => svg::attention(report),
    }
}

fn json(report: &impl Serialize) -> Result<String, CliError> {
    Ok(serde_json::to_string(report)? + "\n")
}
