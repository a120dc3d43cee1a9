//! Lessons: reading them, taking one, ending it.

use peek_experiment::Analysis;
use peek_lessons::{Ask, HeadRule, Lesson, LessonLink, Pin, Question, read_index};
use peek_names::HeadId;

use super::Effects;
use crate::{
    Effect, LessonAction, OpenLesson, Shared, State, StepWork, Verdict, View, ViewPanel, Views,
    lessons::{Known, LIST, Saved, Slot},
};

impl State {
    pub(super) fn lesson_action(&mut self, action: LessonAction, effects: &mut Effects) {
        match action {
            LessonAction::Read { file, text } if file == LIST => self.lessons_listed(text, effects),
            LessonAction::Read { file, text } => self.lesson_read(&file, text, effects),
            LessonAction::Open(text) => self.open_lesson_file(text, effects),
            LessonAction::Start(id) => self.visit_lesson(Some(LessonLink { id, step: 0 }), effects),
            LessonAction::Go(step) => self.go_to_step(step, effects),
            LessonAction::SetUpAgain => self.enter_step(true, effects),
            LessonAction::Answer(text) => self.answer(text),
            LessonAction::Check => self.check_answer(effects),
            LessonAction::Reveal => self.reveal_answer(effects),
            LessonAction::Leave => self.leave_lesson(effects),
        }
    }

    fn lessons_listed(&mut self, text: Result<String, String>, effects: &mut Effects) {
        let names = text
            .map_err(|error| "The lessons of this page could not be fetched: ".to_owned() + &error + ".")
            .and_then(|text| read_index(&text).map_err(|error| error.to_string()));
        let names = names.unwrap_or_else(|note| {
            self.lessons.notes.push(note);
            Vec::new()
        });
        effects.extend(names.iter().map(|name| Effect::FetchLesson(name.clone())));
        self.lessons.files = Some(names.into_iter().map(|name| (name, Slot::Awaited)).collect());
        self.open_wanted(effects);
    }

    fn lesson_read(&mut self, file: &str, text: Result<String, String>, effects: &mut Effects) {
        let lesson = text
            .map_err(|error| file.to_owned() + " could not be fetched: " + &error + ".")
            .and_then(|text| Lesson::from_json(&text).map_err(|error| error.to_string()));
        let is_twice = |lesson: &Lesson| self.lessons.listed().any(|known| known.id == lesson.id);
        let lesson = match lesson {
            Ok(lesson) if is_twice(&lesson) => {
                Err(file.to_owned() + " is left out: another lesson has its id.")
            }
            other => other,
        };
        let slot = match lesson {
            Ok(lesson) => Slot::There(Shared::new(lesson)),
            Err(note) => {
                self.lessons.notes.push(note);
                Slot::Refused
            }
        };
        let files = self.lessons.files.iter_mut().flatten();
        for (_, place) in files.filter(|(name, place)| name == file && *place == Slot::Awaited) {
            *place = slot.clone();
        }
        self.open_wanted(effects);
    }

    fn open_wanted(&mut self, effects: &mut Effects) {
        if let Some(link) = self.lessons.wanted.take() {
            self.visit_lesson(Some(link), effects);
        }
    }

    /// An address, or the menu, asks for a lesson; `None` is an address that names none.
    pub(super) fn visit_lesson(&mut self, link: Option<LessonLink>, effects: &mut Effects) {
        let found =
            link.as_ref().and_then(|link| self.lessons.listed().find(|lesson| lesson.id == link.id).cloned());
        match (found, link) {
            (Some(lesson), Some(link)) => self.open_lesson(lesson, link.step, effects),
            (None, Some(link)) if !self.lessons.is_complete() => self.lessons.wanted = Some(link),
            _ => {
                let message = "There is no lesson of that name here. Choose one under Lessons.";
                self.keep_note(peek_protocol::NoteLevel::Error, message.to_owned(), effects);
            }
        }
    }

    fn open_lesson_file(&mut self, text: Result<String, String>, effects: &mut Effects) {
        let lesson = text.and_then(|text| Lesson::from_json(&text).map_err(|error| error.to_string()));
        match lesson {
            Ok(lesson) => {
                self.keep.notes.clear();
                let lesson = Shared::new(lesson);
                self.lessons.own = Some(lesson.clone());
                self.open_lesson(lesson, 0, effects);
            }
            Err(why) => self.keep_note(peek_protocol::NoteLevel::Error, why, effects),
        }
    }

