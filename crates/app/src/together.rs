//! A set of heads, or of layers, changed at once.

use peek_names::{HeadId, Unit};
use peek_protocol::{Note, Pattern, RequestId, TogetherResult};

use crate::{Asked, Phase, Shared, State};

/// What a set was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedTogether {
    /// Pair, setup and model.
    pub asked: Asked,
    /// The units, in order, each once.
    pub units: Vec<Unit>,
    /// The head whose attention in the changed run was wanted.
    pub look: Option<HeadId>,
}

/// A set's effect and the run that came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownTogether {
    /// What was asked.
    pub asked: AskedTogether,
    /// What came.
    pub result: Shared<TogetherResult>,
}

impl ShownTogether {
    /// The sum of the units' single effects; `None` where one of them is undefined.
    #[must_use]
    pub fn sum(&self) -> Option<f32> {
        self.result.singles.iter().map(|(_, score)| score.delta).sum()
    }

    /// A head's attention in the changed run, where it was asked for.
    #[must_use]
    pub fn pattern_of(&self, head: HeadId) -> Option<&Pattern> {
        self.result.pattern.as_ref().filter(|(of, _)| *of == head).map(|(_, pattern)| pattern)
    }
}

/// The set's part of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TogetherPanel {
    /// The set, in order, each unit once.
    pub units: Vec<Unit>,
    /// The newest request: responses to another are dropped.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// What the newest request asked.
    pub(crate) asked: Option<AskedTogether>,
    /// The last good result.
    pub shown: Option<ShownTogether>,
    /// What is wrong with the newest set.
    pub notes: Vec<Note>,
}

impl State {
    /// What a request for the changed run would ask now; `None` while nothing is changed.
    #[must_use]
    pub fn asked_together(&self) -> Option<AskedTogether> {
        let units = self.patched_units();
        (!units.is_empty()).then(|| AskedTogether { asked: self.asked_now(), units, look: self.focus_head() })
    }

    /// The changed run, with its lens and its attention, whatever set it was asked for; `None` until there is one.
    #[must_use]
    pub fn patched_run(&self) -> Option<&ShownTogether> {
        self.together.shown.as_ref().filter(|_| !self.patched_units().is_empty())
    }

    /// Whether the joint effect on the screen is not that of the set, the pair and the setup.
    #[must_use]
    pub fn together_is_stale(&self) -> bool {
        let Some(shown) = &self.together.shown else { return false };
        shown.asked.asked != self.asked_now() || shown.asked.units != self.patched_units()
    }
}
