use serde::{Deserialize, Serialize};

/// The two published scales of a logit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LogitScale {
    /// Minus the mean over the vocabulary, as TransformerLens gives them.
    #[default]
    Centred,
    /// As the checkpoint gives them.
    Raw,
}
