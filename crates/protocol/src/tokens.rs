use peek_names::TokenId;
use serde::{Deserialize, Serialize};

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// The text it stands for, as it was typed. Where a character is split over several tokens the first of them
    /// has the whole character and the others are empty.
    pub text: String,
    /// True for the `<|endoftext|>` that was put in front.
    pub is_bos: bool,
}

/// How the answer's text splits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerTokens {
    /// All of its tokens; the first is the one that is followed.
    pub tokens: Vec<Token>,
}

impl AnswerTokens {
    /// The token that is followed.
    #[must_use]
    pub fn first(&self) -> Option<&Token> {
        self.tokens.first()
    }
}
