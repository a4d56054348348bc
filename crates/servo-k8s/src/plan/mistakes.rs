//! What is wrong with a section, gathered so that all of it is told together.

use servo_core::{Error, Result};

/// Mistakes, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<Error>);

impl Mistakes {
    /// Takes note of a mistake.
    pub(super) fn add(&mut self, mistake: Error) {
        self.0.push(mistake);
    }

    /// Gives what is sound; of anything else it takes note.
    pub(super) fn sound<T>(&mut self, checked: Result<T>) -> Option<T> {
        checked.map_err(|mistake| self.add(mistake)).ok()
    }

    /// Gives the answer where there is one, and no mistake.
    pub(super) fn or<T>(self, answer: Option<T>) -> Result<T> {
        match (Error::join(self.0), answer) {
            (None, Some(answer)) => Ok(answer),
            (Some(mistakes), _) => Err(mistakes),
            (None, None) => Err(Error::internal("a mistake was found and not told")),
        }
    }
}
