//! How much is taken from a file or an address.

use crate::Analysis;

/// Bytes of a file.
pub(crate) const FILE_BYTES: usize = 16_000_000;
/// Bytes of an address's fragment.
pub(crate) const LINK_BYTES: usize = 64_000;
/// Characters of one text: far more than any model here reads.
pub const TEXT_CHARS: usize = 200_000;
/// Prompts of the lens.
pub(crate) const LENS_LINES: usize = 256;
/// Prompts of a mean.
pub(crate) const MEAN_PROMPTS: usize = 256;
/// Positions of an alignment.
pub(crate) const POSITIONS: usize = 4096;
/// Heads or layers of a set.
pub(crate) const UNITS: usize = 4096;
/// Choices of views, and characters of a name among them.
pub(crate) const VIEWS: usize = 32;
/// Characters of a view's name, or of what is chosen.
pub const NAME_CHARS: usize = 40;
/// Pairs of a set: of a list, of a file that it is read from, and of an experiment that it is saved with.
pub const PAIRS: usize = 2000;

/// More of something than is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it has {found} {what}, and no more than {most} are taken")]
pub struct LimitError {
    /// Of what, in the plural.
    pub what: &'static str,
    /// How many.
    pub found: usize,
    /// The most.
    pub most: usize,
}

/// What a parser has to say. It quotes whole values; a file must not choose how long its error is.
pub(crate) fn said(error: &serde_json::Error) -> String {
    const MOST: usize = 160;
    let whole = error.to_string();
    match whole.char_indices().nth(MOST) {
        Some((end, _)) => {
            format!("{}… at line {} column {}", &whole[..end], error.line(), error.column())
        }
        None => whole,
    }
}

/// # Errors
/// Where `found` is more than `most`.
pub(crate) fn at_most(what: &'static str, found: usize, most: usize) -> Result<(), LimitError> {
    if found > most { Err(LimitError { what, found, most }) } else { Ok(()) }
}

impl Analysis {
    /// Checks the size of everything that a stranger may have chosen.
    ///
    /// # Errors
    /// Where there is more of something than is taken.
    pub(crate) fn check(&self) -> Result<(), LimitError> {
        at_most("lens prompts", self.lens.len(), LENS_LINES)?;
        at_most("prompts of a mean", self.setup.mean_prompts.len(), MEAN_PROMPTS)?;
        at_most("aligned positions", self.setup.alignment.as_ref().map_or(0, Vec::len), POSITIONS)?;
        at_most("heads of a set", self.units.len(), UNITS)?;
        at_most("choices of views", self.views.len(), VIEWS)?;
        let pair = [&self.pair.clean, &self.pair.corrupt, &self.pair.answer, &self.pair.foil];
        let lens = self.lens.iter().flat_map(|line| [&line.prompt, &line.answer]);
        let texts = pair.into_iter().chain(lens).chain(&self.setup.mean_prompts);
        for text in texts {
            at_most("characters in one text", text.chars().count(), TEXT_CHARS)?;
        }
        for name in self.views.iter().flat_map(|(name, choice)| [name, choice]) {
            at_most("characters in the name of a view", name.chars().count(), NAME_CHARS)?;
        }
        Ok(())
    }
}
