//! The further views: what is switched, what is wanted, what arrives.
//!
//! A view is asked for once the scores of what was typed are there, and only while it is open; typing gives up what is on
//! its way.

use peek_protocol::{
    AttributionRequest, HeadKindsRequest, LensGridRequest, PairTexts, PatternsRequest, Request, RequestId,
};

use super::Effects;
use crate::{AskedFor, AttentionMode, Effect, PatchInputs, Phase, Run, State, ViewAction, ViewPanel};

/// Tokens a side of a thumbnail: of a layer's, and of all heads'.
const LAYER_TILE: usize = 48;
const SMALL_TILE: usize = 24;
/// Likeliest tokens of each cell of the lens.
const TOP: usize = 10;
/// Random tokens that are repeated, and the seeds that draw them: the means of two runs tell kinds apart.
const REPEATED: usize = 24;
const SEEDS: [u64; 2] = [0, 1];

impl State {
    pub(super) fn view_action(&mut self, action: ViewAction, effects: &mut Effects) {
        // What the pointer is on costs nothing, and is told often.
        let is_light = matches!(action, ViewAction::Light(_));
        let views = &mut self.views;
        match action {
            ViewAction::LensPin(spot) => return self.pin_lens(spot, effects),
            ViewAction::Lock(token) => return self.lock(token, effects),
            ViewAction::Follow(text) => return self.follow(text, effects),
            ViewAction::LensGrid(on) => views.is_grid = on,
            ViewAction::LensRun(run) => views.lens_run = run,
            ViewAction::LensColor(color) => views.color = color,
            ViewAction::LensMid(on) => views.with_mid = on,
            ViewAction::LensConvention(convention) => views.convention = convention,
            ViewAction::Continue(on) => views.continues = on,
            ViewAction::Parts(on) => {
                views.parts_open = on;
                self.stage.opened_parts = false;
            }
            ViewAction::PartsRun(run) => views.parts_run = run,
            ViewAction::PartsScale(by) => views.parts_by = by,
            ViewAction::Attention(mode) => views.mode = mode,
            ViewAction::AsLines(on) => views.as_lines = on,
            ViewAction::Weighted(on) => views.weighted = on,
            ViewAction::Light(lit) => views.lit = lit,
            ViewAction::LabelHeads(on) => views.labels = on,
        }
        if !is_light {
            self.want_views(effects);
        }
    }

    /// The pair whose scores are on the screen, with the load of the model that they are of, while that is loaded.
    fn scored_pair(&self) -> Option<&PatchInputs> {
        let serial = self.model_serial();
        self.patch.shown.as_ref().filter(|s| serial != 0 && s.model == serial).map(|s| &s.inputs)
    }

    /// What the lens at every position should show.
    #[must_use]
    pub fn wanted_lens_grid(&self) -> Option<AskedFor<LensGridRequest>> {
        let (pair, views) = (self.scored_pair()?, &self.views);
        let request = LensGridRequest {
            id: RequestId::default(),
            prompt: match views.lens_run {
                Run::Clean => pair.clean.clone(),
                Run::Corrupt => pair.corrupt.clone(),
            },
            answer: if views.follow.is_empty() { &pair.answer } else { &views.follow }.clone(),
            prepend_bos: pair.prepend_bos,
            with_mid: views.with_mid,
            convention: views.convention,
            top: TOP,
        };
        views.is_grid.then_some((self.model_serial(), request))
    }

    /// What the parts should be of: the answer's logit, or where the metric that is set up looks at the foil, its
    /// difference to the foil's.
    #[must_use]
    pub fn wanted_parts(&self) -> Option<AskedFor<AttributionRequest>> {
        let inputs = self.scored_pair()?;
        let mut pair = texts(inputs);
        if self.inputs.setup.metric.needs_foil() {
            pair.foil.clone_from(&self.inputs.foil);
        }
        let by = self.views.parts_by;
        let request = AttributionRequest { id: RequestId::default(), pair, scale: inputs.scale, by };
        self.views.parts_open.then_some((self.model_serial(), request))
    }

