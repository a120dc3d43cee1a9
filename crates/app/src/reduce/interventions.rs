//! Interventions: setting up, asking, taking in, ending.

use peek_names::{Metric, Unit};
use peek_protocol::{
    Alignment, At, Edit, InterveneReply, InterveneRequest, LayerScores, Note, NoteLevel, Place, Request,
    RequestId, Response, Setup,
};

use super::Effects;
use crate::{
    Asked, DEBOUNCE_MS, Effect, InterventionResult, Phase, ScoredLayer, Shared, State, Timer,
    interventions::{lengths, turned},
    order,
};

impl State {
    /// What is set up has changed in one of the selects.
    pub(super) fn set_up(&mut self, mut setup: Setup, effects: &mut Effects) {
        let old = self.inputs.setup.clone();
        if setup.edit.base() != old.edit.base()
            && let Some((base, donors)) = lengths(self, old.edit)
        {
            // Positions are those of the prompt that is changed, which is the other one now.
            match (setup.edit.donor(), &setup.alignment) {
                (Some(_), Some(map)) => setup.alignment = Some(turned(map, donors)),
                _ => setup.alignment = None,
            }
            let now = lengths(self, setup.edit).map_or(base, |(base, _)| base);
            if let At::One(at) = setup.at {
                setup.at = At::One(at.min(now.saturating_sub(1)));
            }
        }
        if setup.site.per_head() != old.site.per_head() {
            self.together.units.clear();
        }
        let scale_changed = match setup.metric {
            Metric::Logit(scale) => std::mem::replace(&mut self.inputs.patch.scale, scale) != scale,
            _ => false,
        };
        self.inputs.setup = setup;
        if scale_changed {
            // Its runs ask for everything that follows from them.
            self.run_patch(effects);
        } else {
            self.run_setup(effects);
        }
    }

    /// Another foil was typed: it matters to the metric that looks at it.
    pub(super) fn foil_typed(&mut self, effects: &mut Effects) {
        if self.inputs.setup.metric.needs_foil() {
            self.abandon_setup(effects);
            self.start_timer(Timer::Setup, DEBOUNCE_MS, effects);
        }
    }

    /// Everything that depends on the setup: the interventions, the set's joint effect, and the parts, which are of the
    /// difference where the metric is.
    pub(super) fn run_setup(&mut self, effects: &mut Effects) {
        self.run_interventions(effects);
        self.run_together(effects);
        self.want_views(effects);
    }

    pub(super) fn abandon_setup(&mut self, effects: &mut Effects) {
        self.stop_timer(Timer::Setup);
        self.abandon_interventions(effects);
        self.abandon_together(effects);
    }

    /// Whether the unpatched runs are those of what is typed: nothing is asked of a pair before they have come.
    pub(super) fn has_runs(&self) -> bool {
        self.engine.is_ready() && self.patch.shown.is_some() && !self.patch_is_stale()
    }

    /// Asks for what is set up, unless it is the head scores, is there, or is on its way. An open strip of the alignment is a reason too.
    fn run_interventions(&mut self, effects: &mut Effects) {
        let is_running = self.interventions.phase == Phase::Running && self.has_runs();
        if is_running && self.interventions.asked.as_ref() == Some(&self.asked_now()) {
            return;
        }
        self.abandon_interventions(effects);
        let is_aligned = self.alignment().is_some_and(|(_, is_stale)| !is_stale);
        if self.inputs.is_head_scores() && (is_aligned || !self.alignment_is_open()) {
            self.interventions.notes.clear();
            self.interventions.phase = Phase::Empty;
            return;
        }
        if !self.has_runs() {
            return;
        }
        let is_there = self.interventions.shown.as_ref().is_some_and(|s| s.elapsed_ms.is_some());
        if is_there && !self.intervention_is_stale() && is_aligned {
            self.interventions.notes.retain(|note| note.level == NoteLevel::Warning);
            self.interventions.phase = Phase::Done;
            return;
        }
        let id = self.fresh_id();
        let asked = self.asked_now();
        let request = InterveneRequest { id, pair: asked.pair.clone(), setup: asked.setup.clone() };
        effects.push(Effect::Send { request: Request::Intervene(request), files: None });
        self.interventions.newest = Some(id);
        self.interventions.asked = Some(asked);
        self.interventions.phase = Phase::Running;
    }

