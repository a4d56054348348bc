//! The last outcomes of one condition.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::Outcome;
use crate::model::Trigger;

/// An outcome, and when it was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// The outcome.
    pub outcome: Outcome,
}

/// The last outcomes of one condition, the oldest first.
#[derive(Clone, Debug)]
pub(super) struct Window {
    trigger: Trigger,
    seen: VecDeque<Seen>,
    /// How many of the last are skipped, one after another.
    skipped: usize,
}

impl Window {
    pub(super) const fn new(trigger: Trigger) -> Self {
        Self { trigger, seen: VecDeque::new(), skipped: 0 }
    }

    /// Adds an outcome, and says whether the condition is violated by it.
    ///
    /// A skipped one is added and nothing more: what is in the window stays, and violates nothing. Otherwise the window
    /// is trimmed to its size, and violated where there are as many failures in it as trigger it.
    pub(super) fn add(&mut self, seen: Seen) -> bool {
        let size = usize::try_from(self.trigger.window()).unwrap_or(usize::MAX);
        if seen.outcome.is_skipped() {
            // So many in a row fill the window whatever comes next; another changes nothing and would only take room.
            if self.skipped >= size {
                self.seen.pop_back();
            } else {
                self.skipped += 1;
            }
            self.seen.push_back(seen);
            return false;
        }
        self.skipped = 0;
        self.seen.push_back(seen);
        let surplus = self.seen.len().saturating_sub(size);
        self.seen.drain(..surplus);
        self.failures().count() >= usize::try_from(self.trigger.count()).unwrap_or(usize::MAX)
    }

    /// Gives what is in it, the oldest first.
    pub(super) fn seen(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter()
    }

    /// Gives the failures in it, the oldest first.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(|seen| seen.outcome.is_failed())
    }
}

#[cfg(test)]
mod tests;
