//! What a small screen shows: one chart at a time, prompts folded to a line.

use peek_protocol::Place;

use crate::State;

/// A chart below the grid of heads; where there is room all of them are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What one head does.
    #[default]
    Attention,
    /// The bars of the top heads.
    TopHeads,
    /// The lens, and its prompts.
    Lens,
    /// The parts of the logit.
    Parts,
}

impl Tab {
    /// From left to right.
    pub const ALL: [Self; 4] = [Self::Attention, Self::Lens, Self::TopHeads, Self::Parts];

    /// Its name in the style sheet and in tests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Attention => "attention",
            Self::TopHeads => "top-heads",
            Self::Lens => "lens",
            Self::Parts => "parts",
        }
    }

    /// What stands on it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Attention => "Attention",
            Self::TopHeads => "Top heads",
            Self::Lens => "Lens",
            Self::Parts => "Parts",
        }
    }

    /// The tab that a key goes to from here; `None` for a key of no meaning. At either end it goes on at the other.
    #[must_use]
    pub fn after(self, key: &str) -> Option<Self> {
        let (now, count) = (Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0), Self::ALL.len());
        let to = match key {
            "ArrowRight" => (now + 1) % count,
            "ArrowLeft" => (now + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return None,
        };
        Self::ALL.get(to).copied()
    }
}

/// How a small screen is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phone {
    /// The chart that is shown.
    pub tab: Tab,
    /// Whether the user has unfolded the prompts.
    pub prompts_open: bool,
}

impl State {
    /// The tabs there are, from left to right: layers have no top heads.
    #[must_use]
    pub fn tabs(&self) -> Vec<Tab> {
        let of_heads = self.inputs.setup.site.per_head();
        Tab::ALL.into_iter().filter(|tab| of_heads || *tab != Tab::TopHeads).collect()
    }

    /// The tab that is shown: the one that was chosen, and the first where that one is not there.
    #[must_use]
    pub fn tab(&self) -> Tab {
        let chosen = self.view.phone.tab;
        if self.tabs().contains(&chosen) { chosen } else { Tab::default() }
    }

    /// The tab that a key goes to from the one that is shown; `None` for a key of no meaning.
    #[must_use]
    pub fn tab_after(&self, key: &str) -> Option<Tab> {
        let tabs = self.tabs();
        let next = self.tab().after(key)?;
        // Never more than one in a row is missing.
        if tabs.contains(&next) { Some(next) } else { next.after(key) }
    }

    /// Whether a small screen shows the prompts as one line. Not while there is something to write or to mend there.
    #[must_use]
    pub fn prompts_are_folded(&self) -> bool {
        let places = [Place::Clean, Place::Corrupt, Place::Answer, Place::Foil];
        let is_asked = !self.inputs.patch.clean.is_empty() && !self.inputs.patch.answer.is_empty();
        !self.view.phone.prompts_open
            && is_asked
            && places.into_iter().all(|place| self.notes_at(place).is_empty())
    }

    /// What the page says below its name: which model it looks into.
    #[must_use]
    pub fn tagline(&self) -> String {
        let pick = self.engine.loaded.as_ref().map_or(&self.engine.pick, |loaded| &loaded.pick);
        match pick {
            crate::ModelPick::Demo => "how the demo model finds its answer".to_owned(),
            other => format!("how {} finds its answer", other.label()),
        }
    }
}
