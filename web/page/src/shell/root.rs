//! What the root does once the rest of the page has arrived.

use std::rc::Rc;

use peek_app::{Action, Effect, KeepAction, State, Timer};
use yew::Callback;

use super::{Root, address, boot, drop, screen, session};

/// What is known at the start: the screen, an earlier session, the address.
pub(crate) fn settle(root: &mut Root, dispatch: &Callback<Action>) {
    let state = Rc::make_mut(&mut root.state);
    state.apply(Action::SystemDark(screen::system_is_dark()));
    state.apply(Action::SetPixelRatio(screen::pixel_ratio()));
    state.apply(Action::SetTheme(screen::stored_theme()));
    state.apply(Action::Greet(screen::is_first_visit()));
    if let Some(id) = screen::remembered_model() {
        state.apply(Action::Remembered(id));
    }
    // A presentation that goes by itself goes from here on.
    let timers: Vec<_> = open(state)
        .into_iter()
        .filter(|effect| matches!(effect, Effect::StartTimer { timer: Timer::Slide, .. }))
        .collect();
    for timer in timers {
        root.host.run(timer);
    }
    root.watchers = screen::watch(dispatch);
    root.watchers.extend(address::watch(dispatch));
    root.watchers.extend(drop::watch(dispatch, &root.host.picks()));
}

/// Nothing is asked before the engine is there; it is asked for this then.
fn open(state: &mut State) -> Vec<Effect> {
    let kept = session::kept().filter(|_| session::is_resumed());
    let fragment = address::fragment();
    // A part that stands alone in another page stays one, and what goes by itself goes on.
    let is_asked = address::asks_for_more(&fragment);
    let is_kept = kept.is_some();
    if let Some(kept) = kept {
        state.apply(Action::Keep(KeepAction::Resume(kept)));
    }
    // What was changed since the address was opened is newer than the address.
    if is_asked || !is_kept { state.apply(Action::Keep(KeepAction::Visit(fragment))) } else { Vec::new() }
}

/// Applies an action and carries out what follows from it.
pub(crate) fn take(root: &mut Root, action: Action) {
    for effect in Rc::make_mut(&mut root.state).apply(action) {
        match effect {
            Effect::Announce(text) => root.say(&text),
            Effect::ApplyTheme(theme) => screen::apply_theme(theme),
            other => root.host.run(other),
        }
    }
    if !root.told_ready && root.state.engine.is_ready() {
        root.told_ready = true;
        boot::ready();
    }
}
