//! What is told while checks are run until they pass.

use crate::check::{Check, Checked, Key, Relief, Remedy};
use crate::duration::Duration;

/// Something that happened while checks are run until they pass.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// A check passes that did not, or was not run.
    Passed {
        /// Which check.
        key: &'a Key,
        /// Its result.
        check: &'a Check,
    },
    /// A check fails that did not, or was not run, or it says something else.
    Failed {
        /// Which check.
        key: &'a Key,
        /// Its result.
        check: &'a Check,
        /// How many checks of the servo hold in this pass.
        passing: usize,
    },
    /// A check that is advice does not hold, as [`Failed`](Self::Failed).
    Warning {
        /// Which check.
        key: &'a Key,
        /// Its result.
        check: &'a Check,
    },
    /// What to do about the check that was told before.
    Hint {
        /// Which check.
        key: &'a Key,
        /// What to do.
        hint: &'a str,
    },
    /// A remedy is about to run.
    Remedying {
        /// Of which check.
        key: &'a Key,
        /// Its result.
        check: &'a Check,
        /// The remedy, which says what it is about to do.
        remedy: &'a Remedy,
    },
    /// A remedy ended.
    Remedied {
        /// Of which check.
        key: &'a Key,
        /// Its result before that.
        check: &'a Check,
        /// What came of it.
        relief: &'a Relief,
    },
    /// A pass ended.
    Pass {
        /// What it found.
        results: &'a [Checked],
    },
    /// Checks fail, and are run again after this.
    Waiting {
        /// How long until then.
        delay: Duration,
    },
    /// No check fails.
    Ready,
    /// Checks fail, and the time is up.
    TimedOut {
        /// How long it was waited for them to pass.
        wait: Duration,
    },
}

/// Is told what happens while checks are run until they pass. A closure can be told, too.
pub trait Follow: Send {
    /// Something happened.
    fn tell(&mut self, news: News<'_>);
}

impl<F: FnMut(News<'_>) + Send> Follow for F {
    fn tell(&mut self, news: News<'_>) {
        self(news);
    }
}