    fn open_lesson(&mut self, lesson: Shared<Lesson>, step: usize, effects: &mut Effects) {
        // From one lesson to the next the reader's own stays what it was.
        let saved = self.lessons.open.take().map(|open| open.saved);
        let saved = saved.unwrap_or_else(|| Shared::new(self.saved()));
        let (steps, step) = (lesson.steps.len(), step.min(lesson.steps.len().saturating_sub(1)));
        let work = vec![StepWork::default(); steps];
        self.lessons.open = Some(OpenLesson { lesson, step, work, saved, wish: None });
        self.together.units.clear();
        self.enter_step(true, effects);
    }

    fn saved(&self) -> Saved {
        let mut views: Views = self.views.clone();
        // What was computed belongs to no inputs but its own, and is asked for again.
        (views.lens, views.parts) = (ViewPanel::default(), ViewPanel::default());
        (views.patterns, views.kinds) = (ViewPanel::default(), ViewPanel::default());
        views.lit = None;
        Saved {
            inputs: self.inputs.clone(),
            view: self.view.clone(),
            views,
            units: self.together.units.clone(),
        }
    }

    fn go_to_step(&mut self, step: usize, effects: &mut Effects) {
        let Some(open) = &mut self.lessons.open else { return };
        if step >= open.lesson.steps.len() {
            self.leave_lesson(effects);
            return;
        }
        // Going back shows what that step was about, whatever was made of the page since.
        let is_back = step < open.step;
        open.step = step;
        self.enter_step(is_back, effects);
    }

    /// Sets the page up for the step, where the step says how or `always`.
    fn enter_step(&mut self, always: bool, effects: &mut Effects) {
        let Some(open) = &mut self.lessons.open else { return };
        let Some(step) = open.current() else { return };
        let asked = step.question.as_ref().and_then(|Question { ask, .. }| match ask {
            Ask::Head { rule, .. } => Some(*rule),
            _ => None,
        });
        let sets = (always || step.sets).then(|| (step.page.clone(), step.pin));
        if let Some((page, pin)) = sets {
            open.wish = match pin {
                Pin::By(rule) => Some(rule),
                Pin::Nothing | Pin::Head(_) => None,
            };
            let wish = open.wish;
            self.set_page(&page, pin, effects);
            self.open_for(wish);
        }
        // What decides an answer has to be asked for.
        self.open_for(asked);
        self.want_views(effects);
        self.grant_wish(effects);
    }

    fn open_for(&mut self, rule: Option<HeadRule>) {
        match rule {
            Some(HeadRule::Direct) => self.views.parts_open = true,
            Some(HeadRule::Induction | HeadRule::PreviousToken | HeadRule::DuplicateToken) => {
                self.views.labels = true;
            }
            Some(HeadRule::Strongest | HeadRule::Helpful) | None => {}
        }
    }

    fn set_page(&mut self, page: &Analysis, pin: Pin, effects: &mut Effects) {
        let pinned = match pin {
            Pin::Head(head) => Some(head).filter(|head| self.has_head(*head)),
            Pin::Nothing | Pin::By(_) => None,
        };
        let now = self.analysis();
        if now.pair == page.pair && now.setup == page.setup && now.lens == page.lens {
            // The results are there: only how they are looked at changes.
            self.set_views(&page.views);
            self.view.previewed = None;
            self.view.pinned = pinned;
            self.want_attention(effects);
        } else {
            self.restore_state(&Analysis { pinned, ..page.clone() }, effects);
        }
    }

    /// Whether the loaded model has this head; with none loaded, whether one may have it.
    pub(super) fn has_head(&self, head: HeadId) -> bool {
        self.engine.loaded.as_ref().is_none_or(|loaded| {
            head.layer.index() < loaded.info.layers && head.head_index() < loaded.info.heads
        })
    }

