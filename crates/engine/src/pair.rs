//! A pair of prompts as tokens, with the tokens that are followed.

use peek_interp::{InterpError, Metric};
use peek_names::TokenId;
use peek_protocol::{Note, PairTexts, Place, Side, Token};

use crate::{
    EngineError, Refusal,
    error::fault,
    session::Loaded,
    texts::{self, Text},
};

/// A pair that can be run.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    clean: Vec<Token>,
    corrupt: Vec<Token>,
    /// The token that is followed.
    pub(crate) answer: Token,
    /// The token that it is held against.
    pub(crate) foil: Option<Token>,
    /// Warnings.
    pub(crate) notes: Vec<Note>,
}

impl Pair {
    /// Reads a pair.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] where a prompt or the answer cannot be used, with every note there is.
    pub(crate) fn read(loaded: &Loaded, typed: &PairTexts) -> Result<Self, EngineError> {
        let [clean, corrupt] = both(loaded, typed)?;
        let (answer, answer_notes) = texts::answer(&loaded.tokenizer, &typed.answer, Place::Answer)?;
        let (foil, foil_notes) = match typed.foil.as_str() {
            "" => (None, Vec::new()),
            foil => {
                let (tokens, notes) = texts::answer(&loaded.tokenizer, foil, Place::Foil)?;
                (tokens.tokens.into_iter().next(), notes)
            }
        };
        let notes = [clean.notes, corrupt.notes, answer_notes, foil_notes].concat();
        let (clean, corrupt) = (clean.tokens, corrupt.tokens);
        match answer.tokens.into_iter().next() {
            Some(answer) if !texts::has_error(&notes) => Ok(Self { clean, corrupt, answer, foil, notes }),
            _ => Err(EngineError::Invalid(Refusal { notes, tokens: Some((clean, corrupt)) })),
        }
    }

    /// The two prompts alone, clean first.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] where one cannot be run.
    pub(crate) fn prompts(loaded: &Loaded, typed: &PairTexts) -> Result<[Text; 2], EngineError> {
        let prompts = both(loaded, typed)?;
        if !prompts.iter().any(|prompt| texts::has_error(&prompt.notes)) {
            return Ok(prompts);
        }
        let [clean, corrupt] = prompts;
        let notes = [clean.notes, corrupt.notes].concat();
        Err(EngineError::Invalid(Refusal { notes, tokens: Some((clean.tokens, corrupt.tokens)) }))
    }

    /// One of the two prompts.
    pub(crate) fn tokens(&self, side: Side) -> &[Token] {
        match side {
            Side::Clean => &self.clean,
            Side::Corrupt => &self.corrupt,
        }
    }

    /// One of the two prompts' ids.
    pub(crate) fn ids(&self, side: Side) -> Vec<TokenId> {
        self.tokens(side).iter().map(|token| token.id).collect()
    }

    /// The two followed tokens.
    pub(crate) fn followed(&self) -> (TokenId, Option<TokenId>) {
        (self.answer.id, self.foil.as_ref().map(|foil| foil.id))
    }

    /// Checks that there is a foil where the metric asks for one, and that it is not the answer.
    pub(crate) fn check_foil(&self, metric: Metric) -> Result<(), EngineError> {
        match self.followed() {
            _ if !metric.needs_foil() => Ok(()),
            (_, None) => Err(self.refused(fault(Place::Foil, InterpError::NoFoil))),
            (answer, Some(foil)) if answer == foil => {
                Err(self.refused(fault(Place::Foil, InterpError::SameFoil(answer))))
            }
            _ => Ok(()),
        }
    }

    /// A refusal of a pair that is fine in itself.
    pub(crate) fn refused(&self, note: Note) -> EngineError {
        let notes = self.notes.iter().cloned().chain([note]).collect();
        EngineError::Invalid(Refusal { notes, tokens: Some((self.clean.clone(), self.corrupt.clone())) })
    }
}

fn both(loaded: &Loaded, typed: &PairTexts) -> Result<[Text; 2], EngineError> {
    let context = loaded.model.config.context;
    let read = |text, place| texts::prompt(&loaded.tokenizer, text, typed.prepend_bos, context, place);
    Ok([read(&typed.clean, Place::Clean)?, read(&typed.corrupt, Place::Corrupt)?])
}
