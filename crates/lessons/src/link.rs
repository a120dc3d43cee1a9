//! An address that opens a lesson at a step: `#lesson=tokens&step=3`. It lives beside the addresses that hold a whole state,
//! which begin otherwise.

use crate::lesson::is_id;

/// Which lesson, and at which step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonLink {
    /// The lesson's id.
    pub id: String,
    /// Counted from 0.
    pub step: usize,
}

/// What a fragment asks for, with or without its `#`; `None` where it is no address of a lesson. A step that is no number is
/// the first one: an address from a blackboard is typed by hand.
#[must_use]
pub fn read_lesson_link(fragment: &str) -> Option<LessonLink> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let (id, rest) = fragment.strip_prefix("lesson=")?.split_once('&').unwrap_or((&fragment[7..], ""));
    if !is_id(id) {
        return None;
    }
    let digits = rest.strip_prefix("step=").unwrap_or("");
    let nth: usize = if digits.len() <= 3 { digits.parse().unwrap_or(1) } else { 1 };
    Some(LessonLink { id: id.to_owned(), step: nth.saturating_sub(1) })
}

/// The fragment for a step, without `#`.
#[must_use]
pub fn write_lesson_link(link: &LessonLink) -> String {
    let mut out = "lesson=".to_owned();
    out += &link.id;
    out += "&step=";
    out += &(link.step + 1).to_string();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_comes_back() {
        let link = LessonLink { id: "direct-total".into(), step: 2 };
        assert_eq!(write_lesson_link(&link), "lesson=direct-total&step=3");
        assert_eq!(read_lesson_link("#lesson=direct-total&step=3"), Some(link));
    }

    #[test]
    fn what_is_typed_by_hand_opens_the_lesson() {
        for typed in [
            "lesson=a",
            "#lesson=a&",
            "#lesson=a&step=",
            "#lesson=a&step=x",
            "#lesson=a&step=0",
            "#lesson=a&step=-1",
        ] {
            assert_eq!(read_lesson_link(typed), Some(LessonLink { id: "a".into(), step: 0 }), "{typed}");
        }
        assert_eq!(read_lesson_link("#lesson=a&step=99999999999999999999").map(|l| l.step), Some(0));
    }

    #[test]
    fn anything_else_is_no_lesson() {
        let long = format!("#lesson={}", "a".repeat(41));
        for other in [
            "",
            "#",
            "#v1.bos=1",
            "#lesson",
            "#lesson=",
            "#lesson=<b>",
            "#lesson=%00",
            "#lesson=../a",
            "#lesson=é&step=1",
            &long,
        ] {
            assert_eq!(read_lesson_link(other), None, "{other}");
        }
    }
}
