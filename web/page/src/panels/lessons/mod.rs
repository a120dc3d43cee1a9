//! Lessons: the menu in the header, and the sheet at the bottom of the page while one is taken.

mod menu;
mod point;
mod question;
mod sheet;

pub(crate) use menu::{LessonsMenu, first_minute};
pub(crate) use sheet::lesson_sheet;
