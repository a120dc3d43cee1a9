use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A transformer block, counted from 0 at the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layer(pub u16);

impl Layer {
    /// The layer as an index into a `[layers]` array.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Every layer of a model that has `count` of them, from the input up.
    pub fn all(count: usize) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        // A checkpoint with more than 65,535 layers is refused by `model` long before this.
        (0..u16::try_from(count).unwrap_or(u16::MAX)).map(Layer)
    }
}

/// One attention head. Written `L9H7`, as papers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HeadId {
    /// The block that the head is in.
    pub layer: Layer,
    /// The head's place within its block, from 0.
    pub head: u16,
}

impl HeadId {
    /// Head `head` of layer `layer`.
    #[must_use]
    pub fn new(layer: u16, head: u16) -> Self {
        Self { layer: Layer(layer), head }
    }

    /// The head as an index into the second axis of a `[layers, heads]` array.
    #[must_use]
    pub fn head_index(self) -> usize {
        usize::from(self.head)
    }
}

impl fmt::Display for HeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Through `pad`, so that a width in the format string lines up columns.
        f.pad(&format!("L{}H{}", self.layer.0, self.head))
    }
}

/// A text that is not of the form `L9H7`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a head: write layer and head as in L9H7")]
pub struct ParseHeadError(String);

impl FromStr for HeadId {
    type Err = ParseHeadError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (layer, head) = text.strip_prefix(['L', 'l'])?.split_once(['H', 'h'])?;
            Some(Self::new(digits(layer)?, digits(head)?))
        };
        parse().ok_or_else(|| ParseHeadError(text.to_owned()))
    }
}

/// Digits only: `u16::from_str` would also take a leading `+`.
fn digits(text: &str) -> Option<u16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_written_and_read_as_in_papers() {
        assert_eq!(HeadId::new(9, 7).to_string(), "L9H7");
        assert_eq!("L9H7".parse(), Ok(HeadId::new(9, 7)));
        assert_eq!("l10h11".parse(), Ok(HeadId::new(10, 11)));
        assert_eq!(format!("{:>6}", HeadId::new(1, 2)), "  L1H2");
    }

    #[test]
    fn what_is_no_head_is_refused_by_name() {
        for bad in ["", "L", "9.7", "L9", "H7L9", "L9H", "L-1H2", "L+1H2", "L99999H1", "L1H2H3"] {
            let error = bad.parse::<HeadId>().expect_err(bad);
            assert!(error.to_string().contains(&format!("`{bad}`")), "{error}");
        }
    }
}
