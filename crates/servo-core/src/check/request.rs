//! What is asked of the checks of a servo.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::{Filter, HaltOnFailed, Report};
use crate::duration::Duration;

/// Which checks are to be run, and how. The input of the event [`Check`](crate::event::standard::Check).
#[derive(Clone, Serialize)]
pub struct Checking {
    /// Which checks.
    pub matching: Filter,
    /// Where each connector's run ends.
    pub halt_on: HaltOnFailed,
    /// Whether critical checks that do not match are left out, though checks that match rely on them.
    pub exclusive: bool,
    /// How long a check may take that has no limit of its own.
    pub time_limit: Duration,
    /// Who is told of each check as it runs.
    #[serde(skip)]
    pub reporter: Option<Arc<dyn Report>>,
}

impl Checking {
    /// How long a check may take where nothing else is said.
    pub const TIME_LIMIT: Duration = Duration::from_secs(30);
}

impl Default for Checking {
    fn default() -> Self {
        Self {
            matching: Filter::default(),
            halt_on: HaltOnFailed::default(),
            exclusive: false,
            time_limit: Self::TIME_LIMIT,
            reporter: None,
        }
    }
}

impl fmt::Debug for Checking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checking")
            .field("matching", &self.matching)
            .field("halt_on", &self.halt_on)
            .field("exclusive", &self.exclusive)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