    fn abandon_interventions(&mut self, effects: &mut Effects) {
        if let Some(id) = self.interventions.newest.take()
            && self.interventions.phase == Phase::Running
        {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
        self.interventions.phase = Phase::Waiting;
    }

    /// The user's button.
    pub(super) fn cancel_interventions(&self, effects: &mut Effects) {
        if let (Phase::Running, Some(id)) = (&self.interventions.phase, self.interventions.newest) {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
    }

    /// Another pair: positions that were chosen by hand are given up where the prompts no longer have them.
    pub(super) fn keep_positions_that_fit(&mut self) {
        let Some((base, donors)) = lengths(self, self.inputs.setup.edit) else { return };
        let setup = &mut self.inputs.setup;
        if setup
            .alignment
            .as_ref()
            .is_some_and(|map| map.len() != base || map.iter().flatten().any(|&donor| donor >= donors))
        {
            setup.alignment = None;
        }
        if let At::One(at) = setup.at {
            setup.at = At::One(at.min(base.saturating_sub(1)));
        }
    }

    pub(super) fn respond_interventions(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Intervene { id, reply } => match reply {
                InterveneReply::Aligned(alignment) => self.aligned(id, alignment, effects),
                InterveneReply::Baselines(baselines) => self.baselines(baselines),
                InterveneReply::Layers { layers, total, .. } => self.layers(layers, total),
                InterveneReply::Done { elapsed_ms } => self.interventions_done(elapsed_ms, effects),
            },
            Response::Refused { notes, .. } => self.setup_refused(notes, effects),
            // What is complete is not partial, even where the button was pressed.
            Response::Cancelled { .. } if self.interventions.phase == Phase::Running => {
                self.interventions.phase = Phase::Cancelled;
                let done = self.interventions.shown.as_ref().map_or(0, |shown| shown.rows.len());
                effects.push(Effect::Announce(format!("Cancelled. {done} layers are there.")));
            }
            Response::Failed { failure, .. } => {
                if let Some(place @ (Place::Setup | Place::Foil)) = failure.place {
                    let note = Note { place, level: NoteLevel::Error, message: failure.message };
                    self.setup_refused(vec![note], effects);
                } else {
                    effects.push(Effect::Announce(failure.message.clone()));
                    self.interventions.phase = Phase::Failed(failure.message);
                }
            }
            _ => {}
        }
    }

    fn aligned(&mut self, id: RequestId, mut alignment: Alignment, effects: &mut Effects) {
        let Some(asked) = self.interventions.asked.clone() else { return };
        self.interventions.notes = std::mem::take(&mut alignment.notes);
        // Those of the texts are told by the head scores' request.
        self.interventions
            .notes
            .retain(|note| matches!(note.place, Place::Foil | Place::Setup | Place::Grid));
        self.interventions.aligned = Some((asked, Shared::new(alignment)));
        if self.inputs.is_head_scores() {
            // The strip was all that was wanted of it.
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
            self.interventions.newest = None;
            self.interventions.phase = Phase::Empty;
        }
    }

    fn baselines(&mut self, baselines: peek_protocol::Baselines) {
        let (Some(asked), Some((_, alignment)), Some(loaded)) =
            (self.interventions.asked.clone(), &self.interventions.aligned, &self.engine.loaded)
        else {
            return;
        };
        self.interventions.shown = Some(Shared::new(InterventionResult {
            asked,
            alignment: alignment.clone(),
            baselines,
            rows: Vec::new(),
            layers: loaded.info.layers,
            heads: loaded.info.heads,
            elapsed_ms: None,
        }));
    }

    fn layers(&mut self, layers: Vec<LayerScores>, total: usize) {
        self.change_intervention(|shown| {
            for row in layers {
                order::put(&mut shown.rows, Shared::new(ScoredLayer::new(row)), |row| row.layer());
            }
            shown.layers = total;
        });
    }

    fn interventions_done(&mut self, elapsed_ms: f64, effects: &mut Effects) {
        self.interventions.phase = Phase::Done;
        self.change_intervention(|shown| shown.elapsed_ms = Some(elapsed_ms));
        if let Some(said) = self.setup_in_words() {
            effects.push(Effect::Announce(said));
        }
    }

    fn setup_refused(&mut self, notes: Vec<Note>, effects: &mut Effects) {
        let said: Vec<&str> = notes.iter().map(|note| &*note.message).collect();
        effects.push(Effect::Announce(said.join(" ")));
        self.interventions.phase = Phase::Refused;
        self.interventions.notes = notes.into_iter().map(beside_setup).collect();
    }

    /// Charts compare shared results by place, so a change makes a new one.
    fn change_intervention(&mut self, change: impl FnOnce(&mut InterventionResult)) {
        if let Some(shown) = &self.interventions.shown {
            let mut next = (**shown).clone();
            change(&mut next);
            self.interventions.shown = Some(Shared::new(next));
        }
    }

    /// Whether the strip of the alignment is open.
    pub(super) fn open_alignment(&mut self, open: bool, effects: &mut Effects) {
        self.view.alignment_open = Some(open);
        let is_aligned = self.alignment().is_some_and(|(_, is_stale)| !is_stale);
        if open && !is_aligned && self.interventions.phase != Phase::Running {
            self.run_interventions(effects);
        }
    }

    /// Lets a position of the changed prompt take from another one of the other prompt, or from none.
    pub(super) fn meet(&mut self, base: usize, donor: Option<usize>, effects: &mut Effects) {
        let Some((alignment, false)) = self.alignment() else { return };
        let mut map = alignment.map.clone();
        let Some(place) = map.get_mut(base) else { return };
        *place = donor;
        self.inputs.setup.alignment = Some(map);
        self.run_setup(effects);
    }

    /// The units that the model has.
    pub(super) fn keep_units_that_fit(&mut self, layers: usize, heads: usize) {
        self.together.units.retain(|unit| match unit {
            Unit::Head(head) => head.layer.index() < layers && head.head_index() < heads,
            Unit::Layer(layer) => layer.index() < layers,
        });
    }
}

/// An error of the method stands beside the setup, whatever the engine thinks of as its place; one of the foil beside it.
fn beside_setup(note: Note) -> Note {
    let place = if note.place == Place::Foil { Place::Foil } else { Place::Setup };
    Note { place, ..note }
}

impl Asked {
    /// Whether a prompt lends in it.
    #[must_use]
    pub fn borrows(&self) -> bool {
        !matches!(self.setup.edit, Edit::Zero | Edit::Mean(_))
    }
}
