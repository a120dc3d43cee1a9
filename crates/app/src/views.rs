//! What the further views show: the lens at every position, the parts of the logit, the patterns of whole layers, and
//! the kinds of heads.

use peek_names::{DirectScale, HeadId, LensConvention};
use peek_protocol::{
    AttributionRequest, AttributionResult, HeadKindsRequest, HeadKindsResult, LensGridRequest,
    PatternsRequest, RequestId,
};

use crate::{LensGridResult, LensSpot, PatternsResult, Phase, Run, Shared, TokenAt};

/// What colours the cells of the lens at every position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellColor {
    /// The followed token's share of the softmax.
    #[default]
    Probability,
    /// Its place among all tokens.
    Rank,
    /// How undecided the distribution is.
    Entropy,
}

/// How many heads the attention panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttentionMode {
    /// The head in focus.
    #[default]
    One,
    /// Every head of its layer.
    Layer,
    /// Every head.
    All,
}

/// A token of a strip or of the lines, or a cell of the heatmap, that the pointer is on: what belongs to it is lit elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lit {
    /// Of which prompt.
    pub run: Run,
    /// The token; of a cell, the query.
    pub token: usize,
    /// Of a cell, the key.
    pub key: Option<usize>,
}

/// What can happen to the further views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAction {
    /// Curves, or every position.
    LensGrid(bool),
    /// Which prompt the lens reads at every position.
    LensRun(Run),
    /// What colours its cells.
    LensColor(CellColor),
    /// Whether `resid_mid` is read too.
    LensMid(bool),
    /// How the last LayerNorm is put on lower residuals.
    LensConvention(LensConvention),
    /// A cell of the lens was clicked, or its list closed.
    LensPin(Option<LensSpot>),
    /// A token of a cell's list was clicked: the lens follows it; the answer again where it is empty.
    Follow(String),
    /// A token of a strip was clicked: what it reads and what reads it stays in sight.
    Lock(Option<TokenAt>),
    /// Whether a click on a next token continues its prompt instead of making it the answer.
    Continue(bool),
    /// Opens or closes the parts of the logit.
    Parts(bool),
    /// Of which run the parts are shown.
    PartsRun(Run),
    /// What a direct effect is measured with.
    PartsScale(DirectScale),
    /// How many heads the attention panel shows.
    Attention(AttentionMode),
    /// Draws one head's attention as lines from token to token instead of a map.
    AsLines(bool),
    /// Whether weights are multiplied by the norm of what is read.
    Weighted(bool),
    /// What the pointer is on, among tokens.
    Light(Option<Lit>),
    /// Whether heads are labelled by what they do on repeated tokens.
    LabelHeads(bool),
}

/// What was asked for, and on which load of the model. The request's id is 0: it does not matter.
pub type AskedFor<R> = (u64, R);

/// A view that is asked for with `R` and shows an `S`.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewPanel<R, S> {
    /// The newest request: responses to another are dropped.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// What the newest request asked for.
    pub(crate) asked: Option<AskedFor<R>>,
    /// The last good result and what it was asked for.
    pub shown: Option<(AskedFor<R>, Shared<S>)>,
    /// Whether all of it has arrived.
    pub(crate) is_whole: bool,
}

impl<R, S> Default for ViewPanel<R, S> {
    fn default() -> Self {
        Self { newest: None, phase: Phase::Empty, asked: None, shown: None, is_whole: false }
    }
}

impl<R: Clone + PartialEq, S: Clone> ViewPanel<R, S> {
    /// What is on the screen, whatever it was asked for.
    #[must_use]
    pub fn result(&self) -> Option<&Shared<S>> {
        self.shown.as_ref().map(|(_, result)| result)
    }

    /// Whether what is on the screen is of something else than is wanted.
    #[must_use]
    pub fn is_stale(&self, wanted: Option<&AskedFor<R>>) -> bool {
        self.shown.as_ref().is_some_and(|(asked, _)| Some(asked) != wanted)
    }

    /// Whether `wanted` is on the screen in full.
    pub(crate) fn shows(&self, wanted: &AskedFor<R>) -> bool {
        self.is_whole && self.shown.as_ref().is_some_and(|(asked, _)| asked == wanted)
    }

