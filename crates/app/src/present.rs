//! Presenting: one part of the page at a time, in large type.

use peek_experiment::write_link;

use crate::{Shared, State, history::Moment};

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

/// The key under which an address asks for a presentation that goes by itself.
pub(crate) const KIOSK: &str = "kiosk";

/// How a presentation stands on its screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// How many times larger everything is, within [`Stage::ZOOMS`].
    pub zoom: f64,
    /// Where the last presentation ended, by its place in [`SLIDES`]: the next one goes on there.
    pub left_at: usize,
    /// The parts were opened only to be presented.
    pub(crate) opened_parts: bool,
    /// It goes by itself, or is held where it did.
    pub(crate) play: Option<Play>,
}

/// A presentation that goes by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Play {
    /// It is not held.
    pub(crate) runs: bool,
    /// What its reader had when it began.
    pub(crate) own: Shared<Moment>,
    /// Somebody has changed something since the round began.
    pub(crate) is_touched: bool,
    /// An address has asked for it.
    pub(crate) is_kiosk: bool,
    /// Which of the presets with a pair it is at; `None` where it began with something else.
    pub(crate) round: Option<usize>,
}

impl Stage {
    /// From as large as on the page to as large as a wall of a room can use.
    pub const ZOOMS: (f64, f64) = (1.0, 2.0);
    /// How long a part stays that turns over by itself, in ms.
    pub const TURN_MS: u32 = 12_000;
    /// How long whoever changes something has the page before it goes on by itself, in ms.
    pub const REST_MS: u32 = 60_000;
    /// How soon it looks again for results that are still on their way, in ms.
    pub const SOON_MS: u32 = 2_000;

    /// Whether it goes by itself now.
    #[must_use]
    pub fn plays(&self) -> bool {
        self.play.as_ref().is_some_and(|play| play.runs)
    }
}

impl Default for Stage {
    fn default() -> Self {
        Self { zoom: Self::ZOOMS.1, left_at: 0, opened_parts: false, play: None }
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

    /// The address's fragment, without `#`, that opens what is presented as a part alone, for a frame in another page, or,
    /// while it goes by itself, a presentation that does; `None` while nothing is presented.
    #[must_use]
    pub fn part_link(&self) -> Option<String> {
        let (_, name, _) = self.presented()?;
        let mut analysis = self.analysis();
        let (key, value) = if self.stage.plays() { (KIOSK, "on") } else { (ONLY, name) };
        analysis.views.insert(key.to_owned(), value.to_owned());
        Some(write_link(&analysis))
    }

    /// Device pixels to a CSS pixel of a chart.
    #[must_use]
    pub fn chart_density(&self) -> f64 {
        self.view.pixel_ratio * if self.slide.is_some() { self.stage.zoom } else { 1.0 }
    }
}
