//! Values with where they were given: at a key, or in a variable of the environment.

use std::fmt;

use servo_core::Error;

use crate::environment::Environment;

/// A text with where it was given. Its `Debug` does not show it: it may be a secret.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) text: String,
    key: &'static str,
    variable: Option<&'static str>,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("key", &self.key)
            .field("variable", &self.variable)
            .finish_non_exhaustive()
    }
}

impl Given {
    /// What is wrong with it, at its key; a variable is named in the message.
    pub(super) fn wrong(&self, what: impl fmt::Display) -> Error {
        let message = match self.variable {
            Some(variable) => format!("the variable {variable}: {what}"),
            None => what.to_string(),
        };
        Error::configuration(message).at(self.key)
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

/// The document's values with the environment behind them.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    environment: &'a Environment,
    taken: Vec<&'static str>,
}

impl<'a> Sources<'a> {
    pub(super) const fn new(environment: &'a Environment) -> Self {
        Self { environment, taken: Vec::new() }
    }

    /// The value of the document, or else that of the variable.
    pub(super) fn value(
        &mut self,
        key: &'static str,
        written: Option<String>,
        variable: &'static str,
    ) -> Option<Given> {
        let written = written.map(|text| Given { text, key, variable: None });
        written.or_else(|| self.variable(key, variable))
    }

    /// The value of the variable, for a key that the document leaves out.
    pub(super) fn variable(&mut self, key: &'static str, variable: &'static str) -> Option<Given> {
        let text = self.environment.get(variable)?.to_owned();
        self.taken.push(variable);
        Some(Given { text, key, variable: Some(variable) })
    }

    /// Whether a variable has a value, without taking it.
    pub(super) fn has(&self, variable: &str) -> bool {
        self.environment.get(variable).is_some()
    }

    /// The variables whose values were taken.
    pub(super) fn taken(self) -> Vec<&'static str> {
        self.taken
    }
}

/// A value that only the document can give.
pub(super) fn written(key: &'static str, text: String) -> Given {
    Given { text, key, variable: None }
}

/// A key that is required and given nowhere, in the words of serde.
pub(super) fn missing(key: &str) -> Error {
    Error::configuration(format!("missing field `{key}`"))
}
