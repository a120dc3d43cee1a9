//! A whole state comes from an address or a file.

use std::collections::BTreeSet;

use peek_experiment::{Analysis, Experiment, read_link};
use peek_lessons::read_lesson_link;
use peek_names::{Metric, Unit};
use peek_protocol::{Note, NoteLevel, Place};

use super::Effects;
use crate::{
    Effect, KeepAction, RowKey, SLIDES, State,
    present::{KIOSK, ONLY},
    session::{Session, read_session},
};

impl State {
    pub(super) fn keep(&mut self, action: KeepAction, effects: &mut Effects) {
        match action {
            KeepAction::Visit(fragment) => self.visit(&fragment, effects),
            KeepAction::Resume(kept) => self.resume(&kept, effects),
            KeepAction::Open(Ok(text)) => self.open_experiment(&text, effects),
            KeepAction::Open(Err(why)) | KeepAction::Refused(why) => {
                self.keep_note(NoteLevel::Error, why, effects);
            }
            KeepAction::Dismiss => self.keep.notes.clear(),
        }
    }

    fn visit(&mut self, fragment: &str, effects: &mut Effects) {
        if fragment.trim_start_matches('#').starts_with("lesson=") {
            self.keep.notes.clear();
            return self.visit_lesson(read_lesson_link(fragment), effects);
        }
        // An address without a state, or with the anchor of something on the page, is none of ours.
        if !fragment.trim_start_matches('#').starts_with('v') {
            return;
        }
        self.keep.notes.clear();
        match read_link(fragment) {
            Ok(analysis) => {
                self.leave_lesson(effects);
                // Nothing of what goes by itself comes back over it, and it is this address that is kept in the bar.
                if self.stage.play.take().is_some() {
                    self.present(None, effects);
                }
                let part = analysis.views.get(ONLY);
                self.only = part.and_then(|part| SLIDES.iter().position(|(name, _)| name == part));
                self.restore_state(&analysis, effects);
                // Closed there would be nothing to see.
                self.views.parts_open |= self.part_alone() == Some("parts");
                if self.only.is_none() && analysis.views.get(KIOSK).is_some_and(|on| on == "on") {
                    self.play_kiosk(effects);
                }
            }
            Err(error) => {
                let message = format!("What this address asks for could not be restored: {error}.");
                self.keep_note(NoteLevel::Error, message, effects);
            }
        }
    }

    /// Nobody asked for it, so what cannot be read is passed over in silence.
    fn resume(&mut self, kept: &str, effects: &mut Effects) {
        if let Some(Session { analysis, pairs }) = read_session(kept) {
            self.restore_state(&analysis, effects);
            self.add_to_set(pairs);
        }
    }

    fn open_experiment(&mut self, text: &str, effects: &mut Effects) {
        self.keep.notes.clear();
        let experiment = match Experiment::from_json(text) {
            Ok(experiment) => experiment,
            Err(error) => return self.keep_note(NoteLevel::Error, error.to_string(), effects),
        };
        self.leave_lesson(effects);
        self.restore_state(&experiment.analysis, effects);
        self.keep.opened = (self.keep.opened.0 + 1, !experiment.set.is_empty());
        if !experiment.set.is_empty() {
            self.replace_set(experiment.set);
        }
        let other = experiment.model.filter(|model| {
            self.engine.loaded.as_ref().is_some_and(|loaded| loaded.info.sha256 != model.sha256)
        });
        // That it is open is said beside the button.
        if let Some(model) = other {
            let label: String = model.label.chars().take(80).collect();
            let message = format!(
                "The experiment is open. Its numbers were of another model, {label}; these are of the one that is loaded."
            );
            self.keep_note(NoteLevel::Warning, message, effects);
        }
    }

    pub(super) fn keep_note(&mut self, level: NoteLevel, message: String, effects: &mut Effects) {
        effects.push(Effect::Announce(message.clone()));
        self.keep.notes = vec![Note { place: Place::Setup, level, message }];
    }

    /// Puts a whole state in this one's place, and asks for its results.
    pub(super) fn restore_state(&mut self, analysis: &Analysis, effects: &mut Effects) {
        let Analysis { pair, setup, pinned, units, lens, views } = analysis;
        let inputs = &mut self.inputs;
        inputs.patch.clean.clone_from(&pair.clean);
        inputs.patch.corrupt.clone_from(&pair.corrupt);
        inputs.patch.answer.clone_from(&pair.answer);
        inputs.foil.clone_from(&pair.foil);
        inputs.patch.prepend_bos = pair.prepend_bos;
        if let Metric::Logit(scale) = setup.metric {
            inputs.patch.scale = scale;
        }
        inputs.setup = setup.clone();
        let old: Vec<RowKey> = inputs.lens.iter().map(|row| row.key).collect();
        inputs.lens.clear();
        for line in lens {
            inputs.add_lens_row(line.prompt.clone(), line.answer.clone());
        }
        for key in old {
            self.lens.rows.remove(&key);
        }
        self.set_views(views);
        self.view.previewed = None;
        self.view.query = None;
        let of_site = |unit: &Unit| matches!(unit, Unit::Head(_)) == setup.site.per_head();
        // One by one: to collect them is to sort them, and each sort is code that the page has to load.
        let mut set = BTreeSet::new();
        set.extend(units.iter().copied().filter(of_site));
        self.together.units = set.into_iter().collect();
        // Without a model they are looked at once it is there.
        self.view.pinned = pinned.filter(|head| self.has_head(*head));
        if let Some((layers, heads)) = self.engine.loaded.as_ref().map(|l| (l.info.layers, l.info.heads)) {
            self.keep_units_that_fit(layers, heads);
        }
        self.run_everything(effects);
    }
}
