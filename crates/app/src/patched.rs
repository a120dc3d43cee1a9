//! Whose attention the heatmap shows: an unpatched run's, or that of the run that comes of what is set up.

use peek_names::{HeadId, Unit};
use peek_protocol::{Pattern, Side};

use crate::{AttentionMode, Run, State};

/// A run whose attention can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttentionRun {
    /// The clean prompt's.
    #[default]
    Clean,
    /// The corrupt prompt's.
    Corrupt,
    /// The run that is changed as set up: at the units of the set, or without one at the pinned head.
    Patched,
}

impl AttentionRun {
    /// What the page calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Corrupt => "corrupt",
            Self::Patched => "patched",
        }
    }
}

impl State {
    /// What is changed in the patched run, in order: the set, or without one the pinned head, once its attention in that
    /// run was chosen. Empty where nothing is.
    #[must_use]
    pub fn patched_units(&self) -> Vec<Unit> {
        let set = &self.together.units;
        let is_of_pinned = set.is_empty()
            && self.view.run == AttentionRun::Patched
            && self.why_no_patched_attention().is_none();
        if is_of_pinned { self.view.pinned.map(Unit::Head).into_iter().collect() } else { set.clone() }
    }

    /// Why the attention of the patched run cannot be shown; `None` where it can.
    #[must_use]
    pub fn why_no_patched_attention(&self) -> Option<&'static str> {
        let of_heads = self.inputs.setup.site.per_head();
        if self.views.mode != AttentionMode::One {
            Some("The patched run is shown one head at a time")
        } else if self.views.weighted {
            Some("The patched run has no value norms")
        } else if !self.together.units.is_empty() || (of_heads && self.view.pinned.is_some()) {
            None
        } else if of_heads {
            Some("There is no patched run: pin a head, or select some")
        } else {
            Some("There is no patched run: select layers")
        }
    }

    /// Whose attention is shown: what was chosen, or while there is no patched run that of the run that would be changed.
    #[must_use]
    pub fn attention_run(&self) -> AttentionRun {
        match (self.view.run, self.unpatched_run()) {
            (AttentionRun::Patched, _) if self.why_no_patched_attention().is_none() => AttentionRun::Patched,
            (_, Run::Clean) => AttentionRun::Clean,
            (_, Run::Corrupt) => AttentionRun::Corrupt,
        }
    }

    /// The prompt whose tokens the attention on the screen is over.
    #[must_use]
    pub fn unpatched_run(&self) -> Run {
        match (self.view.run, self.inputs.setup.edit.base()) {
            (AttentionRun::Clean, _) | (AttentionRun::Patched, Side::Clean) => Run::Clean,
            (AttentionRun::Corrupt, _) | (AttentionRun::Patched, Side::Corrupt) => Run::Corrupt,
        }
    }

    /// The newest attention of a patched run and its head, whatever was set up for it; `None` until there is one.
    #[must_use]
    pub fn patched_attention(&self) -> Option<(HeadId, &Pattern)> {
        let (head, pattern) = self.patched_run()?.result.pattern.as_ref()?;
        Some((*head, pattern))
    }

    /// Whether that attention is of another head, set, pair or setup than is chosen now.
    #[must_use]
    pub fn patched_attention_is_stale(&self) -> bool {
        let head = self.patched_attention().map(|(head, _)| head);
        self.together_is_stale()
            || self.focus_head().is_some_and(|focus| head.is_some_and(|head| head != focus))
    }

    /// Why the attention that is to be shown did not come; `None` where nothing failed.
    #[must_use]
    pub fn attention_fault(&self) -> Option<&str> {
        let phase = match self.views.mode {
            _ if self.attention_run() == AttentionRun::Patched => &self.together.phase,
            AttentionMode::One if !self.views.weighted => &self.attention.phase,
            AttentionMode::One | AttentionMode::Layer | AttentionMode::All => &self.views.patterns.phase,
        };
        phase.fault()
    }
}
