use std::{fmt, str::FromStr};

use peek_model::{Gpt2, ModelError};
use peek_names::{HeadId, Layer};

use crate::InterpError;

/// A place where a run can be changed; TransformerLens's hook points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// A head's output before the output projection.
    Z,
    /// A head's queries.
    Q,
    /// A head's keys.
    K,
    /// A head's values.
    V,
    /// A head's attention weights: a position is a query's row of them.
    Pattern,
    /// The residual stream on entry to a layer.
    ResidPre,
    /// The residual stream between attention and MLP.
    ResidMid,
    /// The residual stream on leaving a layer.
    ResidPost,
    /// What a layer's attention adds.
    AttnOut,
    /// What a layer's MLP adds.
    MlpOut,
}

impl Site {
    /// Every site, those of heads first.
    pub const ALL: [Self; 10] = [
        Self::Z,
        Self::Q,
        Self::K,
        Self::V,
        Self::Pattern,
        Self::ResidPre,
        Self::ResidMid,
        Self::ResidPost,
        Self::AttnOut,
        Self::MlpOut,
    ];

    /// Whether every head has one of its own.
    #[must_use]
    pub fn per_head(self) -> bool {
        matches!(self, Self::Z | Self::Q | Self::K | Self::V | Self::Pattern)
    }

    /// TransformerLens's name, without `hook_`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Z => "z",
            Self::Q => "q",
            Self::K => "k",
            Self::V => "v",
            Self::Pattern => "pattern",
            Self::ResidPre => "resid_pre",
            Self::ResidMid => "resid_mid",
            Self::ResidPost => "resid_post",
            Self::AttnOut => "attn_out",
            Self::MlpOut => "mlp_out",
        }
    }

    /// Every unit that has this site, from the input up: a head each, or a layer each.
    #[must_use]
    pub fn units(self, model: &Gpt2) -> Vec<Unit> {
        let heads = u16::try_from(model.config.heads).unwrap_or(u16::MAX);
        let of_layer = |layer| -> Vec<Unit> {
            if self.per_head() {
                (0..heads).map(|head| Unit::Head(HeadId { layer, head })).collect()
            } else {
                vec![Unit::Layer(layer)]
            }
        };
        model.layers().flat_map(of_layer).collect()
    }

    /// Checks that `unit` is one of the model's and has this site.
    ///
    /// # Errors
    /// Where the model has no such layer or head, or the site is a head's and the unit a layer, or the other way round.
    pub fn check(self, model: &Gpt2, unit: Unit) -> Result<(), InterpError> {
        let (layer, layers, heads) = (unit.layer(), model.config.layers, model.config.heads);
        match unit {
            _ if layer.index() >= layers => Err(ModelError::NoSuchLayer { layer, layers }.into()),
            Unit::Head(head) if head.head_index() >= heads => {
                Err(ModelError::NoSuchHead { head, heads }.into())
            }
            Unit::Head(_) if !self.per_head() => Err(InterpError::NotOfHeads { site: self, unit }),
            Unit::Layer(_) if self.per_head() => Err(InterpError::OfHeads { site: self, unit }),
            _ => Ok(()),
        }
    }

    /// Checks every one of `units`, and that none is named twice.
    ///
    /// # Errors
    /// As [`Self::check`], and where one is.
    pub(crate) fn check_all(self, model: &Gpt2, units: &[Unit]) -> Result<(), InterpError> {
        units.iter().try_for_each(|&unit| self.check(model, unit))?;
        let mut sorted = units.to_vec();
        sorted.sort_unstable();
        match sorted.windows(2).find(|two| two[0] == two[1]) {
            Some(two) => Err(InterpError::UnitTwice(two[0])),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no site.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no site: choose z, q, k, v or pattern of heads, resid_pre, resid_mid, resid_post, attn_out or mlp_out of \
     layers"
)]
pub struct ParseSiteError(String);

impl FromStr for Site {
    type Err = ParseSiteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|site| site.name() == text);
        found.ok_or_else(|| ParseSiteError(text.to_owned()))
    }
}

/// What is changed: a head, or a layer as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// One head, at a site that every head has.
    Head(HeadId),
    /// One layer, at a site that every layer has.
    Layer(Layer),
}

impl Unit {
    /// The layer that it is in.
    #[must_use]
    pub fn layer(self) -> Layer {
        match self {
            Self::Head(head) => head.layer,
            Self::Layer(layer) => layer,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(head) => head.fmt(f),
            Self::Layer(layer) => f.pad(&format!("L{}", layer.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_named_as_in_transformer_lens() {
        for site in Site::ALL {
            assert_eq!(site.to_string().parse(), Ok(site));
        }
        for wrong in ["", "Z", "hook_z", "resid", "mlp"] {
            let error = wrong.parse::<Site>().expect_err(wrong).to_string();
            assert!(error.contains(&format!("`{wrong}`")) && error.contains("resid_mid"), "{error}");
        }
    }
}
