//! Results of `interp` as messages: the only place that knows both vocabularies.

use peek_interp::{LogitRows, Reading};
use peek_model::{Piece, Tokenizer};
use peek_names::TokenId;
use peek_protocol::{AnswerReading, NextToken, RunSummary, Token};

/// How many next tokens a run's summary lists.
const TOP: usize = 10;

pub(crate) fn token(piece: Piece) -> Token {
    Token { id: piece.id, text: piece.text, is_bos: false }
}

pub(crate) fn answer_reading(reading: Reading) -> AnswerReading {
    AnswerReading {
        logit: reading.logit,
        raw_logit: reading.raw_logit,
        probability: reading.probability,
        rank: reading.rank,
    }
}

/// What the last row of `logits` says; `None` where the answer is outside the vocabulary.
pub(crate) fn summary(logits: &LogitRows, answer: TokenId, tokenizer: &Tokenizer) -> Option<RunSummary> {
    let last = logits.rows().checked_sub(1)?;
    let next =
        |(id, reading)| NextToken { id, text: tokenizer.token_text(id), reading: answer_reading(reading) };
    Some(RunSummary {
        answer: answer_reading(logits.reading(last, answer)?),
        top: logits.top(last, TOP).into_iter().map(next).collect(),
    })
}
