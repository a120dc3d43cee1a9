//! Presenting: one part of the page at a time, in large type.

use peek_experiment::write_link;

use crate::State;

/// What can be presented, in order: the name of a part, and what is said of it.
pub const SLIDES: [(&str, &str); 6] = [
    ("pair", "The prompts"),
    ("next", "What comes next"),
    ("heads", "Which heads"),
    ("attention", "What a head looks at"),
    ("lens", "Where the answer appears"),
    ("parts", "Which parts write the answer"),
];

/// The key under which an address names the part that it asks for alone.
pub(crate) const ONLY: &str = "only";

/// How much larger everything is while presenting; the style sheet has the same number.
pub const PRESENT_ZOOM: f64 = 1.6;

impl State {
    /// What is presented: its place, its name, and what is said of it.
    #[must_use]
    pub fn presented(&self) -> Option<(usize, &'static str, &'static str)> {
        let place = self.slide?;
        SLIDES.get(place).map(|(name, title)| (place, *name, *title))
    }

    /// The part of the page that is shown alone, with the result in words: as a presentation, or as the address asks.
    #[must_use]
    pub fn part_alone(&self) -> Option<&'static str> {
        SLIDES.get(self.only.or(self.slide)?).map(|(name, _)| *name)
    }

    /// The address's fragment, without `#`, that opens what is presented as a part alone, for a frame in another page;
    /// `None` while nothing is presented.
    #[must_use]
    pub fn part_link(&self) -> Option<String> {
        let (_, name, _) = self.presented()?;
        let mut analysis = self.analysis();
        analysis.views.insert(ONLY.to_owned(), name.to_owned());
        Some(write_link(&analysis))
    }

    /// Device pixels to a CSS pixel of a chart.
    #[must_use]
    pub fn chart_density(&self) -> f64 {
        self.view.pixel_ratio * if self.slide.is_some() { PRESENT_ZOOM } else { 1.0 }
    }
}