    /// Which patterns the attention panel should show beside the one that it always has.
    #[must_use]
    pub fn wanted_patterns(&self) -> Option<AskedFor<PatternsRequest>> {
        let views = &self.views;
        let of_focus = || self.focus_head().map(|head| Some(head.layer));
        let (layer, most) = match views.mode {
            AttentionMode::One if !views.weighted => return None,
            AttentionMode::One => (of_focus()?, None),
            AttentionMode::Layer => (of_focus()?, Some(LAYER_TILE)),
            AttentionMode::All => (None, Some(SMALL_TILE)),
        };
        // Attention depends neither on the answer nor on the foil.
        let pair = PairTexts { answer: String::new(), ..texts(self.scored_pair()?) };
        let request =
            PatternsRequest { id: RequestId::default(), pair, layer, weighted: views.weighted, most };
        Some((self.model_serial(), request))
    }

    fn wanted_kinds(&self) -> Option<AskedFor<HeadKindsRequest>> {
        let request = HeadKindsRequest { id: RequestId::default(), half: REPEATED, seeds: SEEDS.to_vec() };
        let serial = self.model_serial();
        (self.views.labels && serial != 0).then_some((serial, request))
    }

    /// Asks for what the open views should show and do not, once the scores are there.
    pub(super) fn want_views(&mut self, effects: &mut Effects) {
        self.want_kinds(effects);
        if !self.engine.is_ready() || !matches!(self.patch.phase, Phase::Done | Phase::Cancelled) {
            return;
        }
        let (id, wanted) = (self.fresh_id(), self.wanted_patterns());
        want(&mut self.views.patterns, id, wanted, effects, |id, r| {
            Request::Patterns(PatternsRequest { id, ..r })
        });
        let (id, wanted) = (self.fresh_id(), self.wanted_lens_grid());
        want(&mut self.views.lens, id, wanted, effects, |id, r| {
            Request::LensGrid(LensGridRequest { id, ..r })
        });
        let (id, wanted) = (self.fresh_id(), self.wanted_parts());
        want(&mut self.views.parts, id, wanted, effects, |id, r| {
            Request::Attribute(AttributionRequest { id, ..r })
        });
    }

    /// Asks for the kinds of heads, if they are labelled: they depend on the model alone.
    pub(super) fn want_kinds(&mut self, effects: &mut Effects) {
        if self.engine.is_ready() {
            let (id, wanted) = (self.fresh_id(), self.wanted_kinds());
            want(&mut self.views.kinds, id, wanted, effects, |id, r| {
                Request::HeadKinds(HeadKindsRequest { id, ..r })
            });
        }
    }

    /// Gives up what depends on the pair.
    pub(super) fn abandon_views(&mut self, effects: &mut Effects) {
        let views = &mut self.views;
        for id in
            [views.lens.abandon(), views.parts.abandon(), views.patterns.abandon()].into_iter().flatten()
        {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
        views.lit = None;
    }

    /// The engine that was at it is gone, or another model comes.
    pub(super) fn forget_views(&mut self) {
        let views = &mut self.views;
        views.lens.abandon();
        views.parts.abandon();
        views.patterns.abandon();
        views.kinds.abandon();
    }
}

/// Sends for what is wanted unless it is there or on its way; what is no longer wanted is given up.
fn want<R: Clone + PartialEq, S: Clone>(
    panel: &mut ViewPanel<R, S>,
    id: RequestId,
    wanted: Option<AskedFor<R>>,
    effects: &mut Effects,
    request: impl FnOnce(RequestId, R) -> Request,
) {
    match wanted {
        Some(wanted) if panel.tries(&wanted) => {}
        Some(wanted) if !panel.shows(&wanted) => {
            // What was asked for before is superseded by the engine itself.
            effects.push(Effect::Send { request: request(id, wanted.1.clone()), files: None });
            panel.start(id, wanted);
        }
        there => {
            let given_up = panel.abandon();
            effects.extend(given_up.map(|id| Effect::Send { request: Request::Cancel(id), files: None }));
            if there.is_some() {
                panel.phase = Phase::Done;
            }
        }
    }
}

/// The pair of some scores, which know of no foil.
fn texts(pair: &PatchInputs) -> PairTexts {
    PairTexts {
        clean: pair.clean.clone(),
        corrupt: pair.corrupt.clone(),
        answer: pair.answer.clone(),
        foil: String::new(),
        prepend_bos: pair.prepend_bos,
    }
}
