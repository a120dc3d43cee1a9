use std::rc::Rc;

use peek_app::{Action, Effect, KeepAction, State};
use yew::prelude::*;

use super::{address, boot, drop, host::Host, screen, session};
use crate::panels::Page;

/// The root: it owns the state, and everything below is a function of it.
pub(crate) struct App {
    state: Rc<State>,
    host: Host,
    said: AttrValue,
    told_ready: bool,
    _watchers: Vec<screen::Watcher>,
}

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let dispatch = ctx.link().callback(|action: Action| action);
        let mut state = State::default();
        // Before the first frame, so that nothing flashes.
        state.apply(Action::SystemDark(screen::system_is_dark()));
        state.apply(Action::SetPixelRatio(screen::pixel_ratio()));
        state.apply(Action::SetTheme(screen::stored_theme()));
        state.apply(Action::Greet(screen::is_first_visit()));
        if let Some(id) = screen::remembered_model() {
            state.apply(Action::Remembered(id));
        }
        // Nothing is asked before the engine is there; it is asked for this then.
        let kept = session::kept().filter(|_| session::is_resumed());
        let fragment = address::fragment();
        // A part that stands alone in another page stays one.
        let is_lesson = fragment.starts_with("#lesson=") || fragment.contains("view=only:");
        let is_kept = kept.is_some();
        if let Some(kept) = kept {
            state.apply(Action::Keep(KeepAction::Resume(kept)));
        }
        // What was changed since the address was opened is newer than the address.
        if is_lesson || !is_kept {
            state.apply(Action::Keep(KeepAction::Visit(fragment)));
        }
        let host = Host::new(dispatch.clone());
        let mut watchers = screen::watch(&dispatch);
        watchers.extend(address::watch(&dispatch));
        watchers.extend(drop::watch(&dispatch, &host.picks()));
        Self {
            state: Rc::new(state),
            host,
            said: AttrValue::default(),
            told_ready: false,
            _watchers: watchers,
        }
    }

    fn update(&mut self, _: &Context<Self>, action: Action) -> bool {
        let effects = Rc::make_mut(&mut self.state).apply(action);
        for effect in effects {
            match effect {
                Effect::Announce(text) => self.said = text.into(),
                Effect::ApplyTheme(theme) => screen::apply_theme(theme),
                other => self.host.run(other),
            }
        }
        if !self.told_ready && self.state.engine.is_ready() {
            self.told_ready = true;
            boot::ready();
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let dispatch = ctx.link().callback(|action: Action| action);
        html! {
            <>
                <Page state={Rc::clone(&self.state)} {dispatch} picks={self.host.picks()} />
                <div class="visually-hidden" role="status" aria-live="polite" data-testid="live">
                    { &self.said }
                </div>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            ctx.link().send_message(Action::Start);
        }
    }
}
