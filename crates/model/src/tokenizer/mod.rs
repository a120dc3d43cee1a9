mod alphabet;
mod bos;
mod parts;
mod specials;

use std::{collections::HashMap, ops::Range};

use peek_names::TokenId;
use tokenizers::{
    models::bpe::{BPE, Vocab},
    pre_tokenizers::byte_level::ByteLevel,
};

use crate::{ModelError, checkpoint::clip};
use alphabet::alphabet;
use parts::Parts;
use specials::Specials;

/// A token with the stretch of text that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The token.
    pub id: TokenId,
    /// The source text, exactly: all pieces' texts in a row are the text. Where a character is split over several
    /// tokens, the first has the whole of it and the others have what follows, which may be nothing.
    pub text: String,
    /// Where `text` is in the source, in bytes.
    pub range: Range<usize>,
}

/// GPT-2's byte-level BPE.
///
/// The tokenizers crate cuts and merges; what each token stands for is kept here, so that offsets follow from the
/// tokens' own bytes and hold for any text.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    bpe: tokenizers::Tokenizer,
    /// The bytes that each token stands for.
    bytes: HashMap<u32, Box<[u8]>>,
    /// Tokens that are found in the text before it is cut any further.
    specials: Specials,
    bos: Option<TokenId>,
    vocab_size: usize,
}

impl Tokenizer {
    /// From a `tokenizer.json`. Its truncation and padding are left aside, and so are templates but for the token that
    /// they begin a text with, which becomes [`Self::bos`].
    ///
    /// # Errors
    /// Where it is no byte-level BPE that cuts text as GPT-2's does.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::new(Parts::from_json(bytes)?)
    }

    /// From a `merges.txt`, from which GPT-2's whole vocabulary follows: ids 0..255 are the byte alphabet, then
    /// comes what each merge makes, and `<|endoftext|>` is the last.
    ///
    /// # Errors
    /// Where a line is no merge of tokens that were made before it.
    pub fn from_merges(merges_txt: &str) -> Result<Self, ModelError> {
        Self::new(Parts::from_merges(merges_txt)?)
    }

    fn new(parts: Parts) -> Result<Self, ModelError> {
        let byte_of: HashMap<char, u8> = alphabet().map(|(byte, letter)| (letter, byte)).collect();
        let spelt = |token: &String| -> Box<[u8]> {
            let bytes: Option<Box<[u8]>> =
                token.chars().map(|letter| byte_of.get(&letter).copied()).collect();
            bytes.unwrap_or_else(|| token.as_bytes().into())
        };
        let mut bytes: HashMap<u32, Box<[u8]>> =
            parts.vocab.iter().map(|(token, &id)| (id, spelt(token))).collect();
        // Special tokens are plain text, not letters of the byte alphabet.
        bytes.extend(parts.specials.iter().map(|(token, &id)| (id, token.as_bytes().into())));

        let bos = parts.bos.map(TokenId);
        let vocab_size = bytes.keys().max().map_or(0, |&id| id as usize + 1);
        let specials = Specials::new(parts.specials);
        let vocab: Vocab = parts.vocab.into_iter().collect();
        let bpe = BPE::builder()
            .vocab_and_merges(vocab, parts.merges)
            .ignore_merges(parts.ignore_merges)
            .build()
            .map_err(|error| odd("tables that make a BPE", &error.to_string()))?;
        let mut bpe = tokenizers::Tokenizer::new(bpe);
        bpe.with_pre_tokenizer(Some(ByteLevel::new(false, false, true)));
        Ok(Self { bpe, bytes, specials, bos, vocab_size })
    }

    /// The tokens of a text, each with what it stands for. Nothing is put before them; `<|endoftext|>` in the text
    /// is the special token.
    ///
    /// # Errors
    /// Where the tokens do not add up to the text, which a checked vocabulary does not let happen.
    pub fn encode(&self, text: &str) -> Result<Vec<Piece>, ModelError> {
        let mut ids = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let special = self.specials.next(rest);
            let (before, after) = match special {
                Some((at, token, _)) => (&rest[..at], &rest[at + token.len()..]),
                None => (rest, ""),
            };
            if !before.is_empty() {
                let encoding = self.bpe.encode_fast(before, false);
                let encoding = encoding.map_err(|error| odd("a text that can be cut", &error.to_string()))?;
                ids.extend_from_slice(encoding.get_ids());
            }
            ids.extend(special.map(|(_, _, id)| id));
            rest = after;
        }
        self.pieces(text, &ids)
    }

    /// Lays tokens along the text that they were made of.
    fn pieces(&self, text: &str, ids: &[u32]) -> Result<Vec<Piece>, ModelError> {
        // A character belongs to the token that has its first byte.
        let boundary = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at += 1;
            }
            at
        };
        let mut end = 0;
        let mut pieces = Vec::with_capacity(ids.len());
        for &id in ids {
            let bytes = self.bytes.get(&id).map_or(&[][..], |bytes| bytes);
            let begin = end;
            end += bytes.len();
            if bytes.is_empty() || text.as_bytes().get(begin..end) != Some(bytes) {
                return Err(odd("tokens that spell the text", &format!("token {id} at byte {begin}")));
            }
            let range = boundary(begin)..boundary(end);
            pieces.push(Piece { id: TokenId(id), text: text[range.clone()].to_owned(), range });
        }
        if end != text.len() {
            return Err(odd("tokens for the whole text", &format!("none from byte {end} on")));
        }
        Ok(pieces)
    }

    /// The text that tokens stand for together. Bytes that are no UTF-8 become U+FFFD, as does an unknown token.
    #[must_use]
    pub fn decode(&self, ids: &[TokenId]) -> String {
        let spelt =
            ids.iter().flat_map(|id| self.bytes.get(&id.0).map_or("\u{fffd}".as_bytes(), |bytes| bytes));
        String::from_utf8_lossy(&spelt.copied().collect::<Vec<u8>>()).into_owned()
    }

    /// The text of one token, for lists of what comes next. A part of a character is shown as U+FFFD.
    #[must_use]
    pub fn token_text(&self, id: TokenId) -> String {
        self.decode(&[id])
    }

    /// The token that the model has before every text: GPT-2's is `<|endoftext|>`, others have one of their own. `None` in
    /// a vocabulary without any.
    #[must_use]
    pub fn bos(&self) -> Option<TokenId> {
        self.bos
    }

    /// One more than the largest id.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.vocab_size
    }
}

fn odd(expected: &str, found: &str) -> ModelError {
    ModelError::Tokenizer { expected: expected.to_owned(), found: clip(found) }
}
