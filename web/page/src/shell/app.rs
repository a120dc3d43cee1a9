use std::rc::Rc;

use gloo_timers::callback::Timeout;
use peek_app::{Action, State};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

use super::{address, host::Host, screen, session};
use crate::{
    panels::Page,
    rest::{self, Missing, Rest},
};

/// What the page is a function of, and the browser's side of it.
pub(crate) struct Root {
    pub(super) state: Rc<State>,
    pub(super) host: Host,
    /// The last word for those who listen to the page.
    said: AttrValue,
    /// Whether that has been shown: what is said before that comes behind it instead of in its place.
    is_shown: bool,
    pub(super) told_ready: bool,
    pub(super) watchers: Vec<screen::Watcher>,
}

impl Root {
    pub(super) fn say(&mut self, text: &str) {
        self.said =
            if self.is_shown { text.to_owned().into() } else { format!("{} {text}", self.said).into() };
        self.is_shown = false;
    }
}

/// Shows the page in `root`.
///
/// Where there is nothing to come back to, the prompts are there at once, to be typed into. Otherwise the rest of the page
/// is awaited, so that nothing is shown that is changed a moment later.
pub(crate) fn start(root: Element) {
    let show = |rest| drop(yew::Renderer::<App>::with_root_and_props(root, AppProps { rest }).render());
    if address::fragment().is_empty() && !session::is_resumed() {
        show(None);
    } else {
        spawn_local(async move { show(rest::arrive().await.ok()) });
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct AppProps {
    /// Where it has arrived already.
    rest: Option<Rest>,
}

pub(crate) enum Message {
    Act(Action),
    Arrived(Result<Rest, Missing>),
    /// Asks for the rest of the page once more.
    Again,
    /// What was taken in meanwhile is shown.
    Draw,
}

/// The root: it owns the state, and everything below is a function of it.
pub(crate) struct App {
    root: Root,
    /// One for as long as the page is there: what has it among its properties can be equal to what it was.
    dispatch: Callback<Action>,
    /// `None` until it has arrived.
    rest: Option<Rest>,
    is_missing: bool,
    /// What was done meanwhile, in its order.
    queue: Vec<Action>,
    /// Until what the engine said is shown.
    soon: Option<Timeout>,
}

impl App {
    /// The rest is there: what was waiting for it is done.
    fn go_on(&mut self, rest: Rest) {
        self.rest = Some(rest);
        self.is_missing = false;
        (rest.settle)(&mut self.root, &self.dispatch);
        for action in self.queue.drain(..) {
            (rest.take)(&mut self.root, action);
        }
        (rest.take)(&mut self.root, Action::Start);
    }

    /// Takes in what happened. Whether it is to be shown now: what the engine said waits until no more of it is there, since
    /// each of its rows would have the page drawn anew.
    fn act(&mut self, ctx: &Context<Self>, action: Action) -> bool {
        let Some(rest) = self.rest else {
            self.queue.push(action);
            return false;
        };
        let waits = action.is_heard();
        (rest.take)(&mut self.root, action);
        if waits {
            self.draw_soon(ctx);
        } else {
            // What waited is shown with it.
            self.soon = None;
        }
        !waits
    }

    /// Shows it after every message that has arrived by now.
    fn draw_soon(&mut self, ctx: &Context<Self>) {
        if self.soon.is_none() {
            let link = ctx.link().clone();
            self.soon = Some(Timeout::new(0, move || link.send_message(Message::Draw)));
        }
    }
}

fn fetch(ctx: &Context<App>) {
    let link = ctx.link().clone();
    spawn_local(async move { link.send_message(Message::Arrived(rest::arrive().await)) });
}

impl Component for App {
    type Message = Message;
    type Properties = AppProps;

    fn create(ctx: &Context<Self>) -> Self {
        let dispatch = ctx.link().callback(Message::Act);
        let root = Root {
            state: Rc::new(State::default()),
            host: Host::new(dispatch.clone()),
            said: AttrValue::default(),
            is_shown: true,
            told_ready: false,
            watchers: Vec::new(),
        };
        let mut app = Self { root, dispatch, rest: None, is_missing: false, queue: Vec::new(), soon: None };
        // Before the first frame, so that nothing flashes.
        if let Some(rest) = ctx.props().rest {
            app.go_on(rest);
        }
        app
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Act(action) => return self.act(ctx, action),
            Message::Draw => self.soon = None,
            Message::Arrived(Ok(rest)) => {
                self.go_on(rest);
                // The engine is on its way by now; what there is to see is made in a task of its own.
                self.draw_soon(ctx);
                return false;
            }
            Message::Arrived(Err(Missing)) => self.is_missing = true,
            Message::Again => {
                self.is_missing = false;
                fetch(ctx);
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let dispatch = self.dispatch.clone();
        let again = self.is_missing.then(|| ctx.link().callback(|_: MouseEvent| Message::Again));
        html! {
            <>
                <Page state={Rc::clone(&self.root.state)} {dispatch} picks={self.root.host.picks()} rest={self.rest} {again} />
                <div class="visually-hidden" role="status" aria-live="polite" data-testid="live">
                    { &self.root.said }
                </div>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        self.root.is_shown = true;
        if first && self.rest.is_none() {
            fetch(ctx);
        }
    }
}
