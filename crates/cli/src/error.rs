use peek_interp::InterpError;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a command gave no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The input has to be changed.
    #[error("{0}")]
    Refused(String),
    /// The engine could not do it.
    #[error("{0}")]
    Failed(String),
    /// The tokenizer or the checkpoint.
    #[error(transparent)]
    Model(#[from] peek_model::ModelError),
    /// The method.
    #[error(transparent)]
    Interp(#[from] InterpError),
    /// A file.
    #[error("{}: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Standard output.
    #[error("standard output: {0}")]
    Stdout(io::Error),
    /// A format that this command has not.
    #[error("there is no {format} of this: choose one of {has}")]
    Format {
        /// The one asked for.
        format: &'static str,
        /// What there is.
        has: &'static str,
    },
    /// Sizes that make no model.
    #[error("--d-model {d_model} is not a multiple of --heads {heads}: change one of them")]
    Shape {
        /// Width.
        d_model: u32,
        /// Heads.
        heads: u32,
    },
    /// A folder that has a checkpoint already.
    #[error("{} holds a checkpoint already: choose another folder, or delete what is there", .0.display())]
    Occupied(PathBuf),
    /// A list of models that is none.
    #[error("{}: {problem}", path.display())]
    List {
        /// Which file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Numbers that are not the published ones.
    #[error("{failed} of {total} numbers are not the published ones")]
    SelfTest {
        /// How many.
        failed: usize,
        /// Of how many.
        total: usize,
    },
    /// The files changed while they were read.
    #[error("{} changed while it was being read: let its download finish, then start again", .0.display())]
    Changed(PathBuf),
    /// The engine's word on files that do not belong together.
    #[error(transparent)]
    Engine(#[from] peek_engine::EngineError),
    /// A chart.
    #[error(transparent)]
    Chart(#[from] peek_charts::ChartError),
    /// JSON.
    #[error("the result could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl CliError {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }

    /// 2 where the user can mend the command line, 1 otherwise; clap's own usage errors are 2 as well.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_)
            | Self::Format { .. }
            | Self::Shape { .. }
            | Self::Occupied(_)
            | Self::List { .. } => 2,
            Self::Interp(InterpError::Model(_) | InterpError::Read(_) | InterpError::Stopped(_)) => 1,
            Self::Interp(_) => 2,
            _ => 1,
        }
    }
}
