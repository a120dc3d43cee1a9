//! What follows the first file. The page's program comes in two: the first paints and takes what is typed, the second has
//! everything that needs more than that, which is most of it. This module is the seam between them.
//!
//! The build cuts the program where [`arrive`] is called: whatever can only be reached from inside it goes into the second
//! file, which is fetched at once. So nothing else may name a function that is listed here, or it would come with the first.

use yew::prelude::*;

use crate::{
    panels::{self, PageProps, PanelProps},
    shell::{self, Root},
};
use peek_app::Action;

/// The functions of the second file.
#[derive(Clone, Copy)]
pub(crate) struct Rest {
    /// Sets up what is known at the start: the screen, an earlier session, the address.
    pub(crate) settle: fn(&mut Root, &Callback<Action>),
    /// Applies an action and carries out what follows from it.
    pub(crate) take: fn(&mut Root, Action),
    /// Above the columns: the header, and how model and engine are.
    pub(crate) above: fn(&PageProps, &Callback<()>) -> Html,
    /// Below the prompts.
    pub(crate) asked: fn(&PanelProps) -> Html,
    /// The results.
    pub(crate) results: fn(&PanelProps) -> Html,
    /// Under the columns, and dialogs.
    pub(crate) below: fn(&PageProps, &NodeRef) -> Html,
}

impl PartialEq for Rest {
    fn eq(&self, _: &Self) -> bool {
        // There is but one.
        true
    }
}

/// Fetches the second file.
///
/// # Errors
/// When it cannot be fetched; another call tries again.
#[cfg(not(feature = "whole"))]
pub(crate) async fn arrive() -> Result<Rest, Missing> {
    split().await
}

/// The second file did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing;

#[cfg(not(feature = "whole"))]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg(not(feature = "whole"))]
#[wasm_split_helpers::wasm_split(rest, fallible)]
fn split() -> Result<Rest, Missing> {
    Ok(whole())
}

/// In a page that is one file nothing follows.
///
/// # Errors
/// None.
#[cfg(feature = "whole")]
pub(crate) async fn arrive() -> Result<Rest, Missing> {
    Ok(whole())
}

fn whole() -> Rest {
    Rest {
        settle: shell::settle,
        take: shell::take,
        above: panels::above,
        asked: panels::next_tokens,
        results: panels::results,
        below: panels::below,
    }
}
