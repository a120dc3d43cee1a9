//! `models.json`: the models that a page offers.
//!
//! The text comes from whoever hosts the page, so nothing in it is trusted: its size, its numbers, its hashes and its
//! addresses are checked, and an entry that cannot be used is left out with a sentence that says why.

use std::collections::HashSet;

use peek_protocol::{FileRole, RemoteFile, RemoteModel};
use serde::Deserialize;

use crate::address::{self, AddressError};

/// Longest list that is read, in bytes.
pub const LONGEST_LIST: usize = 1 << 20;
/// Most models in a list.
const MOST_MODELS: usize = 200;
/// Most files of a model.
const MOST_FILES: usize = 1000;
/// Longest name or sentence, in bytes.
const LONGEST_TEXT: usize = 2000;
/// Largest length of a file: what a JavaScript number holds exactly.
const LARGEST_FILE: u64 = 1 << 53;

/// A list that is none.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Too long to be one.
    #[error("the list of models has {0} bytes and may have {LONGEST_LIST}: make it shorter")]
    TooLong(usize),
    /// Not the expected JSON.
    #[error("the list of models cannot be read ({}): it is an object with a list called \"models\"", said(.0))]
    Json(#[from] serde_json::Error),
    /// More entries than a page can show.
    #[error("the list has {0} models and may have {MOST_MODELS}: make it shorter")]
    TooMany(usize),
}

/// Why an entry is left out.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Not the expected JSON.
    #[error("it cannot be read ({})", said(.0))]
    Json(#[from] serde_json::Error),
    /// A text that is empty or too long.
    #[error("its \"{0}\" is empty or longer than {LONGEST_TEXT} bytes")]
    Text(&'static str),
    /// An id that an earlier entry has.
    #[error("another entry has its id")]
    Twice,
    /// A dtype that no checkpoint is read in.
    #[error("its dtype is {0:?} and must be f32, f16 or bf16")]
    Dtype(String),
    /// A size of zero or one that no GPT-2 has.
    #[error("its shape is none that a GPT-2 can have")]
    Shape,
    /// No weights, or too many files, or two files for one purpose.
    #[error(
        "its files must be one or more of weights and at most one of each other kind, {MOST_FILES} in all"
    )]
    Files,
    /// An address that cannot be used.
    #[error("the address {address:?} cannot be used: {source}")]
    Address {
        /// As the list has it, cut short.
        address: String,
        /// Why.
        source: AddressError,
    },
    /// A length of zero or beyond what can be counted.
    #[error("the length {0} of a file is none")]
    Length(u64),
    /// Not 64 hexadecimal digits.
    #[error("the SHA-256 {0:?} is not 64 hexadecimal digits")]
    Hash(String),
    /// Not finite, or below zero.
    #[error("its logit_error is no error of a logit")]
    LogitError,
}

/// The shape of a model, as its list says it: for the eye before the download, which the weights then decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedShape {
    /// Blocks.
    pub layers: u32,
    /// Heads in each.
    pub heads: u32,
    /// Width of the residual stream.
    pub d_model: u32,
    /// Rows of the vocabulary.
    pub vocab: u32,
    /// Longest run in tokens.
    pub context: u32,
}

/// One model of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Id, label and files, their addresses absolute.
    pub model: RemoteModel,
    /// What it is good for, in a sentence.
    pub about: String,
    /// How its numbers are stored: `f32`, `f16` or `bf16`.
    pub dtype: Option<String>,
    /// Its shape.
    pub shape: Option<ListedShape>,
    /// Its licence.
    pub licence: String,
    /// SHA-256 of the checkpoint that it was converted from.
    pub derived_from: Option<String>,
    /// Largest difference of a logit that the conversion brought.
    pub logit_error: Option<f32>,
}

/// The usable entries of a list, in its order, and what is wrong with the others.
#[derive(Debug, Default)]
pub struct ModelList {
    /// The models.
    pub entries: Vec<Entry>,
    /// Label, id or number of each entry that was left out, and why.
    pub refused: Vec<(String, EntryError)>,
}

impl ModelList {
    /// Reads the list that came from `address`, to which its relative addresses refer.
    ///
    /// # Errors
    /// Where the text is no list at all. A bad entry is no error: see [`ModelList::refused`].
    pub fn parse(text: &str, address: &str) -> Result<Self, ManifestError> {
        if text.len() > LONGEST_LIST {
            return Err(ManifestError::TooLong(text.len()));
        }
        let raw: RawList = serde_json::from_str(text)?;
        if raw.models.len() > MOST_MODELS {
            return Err(ManifestError::TooMany(raw.models.len()));
        }
        let mut list = Self::default();
        let mut ids = HashSet::new();
        for (number, value) in raw.models.into_iter().enumerate() {
            let name = ["label", "id"].iter().find_map(|key| value.get(key)?.as_str().map(short));
            match entry(value, address, &mut ids) {
                Ok(entry) => list.entries.push(entry),
                Err(error) => {
                    let name = name.unwrap_or_else(|| format!("entry {}", number + 1));
                    list.refused.push((name, error));
                }
            }
        }
        Ok(list)
    }
}

