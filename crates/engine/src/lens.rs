use peek_names::TokenId;
use peek_protocol::{LensCurve, LensPrompt, LensRequest, Note, Place, Response};

use crate::{EngineError, Host, Session, convert::lens_points, session::Loaded, texts};

impl Session {
    /// One curve a prompt, sent as each is finished. A prompt that cannot be run does not stop the others.
    pub(crate) async fn lens(&mut self, request: LensRequest, host: &impl Host) -> Result<(), EngineError> {
        let LensRequest { id, prompts, prepend_bos } = request;
        let total = prompts.len();
        let loaded = self.loaded()?;
        for (index, prompt) in prompts.iter().enumerate() {
            let result = curve(loaded, prompt, index, prepend_bos, host).await?;
            host.send(Response::Lens { id, index, result, total });
            host.pause().await?;
        }
        Ok(())
    }
}

async fn curve(
    loaded: &mut Loaded,
    prompt: &LensPrompt,
    index: usize,
    prepend_bos: bool,
    host: &impl Host,
) -> Result<Result<LensCurve, Vec<Note>>, EngineError> {
    let Loaded { model, tokenizer, cache, .. } = loaded;
    let place = Place::LensPrompt(index);
    let text = texts::prompt(tokenizer, &prompt.prompt, prepend_bos, model.config.context, place)?;
    let (answer, answer_notes) = texts::answer(tokenizer, &prompt.answer, Place::LensAnswer(index))?;
    let ids: Vec<TokenId> = text.ids();
    let notes: Vec<Note> = text.notes.into_iter().chain(answer_notes).collect();
    let (false, Some(answer)) = (texts::has_error(&notes), answer.tokens.into_iter().next()) else {
        return Ok(Err(notes));
    };
    let run = cache.run(model, &ids, host).await?;
    let logits = run.lens_logits(model).await?;
    let points = lens_points(model.config.layers, &logits, answer.id);
    Ok(Ok(LensCurve { tokens: text.tokens, answer, points, notes }))
}
