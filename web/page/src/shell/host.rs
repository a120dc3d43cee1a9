use std::{cell::RefCell, collections::HashMap, rc::Rc};

use gloo_timers::callback::Timeout;
use peek_app::{Action, Effect, PickId, Timer};
use peek_protocol::BackendKind;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::Callback;

use super::{adapter, address, device, lists, screen, session, worker::EngineWorker};

/// The files that the user picked. The state knows them by number: it holds no browser objects.
#[derive(Clone, Default)]
pub(crate) struct Picks(Rc<RefCell<Vec<Vec<File>>>>);

impl PartialEq for Picks {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Picks {
    /// Keeps `files`; returns the action that tells of them.
    pub(crate) fn keep(&self, files: Vec<File>) -> Action {
        // A file's size is a whole number of bytes in the browser's `f64`.
        let told = files.iter().map(|file| (file.name(), file.size() as u64)).collect();
        let mut picks = self.0.borrow_mut();
        picks.push(files);
        let pick = PickId(u32::try_from(picks.len() - 1).unwrap_or(u32::MAX));
        Action::FilesPicked { pick, files: told }
    }

    fn get(&self, pick: PickId) -> Vec<File> {
        self.0.borrow().get(pick.0 as usize).cloned().unwrap_or_default()
    }
}

/// Carries out effects.
pub(crate) struct Host {
    dispatch: Callback<Action>,
    engine: Option<EngineWorker>,
    /// The engine that the device is being checked with.
    checker: Option<EngineWorker>,
    timers: HashMap<Timer, Timeout>,
    picks: Picks,
}

impl Host {
    pub(crate) fn new(dispatch: Callback<Action>) -> Self {
        Self { dispatch, engine: None, checker: None, timers: HashMap::new(), picks: Picks::default() }
    }

    pub(crate) fn picks(&self) -> Picks {
        self.picks.clone()
    }

    pub(crate) fn run(&mut self, effect: Effect) {
        match effect {
            Effect::ProbeAdapter => {
                let dispatch = self.dispatch.clone();
                spawn_local(async move { dispatch.emit(Action::AdapterProbed(adapter::probe().await)) });
            }
            Effect::FetchLists => lists::fetch(self.dispatch.clone()),
            Effect::FetchReference(file) => lists::fetch_reference(file, self.dispatch.clone()),
            Effect::FetchLesson(file) => lists::fetch_lesson(file, self.dispatch.clone()),
            Effect::ForgetAddress => address::forget(),
            Effect::KeepSession(kept) => session::keep(&kept),
            Effect::DescribeDevice => device::describe(self.dispatch.clone()),
            Effect::RememberModel(id) => screen::remember_model(id.as_deref()),
            Effect::RememberVisit => screen::remember_visit(),
            Effect::KeepStorage => screen::keep_storage(),
            Effect::SpawnEngine { kind, generation } => self.spawn(kind, generation),
            Effect::SpawnChecker { kind, generation } => {
                self.checker = None;
                self.checker = self.start(kind, generation);
            }
            Effect::SendChecker(request) => {
                if let Some(checker) = &self.checker {
                    checker.send(&request, &[]);
                }
            }
            Effect::EndChecker => self.checker = None,
            Effect::Send { request, files } => {
                let files = files.map(|pick| self.picks.get(pick)).unwrap_or_default();
                if let Some(engine) = &self.engine {
                    engine.send(&request, &files);
                }
            }
            Effect::StartTimer { timer, ms, token } => {
                let dispatch = self.dispatch.clone();
                let timeout = Timeout::new(ms, move || dispatch.emit(Action::TimerFired { timer, token }));
                // The one that it replaces is cancelled as it is dropped.
                self.timers.insert(timer, timeout);
            }
            // The root's own.
            Effect::Announce(_) | Effect::ApplyTheme(_) => {}
        }
    }

    fn spawn(&mut self, kind: BackendKind, generation: u64) {
        // First the old one ends: two models at once may be more than the machine holds.
        self.engine = None;
        self.engine = self.start(kind, generation);
    }

    fn start(&self, kind: BackendKind, generation: u64) -> Option<EngineWorker> {
        let engine = EngineWorker::start(kind, generation, &self.dispatch);
        if engine.is_none() {
            let message = "this browser cannot start a module worker; a current one can".to_owned();
            self.dispatch.emit(Action::EngineDied { generation, message });
        }
        engine
    }
}
