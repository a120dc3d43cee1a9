use peek_model::ModelError;
use peek_names::TokenId;

use crate::{Site, Stopped, Unit};

/// Why an analysis gave no result.
#[derive(Debug, thiserror::Error)]
pub enum InterpError {
    /// The model cannot run this.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The caller's [`crate::Pace`] said stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The device did not give its numbers back.
    #[error("the device could not return a result ({0}): restart the engine, or run on the CPU")]
    Read(String),
    /// A site of heads, asked of a whole layer.
    #[error("{site} is a site of heads and {unit} is a layer: name a head, as in L9H7")]
    OfHeads {
        /// The site.
        site: Site,
        /// The layer.
        unit: Unit,
    },
    /// A site of layers, asked of a head.
    #[error("{site} is a site of whole layers and {unit} is a head: name a layer")]
    NotOfHeads {
        /// The site.
        site: Site,
        /// The head.
        unit: Unit,
    },
    /// A unit that is named twice.
    #[error("{0} is named twice: name each head or layer once")]
    UnitTwice(Unit),
    /// A position outside its prompt.
    #[error("there is no position {position}: the prompt has {tokens} tokens, counted from 0")]
    NoSuchPosition {
        /// The position.
        position: usize,
        /// Tokens of the prompt.
        tokens: usize,
    },
    /// A position that takes from none.
    #[error(
        "position {position} meets no token of the other prompt: pair it with one first, or choose another position"
    )]
    Unpaired {
        /// The position in the prompt whose run is changed.
        position: usize,
    },
    /// A position map of other prompts.
    #[error(
        "the position map is of prompts of {map_base} and {map_donor} tokens and these have {base} and {donor}: align \
         them again"
    )]
    OtherMap {
        /// Base tokens that the map was made for.
        map_base: usize,
        /// Donor tokens that the map was made for.
        map_donor: usize,
        /// Base tokens.
        base: usize,
        /// Donor tokens.
        donor: usize,
    },
    /// Attention weights over other tokens.
    #[error(
        "a pattern cannot be taken over: its weights are over the {donor} tokens of the other prompt, and this one has \
         {base}: choose prompts of equal length, or another site"
    )]
    PatternLengths {
        /// Tokens of the prompt whose run is changed.
        base: usize,
        /// Tokens of the other.
        donor: usize,
    },
    /// A row of attention weights for another query.
    #[error(
        "position {position} is paired with position {donor}, whose pattern sees another number of tokens: pair equal \
         positions, or choose another site than pattern"
    )]
    PatternPosition {
        /// In the prompt whose run is changed.
        position: usize,
        /// In the other.
        donor: usize,
    },
    /// A mean of patterns of different queries.
    #[error(
        "a mean pattern is defined only position by position: choose the mean per position, or another site"
    )]
    PatternMean,
    /// A mean per position of prompts of different lengths.
    #[error(
        "a mean per position needs prompts of equal length and these have {found} and {tokens} tokens: choose prompts \
         of equal length, or the mean over positions"
    )]
    MeanLengths {
        /// Tokens of the first prompt.
        tokens: usize,
        /// Tokens of the one that differs.
        found: usize,
    },
    /// A mean of nothing.
    #[error("there is no token to take the mean of beside <|endoftext|>: add prompts")]
    MeanOfNothing,
    /// A mean of another site than the one that is changed.
    #[error("the mean was taken of {mean} and {site} is changed: take the mean of {site}")]
    OtherMean {
        /// What there is a mean of.
        mean: Site,
        /// What is changed.
        site: Site,
    },
    /// A difference to nothing.
    #[error("a logit difference needs a foil: name the token that the answer is compared with")]
    NoFoil,
    /// A difference between a token and itself.
    #[error("answer and foil are the same token ({0}), so their difference is always 0: choose another foil")]
    SameFoil(TokenId),
}
