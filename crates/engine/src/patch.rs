use peek_interp::{Sweep, group_count, groups_of};
use peek_names::Layer;
use peek_protocol::{LayerRow, Note, NoteLevel, PatchRequest, Place, Response};

use crate::{
    EngineError, Host, Session,
    convert::summary,
    session::{Loaded, refuse},
    texts,
};

impl Session {
    /// Tokens, then the two runs, then every head's score a group of layers at a time.
    pub(crate) async fn patch(&mut self, request: PatchRequest, host: &impl Host) -> Result<(), EngineError> {
        let started = host.now_ms();
        let PatchRequest { id, clean, corrupt, answer, prepend_bos, scale } = request;
        let Loaded { model, tokenizer, cache, .. } = self.loaded()?;
        let context = model.config.context;
        let mut clean_text = texts::prompt(tokenizer, &clean, prepend_bos, context, Place::Clean)?;
        let corrupt_text = texts::prompt(tokenizer, &corrupt, prepend_bos, context, Place::Corrupt)?;
        let (answer, answer_notes) = texts::answer(tokenizer, &answer, Place::Answer)?;
        let (clean_ids, corrupt_ids) = (clean_text.ids(), corrupt_text.ids());
        let mut notes = std::mem::take(&mut clean_text.notes);
        notes.extend(corrupt_text.notes);
        notes.extend(answer_notes);
        if clean_ids == corrupt_ids && !clean.is_empty() {
            notes.push(Note {
                place: Place::Corrupt,
                level: NoteLevel::Error,
                message: "Both prompts are the same, so there is nothing to patch: change one of them."
                    .into(),
            });
        }
        let followed = answer.first().map(|token| token.id);
        let (false, Some(followed)) = (texts::has_error(&notes), followed) else {
            refuse(host, id, notes, Some((clean_text.tokens, corrupt_text.tokens)));
            return Ok(());
        };
        host.send(Response::Tokens {
            id,
            clean: clean_text.tokens,
            corrupt: corrupt_text.tokens,
            answer,
            notes,
        });

        let clean_run = cache.run(model, &clean_ids, host).await?;
        let corrupt_run = cache.run(model, &corrupt_ids, host).await?;
        let outside = || peek_model::ModelError::NoSuchToken { token: followed, vocab: model.config.vocab };
        host.send(Response::Runs {
            id,
            clean: summary(&*clean_run.final_logits(model).await?, followed, tokenizer)
                .ok_or_else(outside)?,
            corrupt: summary(&*corrupt_run.final_logits(model).await?, followed, tokenizer)
                .ok_or_else(outside)?,
        });

        let total = model.config.layers;
        let mut done = 0;
        let mut send = |rows: Vec<(Layer, Vec<f32>)>| {
            done += rows.len();
            let rows = rows.into_iter().map(|(layer, deltas)| LayerRow { layer, deltas }).collect();
            host.send(Response::Rows { id, rows, done, total });
        };
        if let Some(groups) = cache.sweep(&clean_ids, &corrupt_ids) {
            for group in groups.iter() {
                send(group.deltas(model, followed, scale).await?);
            }
        } else {
            let mut groups = Vec::new();
            for layers in groups_of(total, group_count(model)) {
                let group = Sweep::replay(model, &clean_run.run, &corrupt_run.run, layers, host).await?;
                send(group.deltas(model, followed, scale).await?);
                groups.push(group);
            }
            cache.keep_sweep(&clean_ids, &corrupt_ids, groups);
        }
        host.send(Response::PatchDone { id, elapsed_ms: host.now_ms() - started });
        Ok(())
    }
}
