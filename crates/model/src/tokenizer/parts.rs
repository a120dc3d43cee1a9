use std::collections::HashMap;

use serde::Deserialize;

use super::{alphabet::alphabet, bos};
use crate::{ModelError, checkpoint::clip};

/// GPT-2's only special token: it ends a document and so begins the next.
pub(crate) const END_OF_TEXT: &str = "<|endoftext|>";

/// Largest id: what devices count tokens with.
const LARGEST_ID: u32 = 0x7fff_ffff;
/// Longest special token in bytes: each place of a text is compared with them.
const LONGEST_SPECIAL: usize = 1000;

/// A byte-level BPE's tables, checked: every byte has a token, every merge is between tokens and makes one.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) vocab: HashMap<String, u32>,
    pub(crate) merges: Vec<(String, String)>,
    /// Tokens that are matched in the text before anything else.
    pub(crate) specials: HashMap<String, u32>,
    /// Whether a word that is itself a token is taken whole, whatever the merges say.
    pub(crate) ignore_merges: bool,
    /// The token that begins every text.
    pub(crate) bos: Option<u32>,
}

/// What a `tokenizer.json` says, as far as it matters here. Truncation and padding are not read, and of a template only
/// which token it puts in front: the caller decides what is run.
#[derive(Deserialize)]
struct File {
    normalizer: Option<serde::de::IgnoredAny>,
    pre_tokenizer: Option<PreTokenizer>,
    #[serde(default)]
    added_tokens: Vec<Added>,
    #[serde(default)]
    post_processor: serde_json::Value,
    model: Bpe,
}

#[derive(Deserialize)]
struct PreTokenizer {
    r#type: String,
    #[serde(default)]
    add_prefix_space: bool,
    use_regex: Option<bool>,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    single_word: bool,
}

#[derive(Deserialize)]
struct Bpe {
    r#type: Option<String>,
    vocab: HashMap<String, u32>,
    merges: Vec<Merge>,
    dropout: Option<f64>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    ignore_merges: bool,
}

/// Older files write `"a b"`, newer ones `["a", "b"]`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Line(String),
}

fn fault(expected: impl Into<String>, found: impl Into<String>) -> ModelError {
    ModelError::Tokenizer { expected: expected.into(), found: found.into() }
}

