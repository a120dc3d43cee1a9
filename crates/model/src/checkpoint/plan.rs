use super::{
    entries::{Entries, FOREIGN, MISMATCH, checked, dtype},
    header::Header,
    hf_config::HfConfig,
    names::{self, Names, Place},
    text::clip,
    values::StoredDtype,
};
use crate::{Gpt2Config, ModelError};

/// What becomes of one tensor of the file.
#[derive(Clone, Debug)]
pub(crate) enum Use {
    /// Part of the model.
    Keep(StoredDtype, Place),
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
    pub(crate) compares_head: bool,
    /// Whether LayerNorm has gains and biases; where they were folded away it only normalises.
    pub(crate) has_norms: bool,
}

impl Plan {
    /// Finds every weight that `config`, or else the tensors themselves, call for.
    pub(crate) fn new(header: &Header, config: Option<&HfConfig>) -> Result<Self, ModelError> {
        let entries = Entries::new(header);
        let advice = if config.is_some() { MISMATCH } else { FOREIGN };
        let shape = match config {
            Some(config) => of_config(&entries, config.shape())?,
            None => entries.infer()?,
        };
        entries.check_layers(&shape)?;
        let has_norms = entries.names == Names::Gpt2 || entries.keys().any(|key| entries.names.is_norm(key));

        let mut plan = Self {
            dtype: StoredDtype::F32,
            uses: header.entries.iter().map(|_| Use::Skip).collect(),
            compares_head: false,
            has_norms,
            config: shape,
        };
        for wanted in entries.names.wanted(&plan.config, has_norms) {
            let (at, entry) = entries.get(&wanted.name)?;
            plan.uses[at] = Use::Keep(checked(entry, &wanted.shape, advice)?, wanted.place);
        }
        plan.dtype = dtype(entries.embedding()?)?;
        plan.take_head(&entries, config.is_none_or(HfConfig::is_tied))?;
        Ok(plan)
    }

    /// What an output embedding is taken for, and its bias.
    fn take_head(&mut self, entries: &Entries<'_>, is_tied: bool) -> Result<(), ModelError> {
        let [vocab, d] = [self.config.vocab, self.config.d_model].map(|n| n as u64);
        match entries.names {
            Names::Gpt2 => {
                let head = match entries.get(names::LM_HEAD) {
                    Err(_) if is_tied => return Ok(()),
                    found => found,
                };
                let (at, entry) = head?;
                let place = if is_tied { Place::SameAsEmbedding } else { Place::Unembedding };
                self.compares_head = is_tied;
                self.uses[at] = Use::Keep(checked(entry, &[vocab, d], FOREIGN)?, place);
            }
            Names::TransformerLens => {
                if let Ok((at, entry)) = entries.get("unembed.b_U") {
                    self.uses[at] = Use::Keep(checked(entry, &[vocab], FOREIGN)?, Place::UnembeddingBias);
                }
            }
        }
        Ok(())
    }
}

/// The config's shape, for weights with or without MLPs: whether there are any is plain from the weights, and files of
/// attention-only models often come with a config that keeps silent about it.
fn of_config(entries: &Entries<'_>, config: &Gpt2Config) -> Result<Gpt2Config, ModelError> {
    match entries.mlp() {
        None => Ok(Gpt2Config { d_mlp: 0, ..config.clone() }),
        Some(key) if config.is_attention_only() => Err(ModelError::Tensor {
            tensor: clip(key),
            expected: "no MLP, since config.json has `attn_only`".into(),
            found: "one".into(),
            advice: MISMATCH,
        }),
        Some(_) => Ok(config.clone()),
    }
}
