//! The field's words as types, shared by every other crate: a token's id, a layer, a head,
//! the scale of a logit.
//!
//! Loose integers invite swapped arguments; a [`HeadId`] cannot be a [`TokenId`]. Names and spellings
//! (`L9H7`) are the ones that papers and TransformerLens use.

mod head;
mod scale;
mod token;

pub use head::{HeadId, Layer, ParseHeadError};
pub use scale::LogitScale;
pub use token::TokenId;
