//! What is typed and switched.

use peek_names::Metric;
use peek_protocol::LogitScale;

use super::Effects;
use crate::{DEBOUNCE_MS, Field, Preset, RowKey, Run, State, Timer};

impl State {
    pub(super) fn edit(&mut self, field: Field, text: String, effects: &mut Effects) {
        match field {
            Field::Clean => self.inputs.patch.clean = text,
            Field::Corrupt => self.inputs.patch.corrupt = text,
            Field::Answer => self.inputs.patch.answer = text,
            Field::Foil => self.inputs.foil = text,
            Field::LensPrompt(key) => {
                if let Some(row) = self.inputs.lens_row_mut(key) {
                    row.prompt = text;
                }
            }
            Field::LensAnswer(key) => {
                if let Some(row) = self.inputs.lens_row_mut(key) {
                    row.answer = text;
                }
            }
        }
        match field {
            Field::Clean | Field::Corrupt | Field::Answer => {
                self.abandon_patch(effects);
                self.start_timer(Timer::Patch, DEBOUNCE_MS, effects);
            }
            Field::Foil => self.foil_typed(effects),
            Field::LensPrompt(_) | Field::LensAnswer(_) => {
                self.abandon_lens(effects);
                self.start_timer(Timer::Lens, DEBOUNCE_MS, effects);
            }
        }
    }

    pub(super) fn remove_lens_row(&mut self, key: RowKey, effects: &mut Effects) {
        self.inputs.lens.retain(|row| row.key != key);
        self.lens.rows.remove(&key);
        // A request that is still answering about this row goes on for the others.
        if self.inputs.lens.is_empty() {
            self.abandon_lens(effects);
            self.lens = crate::LensPanel::default();
        }
    }

    pub(super) fn lens_from_pair(&mut self, effects: &mut Effects) {
        let pair = self.inputs.patch.clone();
        self.inputs.lens.retain(|row| !row.is_blank());
        for prompt in [pair.clean, pair.corrupt] {
            if !self.inputs.lens.iter().any(|row| row.prompt == prompt && row.answer == pair.answer) {
                self.inputs.add_lens_row(prompt, pair.answer.clone());
            }
        }
        self.run_lens(effects);
    }

    pub(super) fn swap_prompts(&mut self, effects: &mut Effects) {
        let pair = &mut self.inputs.patch;
        std::mem::swap(&mut pair.clean, &mut pair.corrupt);
        // It lined up one way round.
        self.inputs.setup.alignment = None;
        self.views.lens_pin = None;
        self.views.locked = None;
        self.run_patch(effects);
    }

    pub(super) fn use_preset(&mut self, preset: &'static Preset, effects: &mut Effects) {
        if let Some(pair) = &preset.pair {
            self.inputs.set_pair(pair);
            if self.inputs.setup.metric.needs_foil() {
                // It came without one, and the old one was of the pair that went.
                self.inputs.setup.metric = Metric::Logit(self.inputs.patch.scale);
            }
            self.view.pinned = None;
            // They were of the pair that went.
            self.views.lens_pin = None;
            self.views.follow.clear();
            self.views.locked = None;
            self.run_patch(effects);
        }
        if preset.pair.is_none() || self.inputs.has_ready_made_lens() {
            self.inputs.set_lens(preset.lens);
            self.lens.rows.clear();
            self.run_lens(effects);
        }
    }

    pub(super) fn use_as_answer(&mut self, text: String, effects: &mut Effects) {
        self.inputs.patch.answer = text;
        // Whoever chooses an answer wants to see that one.
        self.views.follow.clear();
        self.run_patch(effects);
    }

    /// Writes a next token to the end of a prompt, as a model does that is asked again and again.
    pub(super) fn go_on(&mut self, run: Run, text: &str, effects: &mut Effects) {
        let pair = &mut self.inputs.patch;
        match run {
            Run::Clean => pair.clean.push_str(text),
            Run::Corrupt => pair.corrupt.push_str(text),
        }
        self.run_patch(effects);
    }

    pub(super) fn set_bos(&mut self, on: bool, effects: &mut Effects) {
        self.inputs.patch.prepend_bos = on;
        self.run_everything(effects);
    }

    pub(super) fn set_scale(&mut self, scale: LogitScale, effects: &mut Effects) {
        self.inputs.patch.scale = scale;
        if let Metric::Logit(read) = &mut self.inputs.setup.metric {
            *read = scale;
        }
        self.run_patch(effects);
    }
}
