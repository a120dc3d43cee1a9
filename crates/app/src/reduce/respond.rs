//! Messages of the engine, each to the panel whose newest request it answers. All others are out of date and
//! are dropped here, in one place.

use peek_protocol::{Note, Response};

use super::{Effects, again::failed};
use crate::{Life, Phase, State};

impl State {
    pub(super) fn respond(&mut self, response: Response, effects: &mut Effects) {
        let Some(id) = response.id() else {
            if let Response::Fatal { message } = response {
                self.engine_died(&message, effects);
            }
            return;
        };
        if self.models.asked == Some(id) {
            self.respond_storage(response, effects);
        } else if self.engine.newest == Some(id) {
            self.respond_load(response, effects);
        } else if self.owns_patch(id) {
            self.respond_patch(response, effects);
        } else if self.interventions.newest == Some(id) {
            self.respond_interventions(response, effects);
        } else if self.together.newest == Some(id) {
            self.respond_together(response, effects);
        } else if self.lens.newest == Some(id) {
            self.respond_lens(response, effects);
        } else if self.attention.newest == Some(id) {
            self.respond_attention(response, effects);
        } else if self.newest_views().contains(&Some(id)) {
            self.respond_view(id, response, effects);
        } else if self.self_test.newest == Some(id) {
            self.respond_self_test(response, effects);
        } else if self.sets.newest == Some(id) {
            self.respond_set(response, effects);
        } else if self.device_check.newest == Some(id) {
            self.respond_device(response, effects);
        }
    }

    fn respond_load(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Loading { stage, done, total, .. } => {
                self.engine.life = Life::Loading { stage, done, total };
            }
            Response::Delivering { delivery, .. } => self.delivering(delivery, effects),
            Response::Loaded { model, backend, notes, .. } => self.loaded(model, backend, notes, effects),
            Response::Cancelled { .. } => self.load_cancelled(effects),
            Response::Refused { notes, .. } => self.load_failed(notes, effects),
            Response::Failed { failure, .. } => self.load_failure(failure, effects),
            _ => {}
        }
    }

    fn respond_patch(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Tokens { clean, corrupt, answer, notes, .. } => {
                self.patch_tokens(clean, corrupt, answer, notes);
                self.keep_positions_that_fit();
            }
            Response::Runs { clean, corrupt, .. } => {
                self.patch_runs(clean, corrupt);
                self.run_setup(effects);
            }
            Response::Rows { rows, total, .. } => self.patch_rows(rows, total),
            Response::PatchDone { elapsed_ms, .. } => self.patch_done(elapsed_ms, effects),
            Response::Refused { notes, tokens, .. } => self.patch_refused(notes, tokens, effects),
            Response::Cancelled { .. } => self.patch_cancelled(effects),
            Response::Failed { failure, .. } => self.patch_failed(failure.message, effects),
            _ => {}
        }
    }

    fn respond_lens(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Lens { index, result, total, .. } => self.lens_answered(index, result, total, effects),
            Response::Refused { notes, .. } => self.lens_refused(notes),
            Response::Cancelled { .. } => self.lens.phase = Phase::Cancelled,
            Response::Failed { failure, .. } => self.lens.phase = failed(failure.message, effects),
            _ => {}
        }
    }

    fn respond_attention(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Attention(result) => self.attention_arrived(result),
            Response::Refused { notes, .. } => {
                let said: Vec<String> = notes.iter().map(|note: &Note| note.message.clone()).collect();
                self.attention.phase = failed(said.join(" "), effects);
            }
            Response::Cancelled { .. } => self.attention.phase = Phase::Cancelled,
            Response::Failed { failure, .. } => self.attention.phase = failed(failure.message, effects),
            _ => {}
        }
    }
}
