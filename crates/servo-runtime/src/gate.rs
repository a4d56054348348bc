//! When changes may be made: within windows of time, and so many in an hour.

mod change_rate;
mod rate;
mod window;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use change_rate::{ChangeRate, ChangeRateError};
pub use rate::Rate;
pub use window::{Days, TimeOfDay, Window, Windows, WindowsError};

use jiff::Timestamp;

/// Whose limit is reached, for people.
const OWN: &str = "`change_rate` allows this servo";
const SHARED: &str = "`--change-rate` allows all servos of the process";

/// Holds changes back until they may be made. Changes that lead back to the baseline pass it by.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    /// When changes may be made; none stands for always.
    pub windows: Windows,
    /// How many changes the servo may make in an hour.
    pub rate: Arc<Rate>,
    /// How many changes all servos of the process may make in an hour.
    pub shared: Arc<Rate>,
}

/// Why a change is held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// One word for a program: `window-closed` or `change-rate`.
    pub reason: &'static str,
    /// A sentence for people.
    pub message: String,
    /// How long to wait before asking again: until then the answer is the same, unless a clock is set. It can be days;
    /// who waits asks again each minute, so that a clock that was set is noticed.
    pub wait: Duration,
}

impl Gate {
    /// Asks for one change, and counts it where it may be made. However many servos ask at once, no limit is exceeded,
    /// and a change that is held back counts nowhere.
    ///
    /// # Errors
    ///
    /// Why it may not, at this time.
    pub fn pass(&self, now: Timestamp) -> Result<(), Held> {
        self.windows.check(now)?;
        if Arc::ptr_eq(&self.rate, &self.shared) {
            return self.rate.take(OWN);
        }
        // Always in this order: a servo's own limit is asked by nobody who holds the shared one.
        self.rate.take_after(OWN, || self.shared.take(SHARED))
    }

    /// Says whether a change may be made at this time, without counting one.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn check(&self, now: Timestamp) -> Result<(), Held> {
        self.windows.check(now)?;
        self.rate.check(OWN)?;
        self.shared.check(SHARED)
    }

    /// Takes the changes into account that the servo's journal remembers, the first time it is asked to: a servo that
    /// begins again in the same process has counted its changes since.
    pub fn remember(&self, recent: &[Timestamp], now: Timestamp) {
        if !self.rate.is_untold() {
            return;
        }
        self.rate.remember(recent, now);
        if !Arc::ptr_eq(&self.rate, &self.shared) {
            self.shared.remember(recent, now);
        }
    }
}
