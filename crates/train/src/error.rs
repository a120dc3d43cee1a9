//! What can go wrong while training, and what to do about it.

use std::path::PathBuf;

/// An error of the training program.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A line of `merges.txt` is not a pair.
    #[error("merges.txt line {0} is `{1}`, not two pieces with a space between: take GPT-2's own file")]
    Merges(usize, String),
    /// The tokenizers crate refused something.
    #[error("the tokenizer refused its input: {0}")]
    Tokenizer(String),
    /// A file could not be read or written.
    #[error("cannot use {path}: {source}. Check that the folder exists and can be written")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The checkpoint could not be written or read back.
    #[error("the checkpoint is not usable: {0}. Train again with `cargo xtask train-demo`")]
    Checkpoint(String),
    /// Training's threads failed.
    #[error("a training thread failed: {0}. Start again; if it repeats, report it with the output above")]
    Thread(String),
    /// A file's JSON is not what it should be.
    #[error("JSON of a model file is not usable: {0}")]
    Json(#[from] serde_json::Error),
}

impl TrainError {
    /// Wraps an error of the tokenizers crate, which is a boxed trait object.
    pub(crate) fn tokenizer(error: impl std::fmt::Display) -> Self {
        Self::Tokenizer(error.to_string())
    }

    /// Names the file that an i/o error is about.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
