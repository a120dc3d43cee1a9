//! The logit lens: asking and taking in.

use peek_protocol::{LensCurve, Note, Place, Request};

use super::Effects;
use crate::{Effect, Phase, Shared, ShownCurve, State, Timer};

impl State {
    pub(super) fn run_lens(&mut self, effects: &mut Effects) {
        self.stop_timer(Timer::Lens);
        self.abandon_lens(effects);
        if !self.engine.is_ready() {
            return;
        }
        let id = self.fresh_id();
        let (request, keys) = self.inputs.lens_request(id);
        self.lens.done = 0;
        self.lens.asked_bos = request.prepend_bos;
        self.lens.asked = keys
            .into_iter()
            .zip(&request.prompts)
            .map(|(k, p)| (k, p.prompt.clone(), p.answer.clone()))
            .collect();
        if self.lens.asked.is_empty() {
            self.lens.phase = Phase::Empty;
            return;
        }
        self.lens.newest = Some(id);
        self.lens.phase = Phase::Running;
        effects.push(Effect::Send { request: Request::Lens(request), files: None });
    }

    pub(super) fn abandon_lens(&mut self, effects: &mut Effects) {
        if let Some(id) = self.lens.newest.take()
            && self.lens.phase == Phase::Running
        {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
        self.lens.phase = Phase::Waiting;
    }

    pub(super) fn lens_answered(
        &mut self,
        index: usize,
        result: Result<LensCurve, Vec<Note>>,
        total: usize,
        effects: &mut Effects,
    ) {
        let model = self.model_serial();
        let prepend_bos = self.lens.asked_bos;
        self.lens.done += 1;
        if let Some((key, prompt, answer)) = self.lens.asked.get(index).cloned()
            && self.inputs.lens_row(key).is_some()
        {
            let row = self.lens.rows.entry(key).or_default();
            match result {
                Ok(curve) => {
                    row.notes.clone_from(&curve.notes);
                    let curve = Shared::new(curve);
                    row.shown = Some(ShownCurve { prompt, answer, prepend_bos, model, curve });
                }
                Err(notes) => row.notes = notes,
            }
        }
        if self.lens.done >= total {
            self.lens.phase = Phase::Done;
            let curves = self.curves().filter(|(_, _, _, is_stale)| !is_stale).count();
            effects.push(Effect::Announce(format!("Logit lens: {curves} of {total} curves are ready.")));
        }
    }

    /// A whole request that cannot be run: its notes go to the rows that they name.
    pub(super) fn lens_refused(&mut self, notes: Vec<Note>) {
        self.lens.phase = Phase::Refused;
        for note in notes {
            let (Place::LensPrompt(index) | Place::LensAnswer(index)) = note.place else {
                self.lens.phase = Phase::Failed(note.message);
                continue;
            };
            if let Some((key, ..)) = self.lens.asked.get(index) {
                let row = self.lens.rows.entry(*key).or_default();
                row.notes.retain(|old| *old != note);
                row.notes.push(note);
            }
        }
    }
}
