use peek_interp::{InterpError, MeanOver, MeanSum, Site};
use peek_names::TokenId;
use peek_protocol::{Edit, Place, Setup, Side};

use crate::{EngineError, Refusal, pair::Pair, session::Loaded, texts};

/// All that a mean is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MeanPlan {
    pub(crate) site: Site,
    pub(crate) over: MeanOver,
    /// The token that a mean over positions leaves out.
    pub(crate) bos: Option<TokenId>,
    pub(crate) prompts: Vec<Vec<TokenId>>,
}

impl MeanPlan {
    /// The mean that a setup asks for, if it asks for one: over its own prompts, or else over the pair's.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] where one of the prompts cannot be run.
    pub(crate) fn of(
        loaded: &Loaded,
        pair: &Pair,
        setup: &Setup,
        prepend_bos: bool,
    ) -> Result<Option<Self>, EngineError> {
        let prompts = typed(loaded, setup, prepend_bos)?;
        Ok(Self::over(loaded, setup, prepend_bos, || {
            if prompts.is_empty() { vec![pair.ids(Side::Clean), pair.ids(Side::Corrupt)] } else { prompts }
        }))
    }

    /// The mean over some prompts, if the setup asks for one.
    pub(crate) fn over(
        loaded: &Loaded,
        setup: &Setup,
        prepend_bos: bool,
        prompts: impl FnOnce() -> Vec<Vec<TokenId>>,
    ) -> Option<Self> {
        let Edit::Mean(over) = setup.edit else { return None };
        let bos = loaded.tokenizer.bos().filter(|_| prepend_bos);
        Some(Self { site: setup.site, over, bos, prompts: prompts() })
    }

    /// What needs no run to be told.
    ///
    /// # Errors
    /// As [`MeanSum`].
    pub(crate) fn check(&self) -> Result<(), InterpError> {
        MeanSum::new(self.site, self.over, self.bos)?;
        let tokens = self.prompts.first().ok_or(InterpError::MeanOfNothing)?.len();
        if self.over == MeanOver::PromptsAndPositions {
            let counts = self.prompts.iter().flatten().any(|token| Some(*token) != self.bos);
            return if counts { Ok(()) } else { Err(InterpError::MeanOfNothing) };
        }
        match self.prompts.iter().map(Vec::len).find(|found| *found != tokens) {
            Some(found) => Err(InterpError::MeanLengths { tokens, found }),
            None => Ok(()),
        }
    }
}

/// The prompts that a mean's setup names, as tokens.
///
/// # Errors
/// [`EngineError::Invalid`] where one of them cannot be run.
pub(crate) fn typed(
    loaded: &Loaded,
    setup: &Setup,
    prepend_bos: bool,
) -> Result<Vec<Vec<TokenId>>, EngineError> {
    let Edit::Mean(_) = setup.edit else { return Ok(Vec::new()) };
    let context = loaded.model.config.context;
    let (mut prompts, mut notes) = (Vec::new(), Vec::new());
    for (at, text) in setup.mean_prompts.iter().enumerate() {
        let text = texts::prompt(&loaded.tokenizer, text, prepend_bos, context, Place::Setup)?;
        if texts::has_error(&text.notes) {
            notes.extend(text.notes.iter().cloned().map(|mut note| {
                note.message = format!("Prompt {} of the mean: {}", at + 1, note.message);
                note
            }));
        }
        prompts.push(text.ids());
    }
    if notes.is_empty() { Ok(prompts) } else { Err(EngineError::Invalid(Refusal { notes, tokens: None })) }
}
