use peek_interp::attention_pattern;
use peek_protocol::{AttentionRequest, AttentionResult, Pattern, Place, Response};

use crate::{
    EngineError, Host, Session,
    session::{Loaded, refuse},
    texts,
};

impl Session {
    /// One head's pattern in both runs.
    pub(crate) async fn attention(
        &mut self,
        request: AttentionRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let AttentionRequest { id, head, clean, corrupt, prepend_bos } = request;
        let Loaded { model, tokenizer, cache, .. } = self.loaded()?;
        let mut patterns = Vec::new();
        for (text, place) in [(clean, Place::Clean), (corrupt, Place::Corrupt)] {
            let text = texts::prompt(tokenizer, &text, prepend_bos, model.config.context, place)?;
            if texts::has_error(&text.notes) {
                refuse(host, id, text.notes, None);
                return Ok(());
            }
            let run = cache.run(model, &text.ids(), host).await?;
            let weights = attention_pattern(model, &run.run, head).await?;
            patterns.push(Pattern { tokens: text.tokens, weights });
        }
        let [clean, corrupt]: [Pattern; 2] = patterns
            .try_into()
            .map_err(|_| EngineError::Device("two prompts gave other than two patterns".into()))?;
        host.send(Response::Attention(AttentionResult { id, head, clean, corrupt }));
        Ok(())
    }
}
