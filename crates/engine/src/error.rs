use std::fmt;

use peek_interp::{InterpError, Stopped};
use peek_model::ModelError;
use peek_protocol::{Failure, Note, NoteLevel, Place, Token};

/// What is wrong with a request, field by field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    /// At least one of them an error.
    pub notes: Vec<Note>,
    /// The two prompts' tokens where they could be made.
    pub tokens: Option<(Vec<Token>, Vec<Token>)>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.notes.iter().filter(|note| note.level == NoteLevel::Error);
        let sentences: Vec<&str> = errors.map(|note| note.message.as_str()).collect();
        f.write_str(&sentences.join(" "))
    }
}

impl From<Note> for Refusal {
    fn from(note: Note) -> Self {
        Self { notes: vec![note], tokens: None }
    }
}

/// What stops a request, beside its field.
pub(crate) fn fault(place: Place, error: impl fmt::Display) -> Note {
    Note { place, level: NoteLevel::Error, message: sentence(&error.to_string()) }
}

/// Why a request ended without its result.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Nobody wants the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The model could not be loaded or run.
    #[error("{0}")]
    Model(ModelError),
    /// The device did not return its numbers.
    #[error("{0}")]
    Device(String),
    /// The method has no such thing to offer: site, position, donor and metric do not go together.
    #[error("{0}")]
    Refused(String),
    /// What was asked for cannot be run as it is.
    #[error("{0}")]
    Invalid(Refusal),
    /// A file of expected numbers that is none, or is of another model.
    #[error("the expected numbers cannot be used: {0}")]
    Expectations(String),
    /// The host could not hand over a file.
    #[error("{0}")]
    Files(String),
    /// A request came before any model was loaded.
    #[error("no model is loaded yet: wait for it, or choose one")]
    NoModel,
    /// Tokenizer and weights do not belong together.
    #[error(
        "the tokenizer has {tokenizer} tokens and the weights have {weights} rows: \
         add the tokenizer.json that belongs to this checkpoint"
    )]
    TokenizerMismatch {
        /// Tokens that the tokenizer knows.
        tokenizer: usize,
        /// Rows of `wte`.
        weights: usize,
    },
    /// The backend cannot be opened.
    #[error("{0}")]
    Backend(String),
    /// The backend computes, but not correctly.
    #[error("a test run on this backend gave numbers that are not finite: choose the CPU")]
    NotFinite,
}

impl EngineError {
    /// The message for the page, with the field that it belongs to.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let place = match self {
            Self::Stopped(_)
            | Self::Device(_)
            | Self::Refused(_)
            | Self::Invalid(_)
            | Self::Expectations(_)
            | Self::NoModel => None,
            Self::Model(_) | Self::Files(_) | Self::TokenizerMismatch { .. } => Some(Place::Model),
            Self::Backend(_) | Self::NotFinite => Some(Place::Backend),
        };
        Failure { place, message: sentence(&self.to_string()) }
    }

    /// Whether a model's files were read and found to be none that can be used.
    pub(crate) fn is_of_content(&self) -> bool {
        matches!(
            self,
            Self::Model(
                ModelError::NotSafetensors { .. }
                    | ModelError::Tensor { .. }
                    | ModelError::Config { .. }
                    | ModelError::Tokenizer { .. }
            )
        )
    }
}

impl From<ModelError> for EngineError {
    fn from(error: ModelError) -> Self {
        Self::Model(error)
    }
}

impl From<Note> for EngineError {
    fn from(note: Note) -> Self {
        Self::Invalid(note.into())
    }
}

impl From<InterpError> for EngineError {
    fn from(error: InterpError) -> Self {
        match error {
            InterpError::Stopped(stopped) => Self::Stopped(stopped),
            InterpError::Model(error) => Self::Model(error),
            error @ InterpError::Read(_) => Self::Device(error.to_string()),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

/// An error's text as a sentence: a capital in front, a full stop behind.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let mut sentence: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
