use std::{collections::BTreeSet, fmt};

use futures_util::io::AsyncRead;
use safetensors::Dtype;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor},
};

use super::{
    metadata::{Metadata, Origin},
    names::PREFIX,
    source::Source,
    text::{clip, shape},
};
use crate::ModelError;

/// The format's own limit for the header.
const LONGEST: u64 = 100_000_000;
/// GPT-2's masks have four axes; no known checkpoint has more than five.
const MOST_AXES: usize = 8;
/// What to do about offsets that contradict each other.
const DAMAGED: &str = "the file is damaged, fetch it again";

/// One tensor as the header announces it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its key, without the `transformer.` prefix.
    pub(crate) name: String,
    /// As the file spells it; skipped tensors may have any.
    pub(crate) dtype: String,
    pub(crate) shape: Vec<u64>,
    /// First byte, counted from the end of the header.
    begin: u64,
    /// The byte after its last.
    end: u64,
}

impl Entry {
    /// Its size in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.end - self.begin
    }
}

/// What lies where in a checkpoint.
#[derive(Debug)]
pub(crate) struct Header {
    /// In the order in which the file stores them, each beginning where the one before ends.
    pub(crate) entries: Vec<Entry>,
    /// Length of the whole file in bytes.
    pub(crate) total: u64,
    /// What it says of where it comes from.
    pub(crate) origin: Origin,
}

/// Reads the header and checks all that can be known without the tensors themselves.
pub(crate) async fn read<R: AsyncRead + Unpin>(source: &mut Source<R>) -> Result<Header, ModelError> {
    let json = bytes(source).await?;
    let (mut failed, mut origin) = (None, Origin::default());
    let mut parser = serde_json::Deserializer::from_slice(&json);
    let tensors = Tensors { failed: &mut failed, origin: &mut origin };
    let parsed = tensors.deserialize(&mut parser).and_then(|entries| {
        parser.end()?;
        Ok(entries)
    });
    let mut entries = parsed.map_err(|error| {
        let found = clip(&error.to_string());
        match failed {
            Some(tensor) => damaged(
                &tensor,
                "`dtype`, `shape` (at most 8 sizes) and two `data_offsets` in the header".into(),
                found,
            ),
            None => ModelError::NotSafetensors { expected: "a JSON header that names tensors".into(), found },
        }
    })?;
    check_unique(&entries)?;
    entries.sort_by_key(|entry| (entry.begin, entry.end));
    let data = check_layout(&entries)?;
    entries.iter().try_for_each(check_size)?;
    let total = source.at().checked_add(data).ok_or_else(|| ModelError::NotSafetensors {
        expected: "offsets that fit into 64 bits".into(),
        found: format!("an end at {data}"),
    })?;
    Ok(Header { entries, total, origin })
}

