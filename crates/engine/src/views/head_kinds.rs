use peek_interp::{KIND_FROM, head_kinds};
use peek_protocol::{HeadKindsRequest, HeadKindsResult, Place, Response};

use crate::{EngineError, Host, Session, error::fault, session::Loaded};

/// Fewest tokens to repeat: of one, the token before and the one after its earlier occurrence are no two places.
const FEWEST: usize = 2;

impl Session {
    /// Every head on repeated random tokens. The runs are of nobody's text, so none is kept.
    pub(crate) async fn head_kinds(
        &mut self,
        request: HeadKindsRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let HeadKindsRequest { id, half, seeds } = request;
        let Loaded { model, tokenizer, .. } = &*self.loaded()?;
        let (bos, context) = (tokenizer.bos(), model.config.context);
        let most = context.saturating_sub(bos.iter().count()) / 2;
        if most < FEWEST {
            let message = format!(
                "this model's context of {context} tokens is too short to repeat {FEWEST} tokens: load a model with a \
                 longer one"
            );
            return Err(fault(Place::Model, message).into());
        }
        if seeds.is_empty() {
            return Err(fault(Place::Grid, "no random tokens were asked for: name at least one seed").into());
        }
        let half = half.clamp(FEWEST, most);
        let kinds = head_kinds(model, bos, half, &seeds, host).await?;
        host.send(Response::HeadKinds(HeadKindsResult {
            id,
            half,
            induction: kinds.induction,
            previous_token: kinds.previous_token,
            duplicate_token: kinds.duplicate_token,
            label_from: KIND_FROM,
        }));
        Ok(())
    }
}
