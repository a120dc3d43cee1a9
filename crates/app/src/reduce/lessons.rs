//! Lessons: reading them, taking one, ending it.

use peek_lessons::{Lesson, LessonLink, read_index};

use super::Effects;
use crate::{
    Effect, LessonAction, OpenLesson, Shared, State, StepWork,
    lessons::{LIST, Slot},
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
        self.end_play(effects);
        // From one lesson to the next the reader's own stays what it was.
        let saved = self.lessons.open.take().map(|open| open.saved);
        let saved = saved.unwrap_or_else(|| Shared::new(self.saved()));
        self.greet(false, effects);
        let (steps, step) = (lesson.steps.len(), step.min(lesson.steps.len().saturating_sub(1)));
        let work = vec![StepWork::default(); steps];
        self.lessons.open = Some(OpenLesson { lesson, step, work, saved, wish: None });
        self.together.units.clear();
        self.enter_step(true, effects);
    }

    /// Ends the lesson: the page gets back what its reader had.
    pub(super) fn leave_lesson(&mut self, effects: &mut Effects) {
        let Some(open) = self.lessons.open.take() else { return };
        effects.push(Effect::ForgetAddress);
        effects.push(Effect::Announce("The lesson is closed. Your own inputs are back.".to_owned()));
        self.give_back(&open.saved, effects);
    }

    /// Escape: a presentation first, then what is pinned within a view, then the pinned head, then the lesson.
    pub(super) fn escape(&mut self, effects: &mut Effects) {
        if self.slide.is_some() {
            self.present(None, effects);
        } else if self.let_go(effects) {
            // That was all.
        } else if self.lessons.open.is_some() && self.view.pinned.is_none() {
            self.leave_lesson(effects);
        } else {
            self.unpin(effects);
        }
    }
}
