//! Lessons: texts that set the page to something, point at a part of it, and ask. A lesson is a JSON file that a teacher
//! can write; nothing in it is code or markup, and no answer that the page can compute stands in it.
//!
//! Here a file is read and checked ([`Lesson::from_json`]), with a sentence that names the lesson and the step where it is
//! wrong. Whoever shows lessons also judges answers: only they have results.

mod error;
mod fields;
mod index;
mod lesson;
mod link;
mod question;
mod read;
mod setup;

pub use error::{LessonError, Problem};
pub use index::{IndexError, read_index};
pub use lesson::{Lesson, POINTS, Pin, Step};
pub use link::{LessonLink, read_lesson_link, write_lesson_link};
pub use question::{Ask, HeadRule, LayerRule, NumberOf, Question, TokenRule};
pub use setup::VIEWS;
