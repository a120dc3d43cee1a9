//! Taking changes back, and doing them again.

use super::Effects;
use crate::{
    Action, Effect, Field, Phase, State, View,
    history::{Moment, Saved, change_of, typing_of},
};

impl State {
    /// What the user has before an action that may change it. A lesson gives back by itself what it found.
    pub(super) fn before(&self, action: &Action) -> Option<Moment> {
        // Where it ends a presentation, Escape changes nothing.
        let ends_presenting = matches!(action, Action::Escape) && self.slide.is_some();
        let what = change_of(action).filter(|_| !ends_presenting)?;
        self.lessons.open.is_none().then(|| self.moment(what))
    }

    /// Notes what an action has changed.
    pub(super) fn note_change(
        &mut self,
        before: Moment,
        action_typing: Option<crate::history::Typing>,
        effects: &mut Effects,
    ) {
        let now = self.moment(before.what);
        if self.lessons.open.is_none() && now != before {
            self.history.note(before, action_typing);
            effects.push(Effect::KeepSession(self.session()));
        }
    }

    /// The text that an action types in. Once the scores on the screen are those of what was typed, what is typed next is
    /// another change.
    pub(super) fn typing_goes_on(&mut self, action: &Action) -> Option<crate::history::Typing> {
        let of_pair =
            matches!(action, Action::Edit(Field::Clean | Field::Corrupt | Field::Answer | Field::Foil, _));
        if of_pair && *self.grid_phase() == Phase::Done && !self.grid_is_stale() {
            self.history.typing = None;
        }
        typing_of(action)
    }

    pub(super) fn undo(&mut self, effects: &mut Effects) {
        if self.lessons.open.is_some() {
            return;
        }
        if let Some(earlier) = self.history.past.pop() {
            let now = self.moment(earlier.what);
            self.history.future.push(crate::Shared::new(now));
            self.go_to(&earlier, "Undone: ", effects);
        }
    }

    pub(super) fn redo(&mut self, effects: &mut Effects) {
        if self.lessons.open.is_some() {
            return;
        }
        if let Some(later) = self.history.future.pop() {
            let now = self.moment(later.what);
            self.history.past.push(crate::Shared::new(now));
            self.go_to(&later, "Done again: ", effects);
        }
    }

    fn go_to(&mut self, moment: &Moment, said: &str, effects: &mut Effects) {
        self.history.typing = None;
        // Names of rows are never given twice, so those given since stay spent.
        self.sets.rows = moment.rows.clone();
        self.sets.kind = moment.kind;
        effects.push(Effect::Announce(said.to_owned() + moment.what + "."));
        self.give_back(&moment.saved, effects);
        effects.push(Effect::KeepSession(self.session()));
    }

    /// Puts back what the user had, and computes it.
    pub(super) fn give_back(&mut self, saved: &Saved, effects: &mut Effects) {
        let Saved { inputs, view, views, units } = saved;
        let same_lens = self.inputs.lens == inputs.lens
            && self.inputs.patch.prepend_bos == inputs.patch.prepend_bos
            && matches!(self.lens.phase, Phase::Running | Phase::Done);
        self.inputs.give_back(inputs.clone());
        let inputs = &self.inputs;
        self.lens.rows.retain(|key, _| inputs.lens_row(*key).is_some());
        // How the screen is belongs to the screen.
        let View { phone, theme, system_dark, medium, pixel_ratio, .. } = self.view;
        let pinned = view.pinned.filter(|head| self.has_head(*head));
        let screen = View { phone, theme, system_dark, medium, pixel_ratio, ..view.clone() };
        self.view = View { pinned, hovered: None, previewed: None, ..screen };
        let old = std::mem::replace(&mut self.views, views.clone());
        (self.views.lens, self.views.parts) = (old.lens, old.parts);
        (self.views.patterns, self.views.kinds) = (old.patterns, old.kinds);
        // Presented they stay to be seen.
        self.views.parts_open |= self.stage.opened_parts;
        self.together.units.clone_from(units);
        if let Some(loaded) = &self.engine.loaded {
            let (layers, heads) = (loaded.info.layers, loaded.info.heads);
            self.keep_units_that_fit(layers, heads);
        }
        if self.patch.phase == Phase::Done && self.has_runs() {
            // The pair's runs are there: what is set up, and looked at, asks for what it lacks, and ends what it is not.
            self.run_setup(effects);
            self.want_attention(effects);
        } else {
            self.run_patch(effects);
        }
        if !same_lens {
            self.run_lens(effects);
        }
    }
}
