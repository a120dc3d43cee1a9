use std::io::Write;

use futures_util::io::AsyncRead;
use serde_json::{Map, json};

use super::{
    HfConfig, StoredDtype,
    header::{self, Header},
    metadata::{DERIVED_FROM, LOGIT_ERROR},
    names::Place,
    plan::{Plan, Use},
    source::Source,
    text::clip,
    values,
};
use crate::{Gpt2Config, ModelError};

/// Numbers that are read, rounded and written at a time.
const BLOCK: usize = 1 << 20;

/// A checkpoint that is being written anew: in another dtype, without masks, without an output embedding that is the
/// token embedding over again, and without tensors that no GPT-2 has. A block of a tensor is held at a time.
///
/// The new header says which bytes it was derived from, and has room for the logit error, which can only be measured once
/// the file is there: [`logit_error_text`] goes to [`Self::logit_error_at`].
pub struct Rewrite<R> {
    source: Source<R>,
    old: Header,
    plan: Plan,
    dtype: StoredDtype,
    /// Length and JSON of the new header.
    head: Vec<u8>,
    logit_error_at: u64,
    bytes: u64,
}

impl<R: AsyncRead + Unpin> Rewrite<R> {
    /// Reads the header and lays out the new file. `derived_from` is the SHA-256 of the bytes that are to be read.
    ///
    /// # Errors
    /// Where it is not a checkpoint of this `config`.
    pub async fn open(
        reader: R,
        config: Option<&HfConfig>,
        dtype: StoredDtype,
        derived_from: &str,
    ) -> Result<Self, ModelError> {
        let mut source = Source::new(reader);
        let old = header::read(&mut source).await?;
        let plan = Plan::new(&old, config)?;
        let mut tensors = Map::new();
        let mut end = 0_u64;
        for entry in kept(&old, &plan) {
            let begin = end;
            end += entry.shape.iter().product::<u64>() * dtype.size();
            let dtype = dtype.to_string().to_uppercase();
            let entry_json = json!({ "dtype": dtype, "shape": entry.shape, "data_offsets": [begin, end] });
            tensors.insert(entry.name.clone(), entry_json);
        }
        // Metadata in front, by hand: its place in the file must be known.
        let unknown = logit_error_text(0.0);
        let before = format!(
            r#"{{"__metadata__":{{"format":"pt","{DERIVED_FROM}":"{}","{LOGIT_ERROR}":""#,
            clip(derived_from)
        );
        let tensors = json!(tensors).to_string();
        let mut json = format!(r#"{before}{unknown}"}},{}"#, tensors.trim_start_matches('{')).into_bytes();
        // Padded, so that the tensors begin at a multiple of 8 as the format's own writer has them.
        json.resize(json.len().next_multiple_of(8), b' ');
        let mut head = (json.len() as u64).to_le_bytes().to_vec();
        head.extend_from_slice(&json);
        let bytes = head.len() as u64 + end;
        Ok(Self { source, old, plan, dtype, head, logit_error_at: 8 + before.len() as u64, bytes })
    }

    /// The shape of the model.
    #[must_use]
    pub fn config(&self) -> &Gpt2Config {
        &self.plan.config
    }

    /// Length of the new file in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where in the new file [`logit_error_text`] goes: in its first kilobyte.
    #[must_use]
    pub fn logit_error_at(&self) -> u64 {
        self.logit_error_at
    }

    /// Writes the new file and returns the SHA-256 of the bytes that were read, all of them by then.
    ///
    /// # Errors
    /// Where the old file is damaged, a number is beyond the new dtype's range, or `out` fails.
    pub async fn write(self, out: &mut impl Write) -> Result<String, ModelError> {
        let Self { mut source, old, plan, dtype, head, .. } = self;
        let written = |result: std::io::Result<()>| result.map_err(ModelError::Write);
        written(out.write_all(&head))?;
        let mut bytes = Vec::new();
        for (entry, usage) in old.entries.iter().zip(&plan.uses) {
            let stored = match usage {
                Use::Keep(stored, place) if *place != Place::SameAsEmbedding => *stored,
                _ => {
                    source.skip(entry, &mut |_| {}).await?;
                    continue;
                }
            };
            let mut before = 0;
            let each = |block: Vec<f32>| {
                bytes.clear();
                for (at, &value) in block.iter().enumerate() {
                    dtype.encode(value, &mut bytes).ok_or_else(|| ModelError::Tensor {
                        tensor: clip(&entry.name),
                        expected: format!("numbers that {dtype} can hold"),
                        found: format!("{value} at index {} of shape {:?}", before + at, entry.shape),
                        advice: "store this model as f32",
                    })?;
                }
                before += block.len();
                written(out.write_all(&bytes))
            };
            values::read_blocks(&mut source, entry, stored, BLOCK, &mut |_| {}, each).await?;
        }
        source.expect_end(old.total).await?;
        written(out.flush())?;
        Ok(source.sha256())
    }
}

/// What the new file has of the old one's tensors.
fn kept<'h>(header: &'h Header, plan: &'h Plan) -> impl Iterator<Item = &'h header::Entry> {
    header.entries.iter().zip(&plan.uses).filter_map(|(entry, usage)| match usage {
        Use::Keep(_, Place::SameAsEmbedding) | Use::Skip => None,
        Use::Keep(..) => Some(entry),
    })
}

/// A logit error as the header has it: always 14 characters, so that it can be put in its place afterwards.
#[must_use]
pub fn logit_error_text(error: f32) -> String {
    format!("{error:>14.6e}")
}
