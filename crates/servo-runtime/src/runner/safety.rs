//! How far a servo may go, and what it leaves behind.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use servo_core::safety::{Mode, Restore};

use crate::gate::Gate;

/// How far a servo may go, and what it leaves behind. By default it may do everything at any time, and undoes trials
/// and what was not confirmed.
#[derive(Clone, Debug)]
pub struct Safety {
    /// What it may do to the application.
    pub mode: Mode,
    /// What is undone in the end.
    pub restore: Restore,
    /// When changes may be made.
    pub gate: Gate,
    /// After how long without a word from its optimizer the baseline is restored; `None` for never.
    pub optimizer_lost_after: Option<Duration>,
    /// Why the circuit is broken, where this process has broken it: also where that could not be written down.
    pub trip: Arc<OnceLock<String>>,
}

impl Default for Safety {
    fn default() -> Self {
        Self {
            mode: Mode::Auto,
            restore: Restore::default(),
            gate: Gate::default(),
            optimizer_lost_after: None,
            trip: Arc::default(),
        }
    }
}
