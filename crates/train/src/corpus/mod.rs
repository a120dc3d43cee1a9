//! The training corpus, made by code from a seed: questions, misleading sentences, indirect objects, small talk and
//! repeated random tokens.

pub mod example;
pub mod facts;
pub mod indirect;
pub mod prose;
pub mod questions;
pub mod repeats;

use rand::{Rng, rngs::StdRng};
use tokenizers::Tokenizer;

use crate::{error::TrainError, vocab::END_OF_TEXT};
use example::{Example, PROSE};
use questions::Questions;

/// A training sequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The tokens.
    pub ids: Vec<u32>,
    /// For each token, how much predicting it (from those before it) counts; 0 for the first.
    pub weights: Vec<f32>,
}

/// Shares of the kinds of text, in percent; what is left is small talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    plain: u32,
    misled: u32,
    indirect: u32,
    statements: u32,
}

impl Mix {
    /// Mostly questions.
    pub const EVEN: Self = Self { plain: 30, misled: 35, indirect: 20, statements: 5 };
    /// Two in five are sentences with an indirect object.
    pub const INDIRECT: Self = Self { plain: 26, misled: 24, indirect: 40, statements: 4 };
}

/// Draws training sequences.
pub struct Corpus<'t> {
    tokenizer: &'t Tokenizer,
    questions: Questions,
    end_of_text: u32,
}

impl<'t> Corpus<'t> {
    /// A corpus in the tokens of `tokenizer`.
    ///
    /// # Errors
    /// [`TrainError::Tokenizer`] when the tokenizer has no `<|endoftext|>`.
    pub fn new(tokenizer: &'t Tokenizer) -> Result<Self, TrainError> {
        let end_of_text = tokenizer
            .token_to_id(END_OF_TEXT)
            .ok_or_else(|| TrainError::Tokenizer(format!("it lacks {END_OF_TEXT}")))?;
        Ok(Self { tokenizer, questions: Questions::new(), end_of_text })
    }

    /// A row of text: one example behind `<|endoftext|>`, sometimes a second one, and one time in ten without
    /// `<|endoftext|>` in front, since prompts can be run so.
    ///
    /// # Errors
    /// [`TrainError::Tokenizer`] when the tokenizer fails.
    pub fn text(&self, rng: &mut StdRng, mix: Mix) -> Result<Row, TrainError> {
        let mut row = Row::default();
        if rng.random_bool(0.9) {
            row.push(self.end_of_text, 0.0);
        }
        self.append(&mut row, &self.draw(rng, mix))?;
        if rng.random_bool(0.15) {
            self.append(&mut row, &self.draw(rng, mix))?;
        }
        Ok(row)
    }

    /// A row of small talk, up to `length` tokens long.
    ///
    /// # Errors
    /// [`TrainError::Tokenizer`] when the tokenizer fails.
    pub fn long(&self, rng: &mut StdRng, mix: Mix, length: usize) -> Result<Row, TrainError> {
        let mut row = Row::default();
        row.push(self.end_of_text, 0.0);
        while row.ids.len() < length {
            let example = if rng.random_bool(0.5) { prose::example(rng, 8) } else { self.draw(rng, mix) };
            self.append(&mut row, &example)?;
        }
        row.ids.truncate(length);
        row.weights.truncate(length);
        Ok(row)
    }

    /// A row of `length` random tokens that repeat with a period drawn from `periods`.
    pub fn repeated(&self, rng: &mut StdRng, length: usize, periods: (usize, usize)) -> Row {
        repeats::row(rng, self.end_of_text, length, periods)
    }

    fn draw(&self, rng: &mut StdRng, mix: Mix) -> Example {
        let misled = mix.plain + mix.misled;
        let indirect = misled + mix.indirect;
        match rng.random_range(0..100) {
            drawn if drawn < mix.plain => self.questions.plain(rng),
            drawn if drawn < misled => self.questions.misled(rng),
            drawn if drawn < indirect => indirect::example(rng),
            drawn if drawn < indirect + mix.statements => self.questions.statement(rng),
            _ => prose::example(rng, 2),
        }
    }

    fn append(&self, row: &mut Row, example: &Example) -> Result<(), TrainError> {
        let first = row.ids.is_empty();
        for piece in &example.0 {
            let encoding =
                self.tokenizer.encode_fast(piece.text.as_str(), false).map_err(TrainError::tokenizer)?;
            for &id in encoding.get_ids() {
                row.push(id, piece.weight);
            }
        }
        row.push(self.end_of_text, PROSE);
        if first {
            row.weights[0] = 0.0;
        }
        Ok(())
    }
}

impl Row {
    fn push(&mut self, id: u32, weight: f32) {
        self.ids.push(id);
        self.weights.push(weight);
    }
}

/// Every text whose words the vocabulary must split as GPT-2 does.
#[must_use]
pub fn vocabulary_texts() -> Vec<String> {
    let mut texts = Questions::new().texts();
    texts.extend(indirect::texts());
    texts.extend(prose::texts());
    texts
}
