use peek_interp::{LensCell, LensDepth, lens_grid};
use peek_protocol::{LensGridCell, LensGridReply, LensGridRequest, Place, Response};

use crate::{
    EngineError, Host, Refusal, Session,
    convert::{answer_reading, next_tokens},
    session::Loaded,
    texts,
};

impl Session {
    /// The grid's tokens and depths, then a depth at a time: the logits of one depth are all that is held at once.
    pub(crate) async fn lens_grid(
        &mut self,
        request: LensGridRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let started = host.now_ms();
        let LensGridRequest { id, prompt, answer, prepend_bos, with_mid, convention, top } = request;
        let send = |reply| host.send(Response::LensGrid { id, reply });
        let Loaded { model, tokenizer, cache, .. } = self.loaded()?;
        let place = Place::LensPrompt(0);
        let text = texts::prompt(tokenizer, &prompt, prepend_bos, model.config.context, place)?;
        let (answer, answer_notes) = match answer.as_str() {
            "" => (None, Vec::new()),
            answer => {
                let (tokens, notes) = texts::answer(tokenizer, answer, Place::LensAnswer(0))?;
                (tokens.tokens.into_iter().next(), notes)
            }
        };
        let ids = text.ids();
        let notes = [text.notes, answer_notes].concat();
        if texts::has_error(&notes) {
            return Err(EngineError::Invalid(Refusal { notes, tokens: None }));
        }
        let depths = LensDepth::all(model, with_mid);
        let followed = answer.as_ref().map(|answer| answer.id);
        send(LensGridReply::Head {
            tokens: text.tokens,
            followed: answer,
            depths: depths.iter().map(|depth| depth.label()).collect(),
            notes,
        });
        let run = cache.run(model, &ids, host).await?;
        for (depth, of) in depths.iter().enumerate() {
            let of = std::slice::from_ref(of);
            let grid = lens_grid(model, &run.run, of, convention, (followed, top), host).await?;
            let cell = |cell: LensCell| LensGridCell {
                top: next_tokens(cell.top, tokenizer),
                entropy: cell.entropy,
                followed: cell.followed.map(answer_reading),
            };
            let cells = grid.cells.into_iter().flatten().map(cell).collect();
            send(LensGridReply::Row { depth, cells });
        }
        send(LensGridReply::Done { elapsed_ms: host.now_ms() - started });
        Ok(())
    }
}
