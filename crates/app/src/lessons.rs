//! Lessons as the page knows them: which there are, which is open and how far, and what its reader had before.

mod judge;
mod numbers;

use peek_lessons::{Ask, HeadRule, Lesson, LessonLink, Step, write_lesson_link};

use crate::{Shared, State, history::Saved};

pub(crate) use judge::Known;

/// The site's list of lessons, beside their files.
pub(crate) const LIST: &str = "index.json";

/// What can happen to lessons.
#[derive(Clone, Debug, PartialEq)]
pub enum LessonAction {
    /// A file that [`crate::Effect::FetchLesson`] asked for: its text, or why it could not be read.
    Read {
        /// Its name.
        file: String,
        /// Its text.
        text: Result<String, String>,
    },
    /// A lesson's file was opened by hand: its text, or why it could not be read.
    Open(Result<String, String>),
    /// The lesson of this id was chosen.
    Start(String),
    /// Another step was chosen, counted from 0; past the last one the lesson ends.
    Go(usize),
    /// The page is to be set up as the step says, once more.
    SetUpAgain,
    /// An answer is being typed or was chosen.
    Answer(String),
    /// The answer is to be judged.
    Check,
    /// The right answer is to be shown.
    Reveal,
    /// The lesson ends; the page gets back what its reader had.
    Leave,
}

/// What has come of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Right,
    /// It is not.
    Wrong,
    /// It cannot be judged, and why.
    Open(&'static str),
    /// The right answer was asked for: this is it.
    Shown(String),
}

/// What the reader has made of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepWork {
    /// The answer: of a choice its place, else a text.
    pub given: String,
    /// What has come of it.
    pub verdict: Option<Verdict>,
    /// Whether an answer to it was wrong.
    pub missed: bool,
}

/// A lesson that is being taken.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenLesson {
    /// The lesson.
    pub lesson: Shared<Lesson>,
    /// Counted from 0.
    pub step: usize,
    /// One for each step.
    pub work: Vec<StepWork>,
    /// What the page is to be given back.
    pub(crate) saved: Shared<Saved>,
    /// The head that is to be pinned once it is known which that is.
    pub(crate) wish: Option<HeadRule>,
}

impl OpenLesson {
    /// The step that is shown.
    #[must_use]
    pub fn current(&self) -> Option<&Step> {
        self.lesson.steps.get(self.step)
    }

    /// What has been made of it.
    #[must_use]
    pub fn current_work(&self) -> Option<&StepWork> {
        self.work.get(self.step)
    }

    /// What it asks.
    pub(crate) fn ask(&self) -> Option<&Ask> {
        self.current()?.question.as_ref().map(|question| &question.ask)
    }

    /// The address's fragment that opens this step, without `#`.
    #[must_use]
    pub fn link(&self) -> String {
        write_lesson_link(&LessonLink { id: self.lesson.id.clone(), step: self.step })
    }
}

/// What has become of a file of the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Slot {
    /// It is on its way.
    Awaited,
    /// It is a lesson.
    There(Shared<Lesson>),
    /// It is none; a note says why.
    Refused,
}

/// The lessons' part of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LessonsPanel {
    /// Each file of the list, in its order; `None` until the list itself is there.
    pub(crate) files: Option<Vec<(String, Slot)>>,
    /// A lesson that was opened from a file.
    pub own: Option<Shared<Lesson>>,
    /// What is to be said of files that cannot be used.
    pub notes: Vec<String>,
    /// What an address asks for, until the lessons are there.
    pub(crate) wanted: Option<LessonLink>,
    /// The lesson that is being taken.
    pub open: Option<OpenLesson>,
}

impl LessonsPanel {
    /// Every lesson that can be taken, in the list's order, the reader's own last.
    pub fn listed(&self) -> impl Iterator<Item = &Shared<Lesson>> {
        let files = self.files.iter().flatten().filter_map(|(_, slot)| match slot {
            Slot::There(lesson) => Some(lesson),
            Slot::Awaited | Slot::Refused => None,
        });
        files.chain(&self.own)
    }

    /// Whether nothing more of the list is to come.
    pub(crate) fn is_complete(&self) -> bool {
        self.files.as_ref().is_some_and(|files| files.iter().all(|(_, slot)| *slot != Slot::Awaited))
    }
}

impl State {
    /// The part of the page that the open lesson points at.
    #[must_use]
    pub fn pointed_at(&self) -> Option<&'static str> {
        self.lessons.open.as_ref()?.current()?.points_at
    }

    /// The points of the lens that a question about layers lets choose from: those of its first curve, and `never`.
    #[must_use]
    pub fn lens_choices(&self) -> Vec<String> {
        let points = self.curves().next().map(|(_, _, shown, _)| &shown.curve.points);
        let labels = points.into_iter().flatten().map(|point| point.label.clone());
        labels.chain([judge::NEVER.to_owned()]).collect()
    }
}
