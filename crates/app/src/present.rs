//! Presenting: one part of the page at a time, in large type.

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

/// How much larger everything is while presenting; the style sheet has the same number.
pub const PRESENT_ZOOM: f64 = 1.6;

impl State {
    /// What is presented: its place, its name, and what is said of it.
    #[must_use]
    pub fn presented(&self) -> Option<(usize, &'static str, &'static str)> {
        let place = self.slide?;
        SLIDES.get(place).map(|(name, title)| (place, *name, *title))
    }

    /// Device pixels to a CSS pixel of a chart.
    #[must_use]
    pub fn chart_density(&self) -> f64 {
        self.view.pixel_ratio * if self.slide.is_some() { PRESENT_ZOOM } else { 1.0 }
    }
}