    /// Whether `wanted` is on its way, or was tried and came to nothing.
    pub(crate) fn tries(&self, wanted: &AskedFor<R>) -> bool {
        let is_tried = matches!(self.phase, Phase::Running | Phase::Failed(_) | Phase::Cancelled);
        is_tried && self.asked.as_ref() == Some(wanted)
    }

    pub(crate) fn start(&mut self, id: RequestId, asked: AskedFor<R>) {
        self.newest = Some(id);
        self.asked = Some(asked);
        self.phase = Phase::Running;
    }

    /// Gives up what is on its way; the engine is to be told of the request that comes back. What failed may be tried
    /// again.
    pub(crate) fn abandon(&mut self) -> Option<RequestId> {
        let was_running = self.phase == Phase::Running;
        if was_running || matches!(self.phase, Phase::Failed(_) | Phase::Cancelled) {
            self.phase = Phase::Waiting;
        }
        self.newest.take().filter(|_| was_running)
    }

    /// Lets what failed be asked for once more.
    pub(crate) fn forgive(&mut self) {
        if self.phase.fault().is_some() {
            self.phase = Phase::Waiting;
        }
    }

    /// Shows `result` as that of the newest request, with more to come.
    pub(crate) fn show(&mut self, result: S) {
        if let Some(asked) = self.asked.clone() {
            self.shown = Some((asked, Shared::new(result)));
            self.is_whole = false;
        }
    }

    /// Changes what is shown, if it is of the newest request.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut S)) {
        if let Some((asked, result)) = &self.shown
            && self.asked.as_ref() == Some(asked)
        {
            let mut next = (**result).clone();
            change(&mut next);
            self.show(next);
        }
    }

    /// Nothing more is to come.
    pub(crate) fn finish(&mut self) {
        self.phase = Phase::Done;
        self.is_whole = true;
    }
}

/// The further views: how they are looked at, and what they show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Views {
    /// Whether the lens shows every position instead of curves.
    pub is_grid: bool,
    /// Which prompt the lens reads at every position.
    pub lens_run: Run,
    /// What colours its cells.
    pub color: CellColor,
    /// Whether `resid_mid` is read too.
    pub with_mid: bool,
    /// How the last LayerNorm is put on lower residuals.
    pub convention: LensConvention,
    /// The cell whose list is shown.
    pub lens_pin: Option<LensSpot>,
    /// The token that it follows instead of the answer; empty for the answer.
    pub follow: String,
    /// Whether a click on a next token continues its prompt instead of making it the answer.
    pub continues: bool,
    /// Whether the parts of the logit are shown.
    pub parts_open: bool,
    /// Of which run.
    pub parts_run: Run,
    /// What a direct effect is measured with.
    pub parts_by: DirectScale,
    /// How many heads the attention panel shows.
    pub mode: AttentionMode,
    /// Whether one head's attention is drawn as lines instead of a map.
    pub as_lines: bool,
    /// Whether weights are multiplied by the norm of what is read.
    pub weighted: bool,
    /// What the pointer is on, among tokens.
    pub lit: Option<Lit>,
    /// The token whose row and column of attention stay in sight.
    pub locked: Option<TokenAt>,
    /// Whether heads are labelled.
    pub labels: bool,
    /// The lens at every position.
    pub lens: ViewPanel<LensGridRequest, LensGridResult>,
    /// The parts of both runs' logits.
    pub parts: ViewPanel<AttributionRequest, AttributionResult>,
    /// Patterns of whole layers.
    pub patterns: ViewPanel<PatternsRequest, PatternsResult>,
    /// Heads on repeated random tokens.
    pub kinds: ViewPanel<HeadKindsRequest, HeadKindsResult>,
}

impl Views {
    /// A head's strongest kind with its score, while heads are labelled.
    #[must_use]
    pub fn kind(&self, head: HeadId, model: u64) -> Option<(&'static str, f32)> {
        let ((asked_of, _), kinds) = self.kinds.shown.as_ref().filter(|_| self.labels)?;
        (*asked_of == model).then(|| kinds.label(head)).flatten()
    }
}
