//! What was kept in a file, run in a terminal: an experiment, or a set of prompts.

mod args;
mod run;
mod set;

use std::path::Path;

pub(crate) use args::{RunArgs, SetArgs};
pub(crate) use run::run;
pub(crate) use set::set;

use crate::error::CliError;

fn read(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))
}
