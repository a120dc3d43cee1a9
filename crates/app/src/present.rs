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

/// How a presentation stands on its screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// How many times larger everything is, within [`Stage::ZOOMS`].
    pub zoom: f64,
    /// Where the last presentation ended, by its place in [`SLIDES`]: the next one goes on there.
    pub left_at: usize,
    /// The parts were opened only to be presented.
    pub(crate) opened_parts: bool,
}

impl Stage {
    /// From as large as on the page to as large as a wall of a room can use.
    pub const ZOOMS: (f64, f64) = (1.0, 2.0);
}

impl Default for Stage {
    fn default() -> Self {
        Self { zoom: Self::ZOOMS.1, left_at: 0, opened_parts: false }
    }
}

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
        self.view.pixel_ratio * if self.slide.is_some() { self.stage.zoom } else { 1.0 }
    }
}
