//! The list of a site's lessons: `{ "lessons": ["tokens.json", ..] }`, in the order in which they are offered.

use serde_json::Value;

/// Most lessons of a site.
const MOST: usize = 60;

/// A list of lessons that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Not the expected JSON.
    #[error(
        "The list of lessons cannot be read: it is an object with a list of file names called \"lessons\"."
    )]
    Form,
    /// A name that is no plain file name.
    #[error("The list of lessons may name files beside it only: letters, digits, - and _, then .json.")]
    Name,
    /// More than a menu can show.
    #[error("The list of lessons has more than {MOST} entries: make it shorter.")]
    TooMany,
}

/// The files' names, in the list's order.
///
/// # Errors
/// Where the text is no such list, or names anything but files beside it.
pub fn read_index(text: &str) -> Result<Vec<String>, IndexError> {
    let mut value: Value = serde_json::from_str(text).map_err(|_| IndexError::Form)?;
    let Some(Value::Array(names)) = value.get_mut("lessons").map(Value::take) else {
        return Err(IndexError::Form);
    };
    if names.len() > MOST {
        return Err(IndexError::TooMany);
    }
    names.into_iter().map(name).collect()
}

fn name(value: Value) -> Result<String, IndexError> {
    let Value::String(name) = value else { return Err(IndexError::Form) };
    let is_plain = name.strip_suffix(".json").is_some_and(crate::lesson::is_id);
    if is_plain { Ok(name) } else { Err(IndexError::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_files_beside_it() {
        assert_eq!(
            read_index(r#"{"lessons":["b.json","a-1.json"]}"#),
            Ok(vec!["b.json".into(), "a-1.json".into()])
        );
        for bad in ["../a.json", "a.js", "https://x.test/a.json", ".json", "a/b.json", "a b.json"] {
            let text = format!(r#"{{"lessons":["{bad}"]}}"#);
            assert_eq!(read_index(&text), Err(IndexError::Name), "{bad}");
        }
        for bad in ["", "[]", "{}", r#"{"lessons":{}}"#, r#"{"lessons":[1]}"#] {
            assert_eq!(read_index(bad), Err(IndexError::Form), "{bad}");
        }
        let many = format!(r#"{{"lessons":[{}]}}"#, vec![r#""a.json""#; MOST + 1].join(","));
        assert_eq!(read_index(&many), Err(IndexError::TooMany));
    }
}
