//! Why a text does not choose checks.

use crate::check::tag;

/// Why a text does not choose checks.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FilterError {
    /// There is nothing where a value should be.
    #[error("expected the {field} of a check, found an empty text")]
    Empty {
        /// What was to be filtered by.
        field: &'static str,
    },
    /// No check has such an id.
    #[error("expected the id of a check, made of `a-z`, `0-9` and `_`, found `{text}`")]
    Id {
        /// What was found.
        text: String,
    },
    /// No check has such a tag.
    #[error("expected a tag, {}, found `{text}`", tag::EXPECTED)]
    Tag {
        /// What was found.
        text: String,
    },
    /// What stands between slashes is no regular expression.
    #[error("expected a regular expression between slashes, found `/{text}/`")]
    Regex {
        /// What stands there.
        text: String,
        /// Why it is none.
        #[source]
        error: Box<regex_lite::Error>,
    },
    /// A regular expression is one of several values.
    #[error("expected a regular expression alone, or {field}s, found `{text}` among others")]
    Among {
        /// What was to be filtered by.
        field: &'static str,
        /// The regular expression.
        text: String,
    },
}

impl FilterError {
    /// Returns what to do about it, where that can be known.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Among { .. } => Some("one regular expression finds several: `/this|that/`"),
            Self::Regex { .. } => {
                Some("put a backslash before characters that have a meaning, such as `(`, `[`, `*` and `+`")
            }
            Self::Id { .. } => Some("`servo check --verbose` shows the ids of all checks"),
            Self::Empty { .. } | Self::Tag { .. } => None,
        }
    }
}
