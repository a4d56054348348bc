//! The second places of a mistake, as a program reads them.

use std::ops::Range;

use super::ConfigDiagnostic;
use crate::config::source::Position;

impl ConfigDiagnostic {
    /// Returns what else of the file belongs to it: what is there, where that begins, and its bytes.
    pub fn notes(&self) -> impl Iterator<Item = (&str, Position, Range<usize>)> {
        self.notes.iter().map(|note| (note.text.as_str(), note.position, note.span.clone()))
    }
}
