use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{HeadId, Layer};

/// A place where a run can be changed; TransformerLens's hook points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// A head's output before the output projection.
    #[default]
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

    /// Every unit that has this site in a model of this shape, from the input up: a head each, or a layer each.
    #[must_use]
    pub fn units(self, layers: usize, heads: usize) -> Vec<Unit> {
        let heads = u16::try_from(heads).unwrap_or(u16::MAX);
        let of_layer = |layer| -> Vec<Unit> {
            if self.per_head() {
                (0..heads).map(|head| Unit::Head(HeadId { layer, head })).collect()
            } else {
                vec![Unit::Layer(layer)]
            }
        };
        Layer::all(layers).flat_map(of_layer).collect()
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A text that names neither a head nor a layer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no head and no layer: write a head as L9H6 and a layer as L9")]
pub struct ParseUnitError(String);

impl FromStr for Unit {
    type Err = ParseUnitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(head) = text.parse() {
            return Ok(Self::Head(head));
        }
        let digits = text.strip_prefix(['L', 'l']).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let layer = digits.and_then(|digits| digits.parse().ok());
        layer.map(|layer| Self::Layer(Layer(layer))).ok_or_else(|| ParseUnitError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_a_head_or_a_layer() {
        for unit in [Unit::Head(HeadId::new(9, 6)), Unit::Layer(Layer(11))] {
            assert_eq!(unit.to_string().parse(), Ok(unit));
        }
        assert_eq!("l3".parse(), Ok(Unit::Layer(Layer(3))));
        for wrong in ["", "L", "L+3", "9.6", "L9H", "L70000"] {
            let error = wrong.parse::<Unit>().expect_err(wrong).to_string();
            assert!(error.contains(&format!("`{wrong}`")), "{error}");
        }
    }

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
