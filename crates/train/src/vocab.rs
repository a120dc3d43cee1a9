//! The demo model's vocabulary: GPT-2's bytes, a consistent subset of its merges, and `<|endoftext|>` last.
//!
//! The subset is closed under derivation: whenever a corpus word is built by merges `a`, `b`, `c`, all three are kept.
//! Since byte-pair encoding always applies the earliest merge it can, every corpus word is then split exactly as
//! GPT-2's full list splits it.

use std::collections::{BTreeSet, HashMap};

use tokenizers::{
    AddedToken, DecoderWrapper, OffsetReferential, OffsetType, PostProcessorWrapper, PreTokenizedString,
    PreTokenizer, PreTokenizerWrapper, Tokenizer,
    models::bpe::{BPE, Vocab},
    pre_tokenizers::byte_level::ByteLevel,
};

use crate::error::TrainError;

/// GPT-2's document separator, which also stands for the start of a prompt.
pub const END_OF_TEXT: &str = "<|endoftext|>";

/// Merges kept from the start of GPT-2's list whether or not the corpus needs them, so that other text is not all bytes.
const FIRST_MERGES: usize = 1000;

/// GPT-2's merge list with the rank of each merge.
pub struct Merges {
    pairs: Vec<(String, String)>,
    ranks: HashMap<(String, String), usize>,
}

impl Merges {
    /// Reads the text of a `merges.txt` (one pair a line, a `#version` line first).
    ///
    /// # Errors
    /// [`TrainError::Merges`] with the line that is not a pair.
    pub fn parse(text: &str) -> Result<Self, TrainError> {
        let mut pairs = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with("#version") {
                continue;
            }
            let (left, right) =
                line.split_once(' ').ok_or_else(|| TrainError::Merges(index + 1, line.to_owned()))?;
            pairs.push((left.to_owned(), right.to_owned()));
        }
        let ranks = pairs.iter().cloned().enumerate().map(|(rank, pair)| (pair, rank)).collect();
        Ok(Self { pairs, ranks })
    }

    /// Splits one pre-tokenized word (in the byte alphabet) and returns its pieces and the ranks of the merges used.
    fn split(&self, word: &str) -> (Vec<String>, Vec<usize>) {
        let mut pieces: Vec<String> = word.chars().map(String::from).collect();
        let mut used = Vec::new();
        loop {
            let best = pieces
                .windows(2)
                .filter_map(|pair| self.ranks.get(&(pair[0].clone(), pair[1].clone())).copied())
                .min();
            let Some(rank) = best else { return (pieces, used) };
            used.push(rank);
            let (left, right) = &self.pairs[rank];
            let mut merged = Vec::with_capacity(pieces.len());
            let mut rest = pieces.into_iter().peekable();
            while let Some(piece) = rest.next() {
                if &piece == left && rest.peek() == Some(right) {
                    rest.next();
                    merged.push(format!("{left}{right}"));
                } else {
                    merged.push(piece);
                }
            }
            pieces = merged;
        }
    }

    /// The pieces into which all of GPT-2's merges split `text`, in the byte alphabet.
    ///
    /// # Errors
    /// [`TrainError::Tokenizer`] when the pre-tokenizer fails.
    pub fn pieces(&self, text: &str) -> Result<Vec<String>, TrainError> {
        Ok(words(text)?.iter().flat_map(|word| self.split(word).0).collect())
    }
}

/// Cuts `text` into GPT-2's words, written in its byte alphabet.
fn words(text: &str) -> Result<Vec<String>, TrainError> {
    let mut pre = PreTokenizedString::from(text);
    byte_level().pre_tokenize(&mut pre).map_err(TrainError::tokenizer)?;
    let splits = pre.get_splits(OffsetReferential::Original, OffsetType::Byte);
    Ok(splits.into_iter().map(|(word, ..)| word.to_owned()).collect())
}

/// GPT-2's pre-tokenizer: its regular expression, no space put in front.
fn byte_level() -> ByteLevel {
    ByteLevel::new(false, false, true)
}

/// GPT-2's byte alphabet in the order of its ids 0 to 255: printable bytes first, then the others from U+0100 on.
fn byte_alphabet() -> Vec<String> {
    let printable: Vec<u32> = (0x21..=0x7e).chain(0xa1..=0xac).chain(0xae..=0xff).collect();
    let others = (0..256u32 - u32::try_from(printable.len()).unwrap_or(256)).map(|n| 256 + n);
    printable.iter().copied().chain(others).filter_map(char::from_u32).map(String::from).collect()
}

/// Builds the tokenizer whose merges cover `texts` exactly as GPT-2's own list would.
///
/// # Errors
/// [`TrainError::Tokenizer`] when the tokenizers crate refuses the vocabulary.
pub fn build<'t>(merges: &Merges, texts: impl Iterator<Item = &'t str>) -> Result<Tokenizer, TrainError> {
    let mut distinct = BTreeSet::new();
    for text in texts {
        distinct.extend(words(text)?);
    }
    let mut kept: BTreeSet<usize> = (0..FIRST_MERGES.min(merges.pairs.len())).collect();
    for word in &distinct {
        kept.extend(merges.split(word).1);
    }
    let pairs: Vec<(String, String)> = kept.iter().map(|&rank| merges.pairs[rank].clone()).collect();
    let tokens =
        byte_alphabet().into_iter().chain(pairs.iter().map(|(left, right)| format!("{left}{right}")));
    let vocab: Vocab = tokens.zip(0u32..).collect();
    let model = BPE::builder().vocab_and_merges(vocab, pairs).build().map_err(TrainError::tokenizer)?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(PreTokenizerWrapper::ByteLevel(byte_level())));
    tokenizer.with_post_processor(Some(PostProcessorWrapper::ByteLevel(byte_level())));
    tokenizer.with_decoder(Some(DecoderWrapper::ByteLevel(byte_level())));
    tokenizer.add_special_tokens([AddedToken::from(END_OF_TEXT, true)]).map_err(TrainError::tokenizer)?;
    Ok(tokenizer)
}
