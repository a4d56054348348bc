//! Values with the key where they were given.

use std::fmt;

use servo_core::Error;

/// A text with its key. Its `Debug` does not show it: it may be a secret.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) text: String,
    key: &'static str,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Given {
    /// What is wrong with it, at its key.
    pub(super) fn wrong(&self, what: impl fmt::Display) -> Error {
        Error::configuration(what.to_string()).at(self.key)
    }

    /// Refuses text that is empty or that holds white space or control characters.
    pub(super) fn one_word(self) -> Result<Self, Error> {
        if self.text.is_empty() {
            return Err(self.wrong("the text is empty"));
        }
        if self.text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(self.wrong("the text holds white space or control characters"));
        }
        Ok(self)
    }
}

/// A value at its key, where it is given.
pub(super) fn given(key: &'static str, text: Option<String>) -> Option<Given> {
    text.map(|text| written(key, text))
}

/// A value at its key.
pub(super) fn written(key: &'static str, text: String) -> Given {
    Given { text, key }
}

/// A key that is required and given nowhere, in the words of serde.
pub(super) fn missing(key: &str) -> Error {
    Error::configuration(format!("missing field `{key}`"))
}
