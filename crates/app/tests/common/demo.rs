//! The page with the demo model behind it: every request is carried out at once.

use std::{cell::RefCell, collections::VecDeque, path::PathBuf};

use peek_app::{Action, AdapterReport, Effect, LessonAction, State};
use peek_engine::{Host, ModelFiles, Session, TokenizerFile};
use peek_interp::{Pace, Stopped};
use peek_protocol::{ModelChoice, Request, Response};

pub(crate) fn assets(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets").join(path)
}

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(assets(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[derive(Default)]
struct Demo(RefCell<Vec<Response>>);

impl Pace for Demo {
    async fn pause(&self) -> Result<(), Stopped> {
        Ok(())
    }
}

impl Host for Demo {
    fn send(&self, response: Response) {
        self.0.borrow_mut().push(response);
    }

    async fn open(&self, _: &ModelChoice) -> Result<ModelFiles, String> {
        Ok(ModelFiles {
            label: "Demo".into(),
            weights: Box::new(&*bytes("demo/model.safetensors").leak()),
            config: Some(bytes("demo/config.json")),
            tokenizer: TokenizerFile::Json(bytes("demo/tokenizer.json")),
        })
    }

    fn now_ms(&self) -> f64 {
        0.0
    }
}

pub(crate) struct DemoPage {
    pub(crate) state: State,
    session: Session,
    host: Demo,
    /// What a screen reader was told since the last action.
    pub(crate) said: Vec<String>,
}

impl DemoPage {
    /// A page that has loaded everything.
    pub(crate) fn opened() -> Self {
        let mut page = Self {
            state: State::default(),
            session: Session::new(),
            host: Demo::default(),
            said: Vec::new(),
        };
        page.act(Action::Start);
        page.act(Action::AdapterProbed(AdapterReport::default()));
        page
    }

    /// Applies an action, and carries out everything that follows from it.
    pub(crate) fn act(&mut self, action: Action) {
        self.said.clear();
        let mut actions = VecDeque::from([action]);
        while let Some(action) = actions.pop_front() {
            for effect in self.state.apply(action) {
                match effect {
                    Effect::Send { request: Request::Cancel(_), .. } => {}
                    Effect::Send { request, .. } => {
                        let done = pollster::block_on(self.session.handle(request, &self.host));
                        done.expect("nothing stops it");
                        let generation = self.state.engine.generation;
                        let told = self.host.0.take().into_iter();
                        actions.extend(told.map(|response| Action::Engine { generation, response }));
                    }
                    Effect::FetchLesson(file) => {
                        let text = String::from_utf8(bytes(&format!("lessons/{file}"))).expect("text");
                        actions.push_back(Action::Lessons(LessonAction::Read { file, text: Ok(text) }));
                    }
                    Effect::StartTimer { timer, token, .. } => {
                        actions.push_back(Action::TimerFired { timer, token });
                    }
                    Effect::Announce(text) => self.said.push(text),
                    _ => {}
                }
            }
        }
    }

    pub(crate) fn lesson(&mut self, action: LessonAction) {
        self.act(Action::Lessons(action));
    }
}
