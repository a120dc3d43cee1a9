use std::future::Future;

use futures_util::io::AsyncRead;
use peek_interp::Pace;
use peek_protocol::{ModelChoice, Note, Response};

/// A model's files, opened.
pub struct ModelFiles {
    /// What to call it.
    pub label: String,
    /// The `.safetensors`, read once from front to back.
    pub weights: Box<dyn AsyncRead + Unpin>,
    /// `config.json` where there is one.
    pub config: Option<Vec<u8>>,
    /// How text becomes tokens.
    pub tokenizer: TokenizerFile,
}

/// The two forms in which GPT-2's tokenizer is published.
pub enum TokenizerFile {
    /// `tokenizer.json`.
    Json(Vec<u8>),
    /// `merges.txt`, from which the whole vocabulary follows.
    Merges(String),
}

/// Why a model's files could not be read, where that is not the reader's own finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// What was damaged has been put right or removed: opening them once more can help.
    OpenAgain,
    /// They did not come: a sentence for the user.
    DidNotCome(String),
}

/// What a session needs from where it runs. Its [`Pace`] hands the turn to the event loop and stops work that has
/// been cancelled or superseded.
pub trait Host: Pace {
    /// Delivers a response.
    fn send(&self, response: Response);

    /// Opens a model's files.
    ///
    /// # Errors
    /// A sentence for the user.
    fn open(&self, model: &ModelChoice) -> impl Future<Output = Result<ModelFiles, String>>;

    /// What the user should know of the files that were opened last, once they have been read.
    fn notes(&self) -> Vec<Note> {
        Vec::new()
    }

    /// To be asked when a model could not be read: what the files that were opened last have to do with it. `content` says
    /// that the reader found fault with what it read.
    fn fault(&self, content: bool) -> impl Future<Output = Option<FileFault>> {
        let _ = content;
        std::future::ready(None)
    }

    /// A clock in ms that never goes back.
    fn now_ms(&self) -> f64;

    /// Dispatches that were given to a GPU so far, where they can be counted.
    fn dispatches(&self) -> Option<u64> {
        None
    }
}