    /// Pins the head that a step wishes for, once it is known.
    pub(super) fn grant_wish(&mut self, effects: &mut Effects) {
        let wish = self.lessons.open.as_ref().and_then(|open| open.wish);
        let Some(Known::Heads(heads)) = wish.map(|rule| self.right_heads(rule, 1)) else { return };
        if let Some(open) = &mut self.lessons.open {
            open.wish = None;
        }
        if let Some(head) = heads.first() {
            self.view.previewed = None;
            self.view.pinned = Some(*head);
            self.want_attention(effects);
        }
    }

    fn work_mut(&mut self) -> Option<&mut StepWork> {
        let open = self.lessons.open.as_mut()?;
        open.work.get_mut(open.step)
    }

    fn answer(&mut self, text: String) {
        if let Some(work) = self.work_mut() {
            work.given = text;
            work.verdict = None;
        }
    }

    /// A head that is clicked while one is asked for is an answer.
    pub(super) fn picked(&mut self, head: HeadId) {
        if let Some(open) = &mut self.lessons.open {
            // The reader has chosen: no rule chooses over it.
            open.wish = None;
            if matches!(open.ask(), Some(Ask::Head { .. })) {
                self.answer(head.to_string());
            }
        }
    }

    fn check_answer(&mut self, effects: &mut Effects) {
        let Some(open) = &self.lessons.open else { return };
        let (Some(Question { ask, hint, explain, .. }), Some(work)) =
            (open.current().and_then(|step| step.question.as_ref()), open.current_work())
        else {
            return;
        };
        let verdict = self.judge(ask, &work.given);
        let said = match &verdict {
            Verdict::Right => "Right. ".to_owned() + explain,
            Verdict::Wrong => "Not yet. ".to_owned() + hint,
            Verdict::Open(why) => (*why).to_owned(),
            Verdict::Shown(text) => text.clone(),
        };
        effects.push(Effect::Announce(said));
        self.judged(verdict);
    }

    fn reveal_answer(&mut self, effects: &mut Effects) {
        let Some(ask) = self.lessons.open.as_ref().and_then(OpenLesson::ask) else { return };
        let verdict = self.reveal(ask);
        effects.push(Effect::Announce(match &verdict {
            Verdict::Shown(text) => "The answer is ".to_owned() + text,
            Verdict::Open(why) => (*why).to_owned(),
            Verdict::Right | Verdict::Wrong => return,
        }));
        self.judged(verdict);
    }

    fn judged(&mut self, verdict: Verdict) {
        if let Some(work) = self.work_mut() {
            work.missed |= verdict == Verdict::Wrong;
            work.verdict = Some(verdict);
        }
    }

    /// Ends the lesson: the page gets back what its reader had.
    pub(super) fn leave_lesson(&mut self, effects: &mut Effects) {
        let Some(open) = self.lessons.open.take() else { return };
        let Saved { inputs, view, views, units } = &*open.saved;
        self.inputs.give_back(inputs.clone());
        let inputs = &self.inputs;
        self.lens.rows.retain(|key, _| inputs.lens_row(*key).is_some());
        // How the screen is belongs to the screen.
        let View { theme, system_dark, pixel_ratio, .. } = self.view;
        let pinned = view.pinned.filter(|head| self.has_head(*head));
        self.view =
            View { theme, system_dark, pixel_ratio, pinned, hovered: None, previewed: None, ..view.clone() };
        let old = std::mem::replace(&mut self.views, views.clone());
        (self.views.lens, self.views.parts) = (old.lens, old.parts);
        (self.views.patterns, self.views.kinds) = (old.patterns, old.kinds);
        self.together.units.clone_from(units);
        if let Some(loaded) = &self.engine.loaded {
            let (layers, heads) = (loaded.info.layers, loaded.info.heads);
            self.keep_units_that_fit(layers, heads);
        }
        effects.push(Effect::ForgetLessonAddress);
        effects.push(Effect::Announce("The lesson is closed. Your own inputs are back.".to_owned()));
        self.run_everything(effects);
    }

    /// Escape: what is pinned by hand first, then the lesson.
    pub(super) fn escape(&mut self, effects: &mut Effects) {
        if self.lessons.open.is_some() && self.view.pinned.is_none() {
            self.leave_lesson(effects);
        } else {
            self.unpin(effects);
        }
    }
}
