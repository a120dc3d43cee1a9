use std::collections::BTreeMap;

use super::{
    header::{Entry, Header},
    names,
    text::{clip, shape},
    values::StoredDtype,
};
use crate::{Gpt2Config, ModelError};

/// What to do about weights that are no GPT-2's.
const FOREIGN: &str = "choose a GPT-2 checkpoint with f32, f16 or bf16 weights";
/// What to do about weights that are not the config's.
const MISMATCH: &str = "open the config.json that belongs to these weights";

/// What becomes of one tensor of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Use {
    /// Part of the model.
    Keep(StoredDtype),
    /// An output embedding that must equal the token embedding.
    Tied(StoredDtype),
    /// Read past.
    Skip,
}

/// A header that was found to be a GPT-2's.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) config: Gpt2Config,
    /// The token embedding's.
    pub(crate) dtype: StoredDtype,
    /// One for each of the header's entries.
    pub(crate) uses: Vec<Use>,
    /// Whether an `lm_head.weight` is to be compared with `wte.weight`.
    pub(crate) has_head: bool,
}

impl Plan {
    /// Finds every weight that `config`, or else the tensors themselves, call for.
    pub(crate) fn new(header: &Header, config: Option<&Gpt2Config>) -> Result<Self, ModelError> {
        let entries = Entries::new(header);
        let advice = if config.is_some() { MISMATCH } else { FOREIGN };
        let config = config.cloned().map_or_else(|| entries.infer(), Ok)?;
        entries.check_layers(&config)?;

        let mut uses = vec![Use::Skip; header.entries.len()];
        for (name, shape) in names::weights(&config) {
            let (at, entry) = entries.get(&name)?;
            uses[at] = Use::Keep(checked(entry, &shape, advice)?);
        }
        let (_, wte) = entries.get(names::WTE)?;
        let head = entries.get(names::LM_HEAD).ok();
        if let Some((at, entry)) = head {
            uses[at] = Use::Tied(checked(entry, &wte.shape, FOREIGN)?);
        }
        Ok(Self { dtype: dtype(wte)?, config, uses, has_head: head.is_some() })
    }
}

fn dtype(entry: &Entry) -> Result<StoredDtype, ModelError> {
    StoredDtype::named(&entry.dtype).ok_or_else(|| ModelError::Tensor {
        tensor: clip(&entry.name),
        expected: "dtype F32, F16 or BF16".into(),
        found: format!("`{}`", clip(&entry.dtype)),
        advice: FOREIGN,
    })
}

fn checked(entry: &Entry, expected: &[u64], advice: &'static str) -> Result<StoredDtype, ModelError> {
    if entry.shape == expected {
        return dtype(entry);
    }
    let (expected, found) = (format!("shape {}", shape(expected)), shape(&entry.shape));
    Err(ModelError::Tensor { tensor: clip(&entry.name), expected, found, advice })
}

/// The header's entries by name.
struct Entries<'h>(BTreeMap<&'h str, (usize, &'h Entry)>);

impl<'h> Entries<'h> {
    fn new(header: &'h Header) -> Self {
        let by_name = header.entries.iter().enumerate().map(|(at, entry)| (entry.name.as_str(), (at, entry)));
        Self(by_name.collect())
    }

    fn get(&self, name: &str) -> Result<(usize, &'h Entry), ModelError> {
        self.0.get(name).copied().ok_or_else(|| ModelError::Tensor {
            tensor: name.to_owned(),
            expected: "a tensor of that name".into(),
            found: format!("none among the file's {}", self.0.len()),
            advice: FOREIGN,
        })
    }

    /// The two sizes of a matrix.
    fn matrix(&self, name: &str, axes: &str) -> Result<[usize; 2], ModelError> {
        let (_, entry) = self.get(name)?;
        match *entry.shape.as_slice() {
            [rows, columns] if rows > 0 && columns > 0 => {
                Ok([rows, columns].map(|n| usize::try_from(n).unwrap_or(usize::MAX)))
            }
            _ => Err(ModelError::Tensor {
                tensor: clip(name),
                expected: format!("shape {axes}, nothing 0"),
                found: shape(&entry.shape),
                advice: FOREIGN,
            }),
        }
    }

    /// One more than the highest layer that any key but a mask names.
    fn layers(&self) -> Option<(u64, &'h str)> {
        let named = self.0.keys().filter(|key| !names::is_mask(key));
        named.filter_map(|key| Some((names::layer(key)?.saturating_add(1), *key))).max()
    }

    /// The shape that the tensors have.
    fn infer(&self) -> Result<Gpt2Config, ModelError> {
        let [vocab, d_model] = self.matrix(names::WTE, "[vocabulary, d_model]")?;
        let [context, _] = self.matrix(names::WPE, "[context, d_model]")?;
        let [_, d_mlp] = self.matrix("h.0.mlp.c_fc.weight", "[d_model, d_mlp]")?;
        if d_model < 128 || d_model % 64 != 0 {
            return Err(ModelError::UnknownHeads { d_model: d_model as u64 });
        }
        let layers = self.layers().map_or(0, |(layers, _)| usize::try_from(layers).unwrap_or(usize::MAX));
        let heads = d_model / 64;
        Ok(Gpt2Config { layers, heads, d_model, d_mlp, vocab, context, layer_norm_epsilon: 1e-5 })
    }

    /// A layer beyond the config's would be dropped in silence, and one beyond what layers can be counted with
    /// cannot be named.
    fn check_layers(&self, config: &Gpt2Config) -> Result<(), ModelError> {
        let most = config.layers.min(usize::from(u16::MAX));
        match self.layers() {
            Some((layers, key)) if layers > most as u64 => Err(ModelError::Tensor {
                tensor: clip(key),
                expected: format!("layers below {most}"),
                found: "a tensor of a further one".into(),
                advice: MISMATCH,
            }),
            _ => Ok(()),
        }
    }
}
