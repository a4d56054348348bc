//! Which checks are chosen, by name, id and tag.

mod error;
mod parse;

use std::collections::BTreeSet;

use regex_lite::Regex;
use serde::{Serialize, Serializer};

use super::Check;

pub use error::FilterError;

/// Which checks are chosen: those to which everything applies that is said here.
///
/// Upper and lower case are different. What is not said applies to every check.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Filter {
    /// The names of the checks.
    pub name: Option<Pattern>,
    /// Their ids.
    pub id: Option<Pattern>,
    /// Tags, of which a check has at least one. A check without tags has none.
    pub tags: Option<BTreeSet<String>>,
}

/// What a name or an id may be.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// One of these.
    AnyOf(Vec<String>),
    /// Anything in which the regular expression is found.
    Regex(Regex),
}

impl Filter {
    /// Chooses checks by name.
    pub fn with_name(mut self, name: impl Into<Pattern>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Chooses checks by id.
    pub fn with_id(mut self, id: impl Into<Pattern>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Chooses checks that have one of the tags.
    pub fn with_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Returns true where nothing is said, so that every check is chosen.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.id.is_none() && self.tags.is_none()
    }

    /// Returns true where the check is chosen.
    pub fn matches(&self, check: &Check) -> bool {
        self.name.as_ref().is_none_or(|name| name.matches(&check.name))
            && self.id.as_ref().is_none_or(|id| id.matches(&check.id))
            && self.tags.as_ref().is_none_or(|tags| !tags.is_disjoint(&check.tags))
    }
}

impl Pattern {
    /// Makes a pattern of a regular expression.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn regex(expression: &str) -> Result<Self, FilterError> {
        Regex::new(expression)
            .map(Self::Regex)
            .map_err(|error| FilterError::Regex { text: expression.to_owned(), error: Box::new(error) })
    }

    /// Returns true where the text is one that is looked for.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::AnyOf(values) => values.iter().any(|value| value == text),
            Self::Regex(expression) => expression.is_match(text),
        }
    }
}

impl From<&str> for Pattern {
    fn from(value: &str) -> Self {
        Self::AnyOf(vec![value.to_owned()])
    }
}

impl From<String> for Pattern {
    fn from(value: String) -> Self {
        Self::AnyOf(vec![value])
    }
}

impl From<Vec<String>> for Pattern {
    fn from(values: Vec<String>) -> Self {
        Self::AnyOf(values)
    }
}

impl<const N: usize> From<[&str; N]> for Pattern {
    fn from(values: [&str; N]) -> Self {
        Self::AnyOf(values.map(str::to_owned).to_vec())
    }
}

impl From<Regex> for Pattern {
    fn from(expression: Regex) -> Self {
        Self::Regex(expression)
    }
}

impl Serialize for Pattern {
    /// Writes what it is read from: a list, or a regular expression between slashes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::AnyOf(values) => values.serialize(serializer),
            Self::Regex(expression) => serializer.collect_str(&format_args!("/{expression}/")),
        }
    }
}