impl Parts {
    /// From a `tokenizer.json`.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, ModelError> {
        let file: File = serde_json::from_slice(bytes).map_err(|error| {
            fault("a tokenizer.json with a byte-level BPE such as GPT-2's", clip(&error.to_string()))
        })?;
        file.check()?;
        let split = |merge| match merge {
            Merge::Pair(a, b) => Ok((a, b)),
            Merge::Line(line) => pair(&line),
        };
        let merges = file.model.merges.into_iter().map(split).collect::<Result<_, _>>()?;
        let specials: HashMap<String, u32> =
            file.added_tokens.into_iter().map(|added| (added.content, added.id)).collect();
        let bos = bos::of(&file.post_processor, &specials, &file.model.vocab);
        let ignore_merges = file.model.ignore_merges;
        let parts = Self { vocab: file.model.vocab, merges, specials, ignore_merges, bos };
        parts.check()?;
        Ok(parts)
    }

    /// From a `merges.txt`: the byte alphabet, then what each line makes, then [`END_OF_TEXT`].
    pub(crate) fn from_merges(text: &str) -> Result<Self, ModelError> {
        let lines = text.lines().enumerate().filter(|(i, line)| {
            let version = *i == 0 && line.starts_with("#version");
            !version && !line.is_empty()
        });
        let merges: Vec<(String, String)> = lines.map(|(_, line)| pair(line)).collect::<Result<_, _>>()?;
        let letters = alphabet().map(|(_, letter)| letter.to_string());
        let made = merges.iter().map(|(a, b)| format!("{a}{b}"));
        let tokens = letters.chain(made).chain([END_OF_TEXT.to_owned()]);
        let mut vocab = HashMap::with_capacity(merges.len() + 257);
        for (id, token) in (0_u32..).zip(tokens) {
            if vocab.contains_key(&token) {
                return Err(fault("merges that each make a new token", format!("`{}` twice", clip(&token))));
            }
            vocab.insert(token, id);
        }
        let bos = vocab.get(END_OF_TEXT).copied();
        let specials = bos.map(|id| (END_OF_TEXT.to_owned(), id)).into_iter().collect();
        let parts = Self { vocab, merges, specials, ignore_merges: false, bos };
        parts.check()?;
        Ok(parts)
    }

    /// What the tokenizers crate takes for granted, and what exact offsets need.
    fn check(&self) -> Result<(), ModelError> {
        if let Some((byte, letter)) =
            alphabet().find(|(_, c)| !self.vocab.contains_key(c.encode_utf8(&mut [0; 4])))
        {
            let found = format!("none for byte {byte:#04x}, which is `{letter}`");
            return Err(fault("a token for each of the 256 bytes", found));
        }
        for (a, b) in &self.merges {
            let made = format!("{a}{b}");
            if let Some(absent) = [a, b, &made].into_iter().find(|token| !self.vocab.contains_key(*token)) {
                let found = format!("`{}` in `{} {}`, which is none", clip(absent), clip(a), clip(b));
                return Err(fault("merges of tokens that make a token", found));
            }
        }
        let mut by_id = HashMap::with_capacity(self.vocab.len());
        for (token, id) in self.vocab.iter().chain(&self.specials) {
            if *id > LARGEST_ID {
                return Err(fault(format!("ids up to {LARGEST_ID}"), format!("{id} for `{}`", clip(token))));
            }
            if token.is_empty() {
                return Err(fault("tokens that stand for some text", format!("an empty one with id {id}")));
            }
            match by_id.insert(id, token) {
                Some(other) if other != token => {
                    // Which of the two was met first depends on the table's order; the message must not.
                    let (one, two) = (token.min(other), token.max(other));
                    let found = format!("{id} for `{}` and `{}`", clip(one), clip(two));
                    return Err(fault("an id for each token", found));
                }
                _ => {}
            }
        }
        self.specials.iter().try_for_each(|(token, id)| self.check_special(token, *id))
    }

    /// A special token must be one in the text as it is, whatever the vocabulary has under its name.
    fn check_special(&self, token: &str, id: u32) -> Result<(), ModelError> {
        if token.len() > LONGEST_SPECIAL {
            let found = format!("one of {} bytes, `{}`", token.len(), clip(token));
            return Err(fault(format!("added tokens of at most {LONGEST_SPECIAL} bytes"), found));
        }
        let Some(other) = self.vocab.get(token) else { return Ok(()) };
        if *other != id {
            let found = format!("{id} and another for `{}`", clip(token));
            return Err(fault("one id for an added token that the vocabulary has too", found));
        }
        // As a word of the vocabulary `Ġ` is a space and `é` half a character: the id would stand for two texts.
        let is_spelt_otherwise =
            !token.is_ascii() && token.chars().all(|c| alphabet().any(|(_, letter)| letter == c));
        if is_spelt_otherwise {
            let found = format!("`{}`, which are letters for other bytes there", clip(token));
            return Err(fault("added tokens that stand for the same text in the vocabulary", found));
        }
        Ok(())
    }
}

impl File {
    /// Refuses what would change the text or the choice of ids in a way that is not GPT-2's.
    fn check(&self) -> Result<(), ModelError> {
        let kind = self.model.r#type.as_deref().unwrap_or("BPE");
        if kind != "BPE" {
            return Err(fault("a model of type `BPE`", format!("`{}`", clip(kind))));
        }
        if self.normalizer.is_some() {
            return Err(fault("no normalizer", "one, which would change the text before it is cut"));
        }
        match &self.pre_tokenizer {
            Some(pre) if pre.r#type == "ByteLevel" => {
                if pre.add_prefix_space || pre.use_regex == Some(false) {
                    let found = "a ByteLevel with `add_prefix_space`, or without `use_regex`";
                    return Err(fault("GPT-2's pre_tokenizer", found));
                }
            }
            Some(pre) => {
                return Err(fault("a pre_tokenizer of type `ByteLevel`", format!("`{}`", clip(&pre.r#type))));
            }
            None => return Err(fault("a pre_tokenizer of type `ByteLevel`", "none")),
        }
        let affix = |affix: &Option<String>| affix.as_ref().is_some_and(|affix| !affix.is_empty());
        if affix(&self.model.continuing_subword_prefix) || affix(&self.model.end_of_word_suffix) {
            return Err(fault("a BPE without prefixes and suffixes of subwords", "one"));
        }
        if self.model.dropout.is_some_and(|dropout| dropout != 0.0) {
            return Err(fault("a BPE without dropout", "one, which would cut a text differently each time"));
        }
        match self.added_tokens.iter().find(|added| added.lstrip || added.rstrip || added.single_word) {
            Some(added) => {
                let found = format!("other rules for `{}`", clip(&added.content));
                Err(fault("added tokens that match wherever they stand, and nothing else", found))
            }
            None => Ok(()),
        }
    }
}

/// A line of `merges.txt`.
fn pair(line: &str) -> Result<(String, String), ModelError> {
    match line.split_once(' ') {
        Some((a, b)) if !a.is_empty() && !b.is_empty() && !b.contains(' ') => Ok((a.into(), b.into())),
        _ => Err(fault("merges of two tokens with one space between them", format!("`{}`", clip(line)))),
    }
}
