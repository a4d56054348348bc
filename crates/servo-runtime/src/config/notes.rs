//! What is worth saying of a configuration that is no mistake: each once, however many documents it is true of.

use std::collections::BTreeSet;

/// Logs notes that were not logged before.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    said: BTreeSet<String>,
    is_silent: bool,
}

impl Notes {
    /// Notes that nobody hears, for what was read before.
    pub(crate) fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    pub(crate) fn debug(&mut self, note: &str) {
        if self.is_new(note) {
            tracing::debug!("{note}");
        }
    }

    pub(crate) fn info(&mut self, note: &str) {
        if self.is_new(note) {
            tracing::info!("{note}");
        }
    }

    pub(crate) fn warn(&mut self, note: &str) {
        if self.is_new(note) {
            tracing::warn!("{note}");
        }
    }

    fn is_new(&mut self, note: &str) -> bool {
        !self.is_silent && self.said.insert(note.to_owned())
    }
}
