//! The field's words as types, shared by every other crate: a token's id, a layer, a head,
//! the scale of a logit.
//!
//! Loose integers invite swapped arguments; a [`HeadId`] cannot be a [`TokenId`]. Names and spellings
//! (`L9H7`) are the ones that papers and TransformerLens use.

mod choices;
mod head;
mod metric;
mod scale;
mod site;
mod token;

pub use choices::{DirectScale, LensConvention, MeanOver};
pub use head::{HeadId, Layer, ParseHeadError};
pub use metric::{Metric, ParseMetricError};
pub use scale::LogitScale;
pub use site::{ParseSiteError, ParseUnitError, Site, Unit};
pub use token::TokenId;
