//! Results of `interp` as messages: the only place that knows both vocabularies.

use peek_interp::{LogitRows, Reading, lens_labels};
use peek_model::{Piece, Tokenizer};
use peek_names::TokenId;
use peek_protocol::{AnswerReading, LensPoint, NextToken, RunSummary, Score, Token};

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
    Some(RunSummary {
        answer: answer_reading(logits.reading(last, answer)?),
        top: next_tokens(logits.top(last, TOP), tokenizer),
    })
}

/// What may come next, with the tokens' texts.
pub(crate) fn next_tokens(top: Vec<(TokenId, Reading)>, tokenizer: &Tokenizer) -> Vec<NextToken> {
    let next =
        |(id, reading)| NextToken { id, text: tokenizer.token_text(id), reading: answer_reading(reading) };
    top.into_iter().map(next).collect()
}

/// The points of a lens `[L + 1, V]`; none where the answer is outside the vocabulary.
pub(crate) fn lens_points(layers: usize, logits: &LogitRows, answer: TokenId) -> Vec<LensPoint> {
    let labels = lens_labels(layers).into_iter().enumerate();
    labels
        .filter_map(|(row, label)| {
            Some(LensPoint { label, reading: answer_reading(logits.reading(row, answer)?) })
        })
        .collect()
}

pub(crate) fn score(score: peek_interp::Score) -> Score {
    Score { value: score.value, delta: score.delta }
}
