//! Whose pattern the attention panel shows, and when it is another.

use std::rc::Rc;

use peek_app::{AttentionRun, Shared, State};
use peek_names::HeadId;
use peek_protocol::{AttentionResult, Pattern, Patterns, PatternsReply, TogetherResult};
use yew::prelude::*;

/// What a drawing of attention is made of: it is made anew when one of these is another. What is not looked at is none.
type Sources = (
    AttentionRun,
    Option<HeadId>,
    Option<Shared<peek_app::PatternsResult>>,
    Option<Shared<AttentionResult>>,
    Option<Shared<TogetherResult>>,
);

fn sources(state: &State) -> Sources {
    let (run, weighted) = (state.attention_run(), state.views.weighted);
    let is_patched = run == AttentionRun::Patched;
    let plain = state.attention.shown.as_ref().filter(|_| !weighted && !is_patched);
    (
        run,
        state.focus_head().filter(|_| weighted),
        state.views.patterns.result().filter(|_| weighted).cloned(),
        plain.map(|shown| shown.result.clone()),
        state.patched_run().filter(|_| is_patched).map(|shown| shown.result.clone()),
    )
}

/// The head and its pattern in the run that is shown; `None` until it has arrived.
fn pattern(state: &State) -> Option<(HeadId, Shared<Pattern>)> {
    let run = state.attention_run();
    if run == AttentionRun::Patched {
        return state.patched_attention().map(|(head, pattern)| (head, Shared::new(pattern.clone())));
    }
    if state.views.weighted {
        let (head, layer) = weighted_layer(state)?;
        let of: &Patterns = if run == AttentionRun::Corrupt { &layer.corrupt } else { &layer.clean };
        let weights = of.heads.get(head.head_index())?.clone();
        return Some((head, Shared::new(Pattern { tokens: of.tokens.clone(), weights })));
    }
    let result = &state.attention.shown.as_ref()?.result;
    let of = if run == AttentionRun::Corrupt { &result.corrupt } else { &result.clean };
    Some((result.head, Shared::new(of.clone())))
}

/// The head in focus and the weighted patterns of its layer, where they have arrived.
fn weighted_layer(state: &State) -> Option<(HeadId, &PatternsReply)> {
    let head = state.focus_head()?;
    let ((_, asked), shown) = state.views.patterns.shown.as_ref()?;
    let layer = shown.layers.iter().find(|layer| layer.layer == head.layer)?;
    (asked.weighted && asked.most.is_none()).then_some((head, &**layer))
}

/// The largest weighted weight of both runs of the head in focus: they share one scale.
pub(super) fn largest_weight(state: &State) -> f32 {
    let both = weighted_layer(state).map(|(head, layer)| {
        [&layer.clean, &layer.corrupt].into_iter().filter_map(move |run| run.heads.get(head.head_index()))
    });
    let weights = both.into_iter().flatten().flatten().copied();
    weights.filter(|weight| weight.is_finite()).fold(f32::MIN_POSITIVE, f32::max)
}

/// The head and its pattern, made anew only when what it is made of is another.
#[hook]
pub(super) fn use_pattern(state: &Rc<State>) -> Rc<Option<(HeadId, Shared<Pattern>)>> {
    let state = Rc::clone(state);
    use_memo(sources(&state), move |_| pattern(&state))
}

/// Whether the pattern belongs to inputs that have since changed.
pub(super) fn is_stale(state: &State) -> bool {
    match state.attention_run() {
        _ if state.views.weighted => state.views.patterns.is_stale(state.wanted_patterns().as_ref()),
        AttentionRun::Patched => state.patched_attention_is_stale(),
        AttentionRun::Clean | AttentionRun::Corrupt => state.attention_is_stale(),
    }
}