/// The header's JSON, grown as it arrives: its announced length is only a claim.
async fn bytes<R: AsyncRead + Unpin>(source: &mut Source<R>) -> Result<Vec<u8>, ModelError> {
    let not = |expected: String, found: String| ModelError::NotSafetensors { expected, found };
    let first = source.some(8, "the header").await?;
    let Ok(length) = <[u8; 8]>::try_from(first) else {
        let found = format!("the end of the file after {}", first.len());
        return Err(not("the 8 bytes of the header's length".into(), found));
    };
    let foreign = match &length {
        b"version " => Some("a Git LFS pointer, which stands for the real file"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive, perhaps a pytorch_model.bin"),
        _ => None,
    };
    if let Some(found) = foreign {
        return Err(not("a safetensors header".into(), found.into()));
    }
    let length = u64::from_le_bytes(length);
    if !(2..=LONGEST).contains(&length) {
        return Err(not(format!("a header of 2 to {LONGEST} bytes"), format!("a length of {length}")));
    }
    let mut json = Vec::new();
    while (json.len() as u64) < length {
        let part = source.some(length - json.len() as u64, "the header").await?;
        if part.is_empty() {
            let found = format!("the end of the file after {} of them", json.len());
            return Err(not(format!("a header of {length} bytes"), found));
        }
        json.extend_from_slice(part);
    }
    Ok(json)
}

fn damaged(tensor: &str, expected: String, found: String) -> ModelError {
    ModelError::Tensor { tensor: clip(tensor), expected, found, advice: DAMAGED }
}

fn check_unique(entries: &[Entry]) -> Result<(), ModelError> {
    let mut seen = BTreeSet::new();
    match entries.iter().find(|entry| !seen.insert(entry.name.as_str())) {
        Some(twice) => {
            Err(damaged(&twice.name, "one tensor of that name".into(), "the name twice in the header".into()))
        }
        None => Ok(()),
    }
}

/// Tensors must follow each other without gap or overlap; returns where the last one ends.
fn check_layout(entries: &[Entry]) -> Result<u64, ModelError> {
    let (mut end, mut before) = (0, "the header".to_owned());
    for entry in entries {
        let found = format!("bytes {}..{}", entry.begin, entry.end);
        if entry.begin > entry.end {
            return Err(damaged(
                &entry.name,
                "offsets whose end is not before their beginning".into(),
                found,
            ));
        }
        if entry.begin != end {
            let fault = if entry.begin < end { "which overlap it" } else { "which leave a gap after it" };
            let expected = format!("data from byte {end} on, where {before} ends");
            return Err(damaged(&entry.name, expected, format!("{found}, {fault}")));
        }
        end = entry.end;
        before = format!("`{}`", clip(&entry.name));
    }
    Ok(end)
}

/// A tensor's bytes must be what its shape and dtype come to. A dtype that is not known has no size to compare.
fn check_size(entry: &Entry) -> Result<(), ModelError> {
    let product = entry.shape.iter().try_fold(1_u64, |product, &n| product.checked_mul(n));
    let overflow = || {
        let expected = "a shape whose size in bytes fits into 64 bits".into();
        damaged(&entry.name, expected, shape(&entry.shape))
    };
    let elements = product.ok_or_else(overflow)?;
    let Some(dtype) = known(&entry.dtype) else { return Ok(()) };
    let bits = elements.checked_mul(dtype.bitsize() as u64).ok_or_else(overflow)?;
    if bits.div_ceil(8) == entry.len() {
        return Ok(());
    }
    let expected = format!("{} bytes for shape {} of {}", bits.div_ceil(8), shape(&entry.shape), entry.dtype);
    Err(damaged(&entry.name, expected, format!("{} bytes", entry.len())))
}

/// The format's dtype of that name.
pub(crate) fn known(dtype: &str) -> Option<Dtype> {
    let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = dtype.into_deserializer();
    Dtype::deserialize(name).ok()
}

#[derive(Deserialize)]
struct Announced {
    dtype: String,
    #[serde(deserialize_with = "axes")]
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

/// The header's map. A plain `Metadata` of the safetensors crate would swallow a key that comes twice, and would
/// not say which tensor is wrong.
struct Tensors<'f> {
    /// The tensor at which parsing failed.
    failed: &'f mut Option<String>,
    origin: &'f mut Origin,
}

impl<'de> DeserializeSeed<'de> for Tensors<'_> {
    type Value = Vec<Entry>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Tensors<'_> {
    type Value = Vec<Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "__metadata__" {
                map.next_value_seed(Metadata(self.origin))?;
                continue;
            }
            let name = key.strip_prefix(PREFIX).unwrap_or(&key).to_owned();
            match map.next_value::<Announced>() {
                Ok(Announced { dtype, shape, data_offsets: (begin, end) }) => {
                    entries.push(Entry { name, dtype, shape, begin, end });
                }
                Err(error) => {
                    *self.failed = Some(name);
                    return Err(error);
                }
            }
        }
        Ok(entries)
    }
}

/// A shape of at most [`MOST_AXES`] sizes: two bytes of JSON could otherwise claim eight bytes of memory each.
fn axes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    struct Axes;
    impl<'de> Visitor<'de> for Axes {
        type Value = Vec<u64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {MOST_AXES} sizes")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut shape = Vec::new();
            while let Some(size) = seq.next_element()? {
                if shape.len() == MOST_AXES {
                    return Err(A::Error::invalid_length(MOST_AXES + 1, &self));
                }
                shape.push(size);
            }
            Ok(shape)
        }
    }
    deserializer.deserialize_seq(Axes)
}
