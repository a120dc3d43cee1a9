//! From what was typed to tokens, with a sentence for everything that the user should know.

use peek_model::{ModelError, Tokenizer};
use peek_names::TokenId;
use peek_protocol::{AnswerTokens, Note, NoteLevel, Place, Token};

use crate::{convert::token, error::sentence};

/// A text's tokens and what there is to say of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) tokens: Vec<Token>,
    pub(crate) notes: Vec<Note>,
}

impl Text {
    pub(crate) fn ids(&self) -> Vec<TokenId> {
        self.tokens.iter().map(|token| token.id).collect()
    }

    fn note(&mut self, place: Place, level: NoteLevel, message: impl Into<String>) {
        self.notes.push(Note { place, level, message: message.into() });
    }
}

/// Whether some note stops the request.
pub(crate) fn has_error(notes: &[Note]) -> bool {
    notes.iter().any(|note| note.level == NoteLevel::Error)
}

/// A prompt's tokens, at most `context` of them.
///
/// # Errors
/// Where the tokenizer itself fails.
pub(crate) fn prompt(
    tokenizer: &Tokenizer,
    text: &str,
    prepend_bos: bool,
    context: usize,
    place: Place,
) -> Result<Text, ModelError> {
    let mut out = Text::default();
    match tokenizer.bos() {
        Some(id) if prepend_bos => {
            out.tokens.push(Token { id, text: tokenizer.token_text(id), is_bos: true });
        }
        None if prepend_bos => {
            let message = "This tokenizer has no beginning-of-text token, so none was put in front.";
            out.note(place, NoteLevel::Warning, message);
        }
        _ => {}
    }
    out.tokens.extend(tokenizer.encode(text)?.into_iter().map(token));
    if text.is_empty() {
        out.note(place, NoteLevel::Error, "Type a prompt here.");
    }
    if let Some(message) = control_characters(text) {
        out.note(place, NoteLevel::Error, message);
    }
    if out.tokens.len() > context {
        let error = ModelError::TooLong { tokens: out.tokens.len(), context };
        out.note(place, NoteLevel::Error, sentence(&error.to_string()));
    }
    Ok(out)
}

/// The answer's tokens, of which the first is followed.
///
/// # Errors
/// Where the tokenizer itself fails.
pub(crate) fn answer(
    tokenizer: &Tokenizer,
    text: &str,
    place: Place,
) -> Result<(AnswerTokens, Vec<Note>), ModelError> {
    let mut out =
        Text { tokens: tokenizer.encode(text)?.into_iter().map(token).collect(), notes: Vec::new() };
    match out.tokens.as_slice() {
        [] => out.note(
            place,
            NoteLevel::Error,
            "Type the answer to follow, such as \u{201c} Jane\u{201d} with a space in front.",
        ),
        [_] => {}
        [first, rest @ ..] => {
            let first = tokenizer.token_text(first.id);
            let role = if place == Place::Foil { "is the foil" } else { "is followed" };
            let message =
                format!("This is {} tokens; the first one, \u{201c}{first}\u{201d}, {role}.", rest.len() + 1);
            out.note(place, NoteLevel::Warning, message);
        }
    }
    if let Some(message) = control_characters(text) {
        out.note(place, NoteLevel::Error, message);
    } else if text.starts_with(char::is_alphanumeric) {
        let message = format!(
            "No space in front: after a word, GPT-2 writes \u{201c} {text}\u{201d}, which is another token. \
             Put a space in front unless you mean the continuation of a word."
        );
        out.note(place, NoteLevel::Warning, message);
    }
    Ok((AnswerTokens { tokens: out.tokens }, out.notes))
}

/// What is wrong where a text holds a control character other than a line break or a tab: nobody types one, and no
/// chart could show it.
fn control_characters(text: &str) -> Option<String> {
    let allowed = ['\n', '\r', '\t'];
    let (at, c) = text.chars().enumerate().find(|(_, c)| c.is_control() && !allowed.contains(c))?;
    let code = u32::from(c);
    Some(format!("Character {} is an invisible control character (U+{code:04X}): delete it.", at + 1))
}
