use peek_interp::{FullSpeed, Run};
use peek_model::{Gpt2, Tokenizer};
use peek_names::TokenId;
use pollster::block_on;

use crate::{args::Model, engine, error::CliError, report::TokenOut};

/// A model with its tokenizer, and how prompts begin.
pub(super) struct Loaded {
    pub(super) model: Gpt2,
    tokenizer: Tokenizer,
    no_bos: bool,
}

impl Loaded {
    pub(super) fn new(args: &Model) -> Result<Self, CliError> {
        let (model, tokenizer) = engine::load(args.model.as_deref())?;
        Ok(Self { model, tokenizer, no_bos: args.no_bos })
    }

    /// What is put in front of a prompt.
    pub(super) fn bos(&self) -> Option<TokenId> {
        self.tokenizer.bos().filter(|_| !self.no_bos)
    }

    pub(super) fn prompt(&self, text: &str) -> Result<Vec<TokenId>, CliError> {
        let pieces = self.tokenizer.encode(text)?;
        Ok(self.bos().into_iter().chain(pieces.into_iter().map(|piece| piece.id)).collect())
    }

    pub(super) fn run(&self, text: &str) -> Result<Run, CliError> {
        Ok(block_on(Run::new(&self.model, &self.prompt(text)?, &FullSpeed))?)
    }

    /// The first token of an answer or a foil; that there are more is said on standard error.
    pub(super) fn first(&self, what: &str, text: &str) -> Result<TokenId, CliError> {
        let pieces = self.tokenizer.encode(text)?;
        let Some(first) = pieces.first() else {
            return Err(CliError::Refused(format!("the {what} is empty: type one, with a space in front")));
        };
        if pieces.len() > 1 {
            eprintln!(
                "peek: the {what} has {} tokens; its first, {:?}, is followed",
                pieces.len(),
                first.text
            );
        }
        if !text.starts_with(' ') {
            eprintln!("peek: No space in front of the {what}: after a word GPT-2 expects one.");
        }
        Ok(first.id)
    }

    pub(super) fn text(&self, id: TokenId) -> String {
        self.tokenizer.token_text(id)
    }

    pub(super) fn token(&self, id: TokenId) -> TokenOut {
        TokenOut { id, text: self.text(id) }
    }

    pub(super) fn tokens(&self, ids: &[TokenId]) -> Vec<TokenOut> {
        ids.iter().map(|&id| self.token(id)).collect()
    }
}
