/// A file that is no lesson: where it is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}{problem}.")]
pub struct LessonError {
    /// Such as `Lesson “tokens”, step 2: `.
    pub place: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with a lesson.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No JSON.
    #[error("this is no JSON ({0})")]
    Json(String),
    /// JSON of something else.
    #[error("this is no lesson of Peek: it needs \"format\": \"peek-lesson\"")]
    Format,
    /// Of a later version.
    #[error("this lesson is of a later version; this Peek reads version 1")]
    Version,
    /// A field that nobody knows, most often a misspelt one.
    #[error("there is no field `{field}` here; the fields are {known}")]
    Unknown {
        /// Its name, shortened.
        field: String,
        /// Those that there are.
        known: String,
    },
    /// A field that has to be there.
    #[error("the field `{0}` is missing")]
    Missing(&'static str),
    /// A field that holds something of another kind.
    #[error("`{field}` must be {wanted}")]
    Kind {
        /// Its name.
        field: &'static str,
        /// Of what kind it must be.
        wanted: &'static str,
    },
    /// A word that is none of the known ones.
    #[error("`{field}` cannot be `{value}`; it can be {known}")]
    Value {
        /// The field's name.
        field: String,
        /// What it holds, shortened.
        value: String,
        /// What it can hold.
        known: String,
    },
    /// More of something than is taken.
    #[error("`{field}` is too long: no more than {most} {of} are taken")]
    TooMuch {
        /// The field's name.
        field: &'static str,
        /// The most.
        most: usize,
        /// Of what.
        of: &'static str,
    },
    /// The first step sets no prompts, so that nothing would be known of what it shows.
    #[error("the first step's setup must give `clean`, `corrupt` and `answer`")]
    NoPrompts,
    /// A right answer that cannot be chosen.
    #[error("`right` must be one of the choices, word for word")]
    NoChoice,
}
