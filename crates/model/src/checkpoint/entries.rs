use std::collections::BTreeMap;

use super::{
    header::{Entry, Header},
    names::{self, Names},
    text::{clip, shape},
    values::StoredDtype,
};
use crate::{Gpt2Config, ModelError};

/// What to do about weights that are no GPT-2's.
pub(crate) const FOREIGN: &str = "choose a GPT-2 checkpoint with f32, f16 or bf16 weights";
/// What to do about weights that are not the config's.
pub(crate) const MISMATCH: &str = "open the config.json that belongs to these weights";

/// How a tensor's numbers are stored.
pub(crate) fn dtype(entry: &Entry) -> Result<StoredDtype, ModelError> {
    StoredDtype::named(&entry.dtype).ok_or_else(|| ModelError::Tensor {
        tensor: clip(&entry.name),
        expected: "dtype F32, F16 or BF16".into(),
        found: format!("`{}`", clip(&entry.dtype)),
        advice: FOREIGN,
    })
}

/// The same, of a tensor that has the shape it must have.
pub(crate) fn checked(
    entry: &Entry,
    expected: &[u64],
    advice: &'static str,
) -> Result<StoredDtype, ModelError> {
    if entry.shape == expected {
        return dtype(entry);
    }
    let (expected, found) = (format!("shape {}", shape(expected)), shape(&entry.shape));
    Err(ModelError::Tensor { tensor: clip(&entry.name), expected, found, advice })
}

/// The header's entries by name, and whose names they are.
pub(crate) struct Entries<'h> {
    pub(crate) names: Names,
    by_name: BTreeMap<&'h str, (usize, &'h Entry)>,
}

impl<'h> Entries<'h> {
    pub(crate) fn new(header: &'h Header) -> Self {
        let by_name = header.entries.iter().enumerate().map(|(at, entry)| (entry.name.as_str(), (at, entry)));
        let by_name: BTreeMap<_, _> = by_name.collect();
        let names = if by_name.contains_key("embed.W_E") { Names::TransformerLens } else { Names::Gpt2 };
        Self { names, by_name }
    }

    pub(crate) fn get(&self, name: &str) -> Result<(usize, &'h Entry), ModelError> {
        self.by_name.get(name).copied().ok_or_else(|| ModelError::Tensor {
            tensor: name.to_owned(),
            expected: "a tensor of that name".into(),
            found: format!("none among the file's {}", self.by_name.len()),
            advice: FOREIGN,
        })
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'h str> + '_ {
        self.by_name.keys().copied()
    }

    /// The token embedding.
    pub(crate) fn embedding(&self) -> Result<&'h Entry, ModelError> {
        let name = match self.names {
            Names::Gpt2 => names::WTE,
            Names::TransformerLens => "embed.W_E",
        };
        Ok(self.get(name)?.1)
    }

    /// Some tensor of an MLP, where there is any.
    pub(crate) fn mlp(&self) -> Option<&'h str> {
        self.keys().find(|key| self.names.is_mlp(key))
    }

    /// The sizes of a tensor with so many axes, none of them 0.
    fn sizes<const N: usize>(&self, name: &str, axes: &str) -> Result<[usize; N], ModelError> {
        let (_, entry) = self.get(name)?;
        match <[u64; N]>::try_from(entry.shape.as_slice()) {
            Ok(sizes) if sizes.iter().all(|&n| n > 0) => {
                Ok(sizes.map(|n| usize::try_from(n).unwrap_or(usize::MAX)))
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
        let named = self.keys().filter(|key| !self.names.is_mask(key));
        named.filter_map(|key| Some((self.names.layer(key)?.0.saturating_add(1), key))).max()
    }

    /// The shape that the tensors have.
    pub(crate) fn infer(&self) -> Result<Gpt2Config, ModelError> {
        let [wte, wpe, mlp] = match self.names {
            Names::Gpt2 => [names::WTE, names::WPE, "h.0.mlp.c_fc.weight"],
            Names::TransformerLens => ["embed.W_E", "pos_embed.W_pos", "blocks.0.mlp.W_in"],
        };
        let [vocab, d_model] = self.sizes(wte, "[vocabulary, d_model]")?;
        let [context, _] = self.sizes(wpe, "[context, d_model]")?;
        let d_mlp = match self.mlp() {
            Some(_) => self.sizes::<2>(mlp, "[d_model, d_mlp]")?[1],
            None => 0,
        };
        let heads = match self.names {
            Names::Gpt2 if d_model < 128 || d_model % 64 != 0 => {
                return Err(ModelError::UnknownHeads { d_model: d_model as u64 });
            }
            Names::Gpt2 => d_model / 64,
            Names::TransformerLens => self.heads(d_model)?,
        };
        let layers = self.layers().map_or(0, |(layers, _)| usize::try_from(layers).unwrap_or(usize::MAX));
        Ok(Gpt2Config { layers, heads, d_model, d_mlp, vocab, context, layer_norm_epsilon: 1e-5 })
    }

    /// The heads of TransformerLens's `W_Q` `[H, d, dh]`, which must share the residual stream's width as GPT-2's do.
    fn heads(&self, d_model: usize) -> Result<usize, ModelError> {
        const W_Q: &str = "blocks.0.attn.W_Q";
        let [heads, _, d_head] = self.sizes(W_Q, "[heads, d_model, d_head]")?;
        if heads.checked_mul(d_head) == Some(d_model) && heads <= usize::from(u16::MAX) {
            return Ok(heads);
        }
        Err(ModelError::Tensor {
            tensor: W_Q.into(),
            expected: format!("heads times d_head to be d_model, which is {d_model}"),
            found: format!("{heads} heads of {d_head}"),
            advice: FOREIGN,
        })
    }

    /// A layer beyond the config's would be dropped in silence, and one beyond what layers can be counted with
    /// cannot be named.
    pub(crate) fn check_layers(&self, config: &Gpt2Config) -> Result<(), ModelError> {
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
