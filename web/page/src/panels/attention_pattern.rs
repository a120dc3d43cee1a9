//! Whose pattern the attention panel shows, and when it is another.

use std::rc::Rc;

use peek_app::{AttentionRun, Shared, ShownPattern, State};
use peek_names::HeadId;
use peek_protocol::{AttentionResult, TogetherResult};
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

/// The pattern, made anew only when what it is made of is another.
#[hook]
pub(super) fn use_pattern(state: &Rc<State>) -> Rc<Option<ShownPattern>> {
    let state = Rc::clone(state);
    use_memo(sources(&state), move |_| state.shown_pattern())
}
