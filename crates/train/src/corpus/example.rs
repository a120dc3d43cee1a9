//! One training text, cut into pieces that say how much each one counts.

/// How much the words of a question count: little, since nothing tells which question comes.
pub const CONTEXT: f32 = 0.05;
/// How much running text counts.
pub const PROSE: f32 = 0.3;
/// How much an answer counts.
pub const ANSWER: f32 = 1.0;

/// Text whose tokens all weigh the same in the loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The text, starting at a word boundary, so that pieces can be tokenized one by one.
    pub text: String,
    /// The weight of predicting each of its tokens.
    pub weight: f32,
}

/// A training text: its pieces in order, without the `<|endoftext|>` around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example(pub Vec<Piece>);

impl Example {
    /// Adds text that weighs `weight`.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>, weight: f32) -> Self {
        self.0.push(Piece { text: text.into(), weight });
        self
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }
}