#[derive(Deserialize)]
struct RawList {
    models: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct RawEntry {
    id: String,
    label: String,
    #[serde(default)]
    about: String,
    dtype: Option<String>,
    shape: Option<ListedShape>,
    #[serde(default)]
    licence: String,
    derived_from: Option<String>,
    logit_error: Option<f32>,
    files: Vec<RawFile>,
}

#[derive(Deserialize)]
struct RawFile {
    role: FileRole,
    address: String,
    bytes: Option<u64>,
    sha256: Option<String>,
}

fn entry(value: serde_json::Value, base: &str, ids: &mut HashSet<String>) -> Result<Entry, EntryError> {
    let raw: RawEntry = serde_json::from_value(value)?;
    for (name, text, may_be_empty) in [
        ("id", &raw.id, false),
        ("label", &raw.label, false),
        ("about", &raw.about, true),
        ("licence", &raw.licence, true),
    ] {
        if text.len() > LONGEST_TEXT || (text.trim().is_empty() && !may_be_empty) {
            return Err(EntryError::Text(name));
        }
    }
    let dtype = raw.dtype.map(|dtype| dtype.to_ascii_lowercase());
    if let Some(dtype) = dtype.as_deref().filter(|dtype| !matches!(*dtype, "f32" | "f16" | "bf16")) {
        return Err(EntryError::Dtype(short(dtype)));
    }
    if raw.shape.is_some_and(|shape| !is_plausible(shape)) {
        return Err(EntryError::Shape);
    }
    if raw.logit_error.is_some_and(|error| !error.is_finite() || error < 0.0) {
        return Err(EntryError::LogitError);
    }
    let count = |role| raw.files.iter().filter(|file| file.role == role).count();
    let once = [FileRole::Config, FileRole::Tokenizer, FileRole::Merges];
    let too_many = raw.files.len() > MOST_FILES || once.into_iter().any(|role| count(role) > 1);
    if too_many || count(FileRole::Weights) == 0 {
        return Err(EntryError::Files);
    }
    let has_tokenizer = count(FileRole::Tokenizer) > 0;
    // A tokenizer.json says all that the merges do: they would never be asked for.
    let is_wanted = |file: &RawFile| !(has_tokenizer && file.role == FileRole::Merges);
    let files =
        raw.files.into_iter().filter(is_wanted).map(|raw| file(raw, base)).collect::<Result<_, _>>()?;
    let derived_from = raw.derived_from.map(|hash| hex(&hash)).transpose()?;
    if !ids.insert(raw.id.clone()) {
        return Err(EntryError::Twice);
    }
    Ok(Entry {
        model: RemoteModel { id: raw.id, label: raw.label, files },
        about: raw.about,
        dtype,
        shape: raw.shape,
        licence: raw.licence,
        derived_from,
        logit_error: raw.logit_error,
    })
}

fn file(raw: RawFile, base: &str) -> Result<RemoteFile, EntryError> {
    if let Some(bytes) = raw.bytes.filter(|bytes| !(1..=LARGEST_FILE).contains(bytes)) {
        return Err(EntryError::Length(bytes));
    }
    let address = address::resolve(&raw.address, base)
        .map_err(|source| EntryError::Address { address: short(&raw.address), source })?;
    let sha256 = raw.sha256.map(|hash| hex(&hash)).transpose()?;
    Ok(RemoteFile { role: raw.role, address, bytes: raw.bytes, sha256 })
}

fn hex(hash: &str) -> Result<String, EntryError> {
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { Ok(hash.to_ascii_lowercase()) } else { Err(EntryError::Hash(short(hash))) }
}

fn is_plausible(shape: ListedShape) -> bool {
    let ListedShape { layers, heads, d_model, vocab, context } = shape;
    let in_range = [layers, heads, d_model, vocab, context].iter().all(|n| (1..=1 << 20).contains(n));
    in_range && d_model.is_multiple_of(heads)
}

/// What a parser has to say, which quotes whole values of the list.
fn said(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    let said: String = whole.chars().take(200).collect();
    if said.len() == whole.len() { said } else { said + "…" }
}

/// The beginning of a text that may be of any length.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
