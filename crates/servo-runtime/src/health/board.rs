//! The state of every servo, as what happens to it shows.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use servo_http::Redactor;

use super::reading::Reading;
use super::reload::LastReload;
use super::slot::Slot;
use super::state::State;
use crate::runner::{Moment, Stop, Watch};

/// Keeps the state of every servo, from what happens to them.
///
/// It never blocks: each servo has a lock of its own, which is held for as long as it takes to write down a few words.
#[derive(Default)]
pub struct Board {
    servos: Mutex<BTreeMap<Arc<str>, Arc<Mutex<Slot>>>>,
    reload: Mutex<LastReload>,
    stop: Stop,
    redactor: Redactor,
}

impl Board {
    /// Creates a board of no servos. What it says of failures is without the secrets that `redactor` knows, and after a
    /// `stop` it is not ready any more.
    pub fn new(stop: Stop, redactor: Redactor) -> Self {
        Self { servos: Mutex::default(), reload: Mutex::default(), stop, redactor }
    }

    /// Adds a servo that is about to start: until it has reached its optimizer, the program is not ready. One that is
    /// there stays as it is; one that was not added is when it starts.
    pub fn add(&self, servo: &str) {
        self.slot(servo);
    }

    /// Removes a servo that will not start again, with all that is known of it.
    pub fn remove(&self, servo: &str) {
        let removed = lock(&self.servos).remove(servo);
        // Outside of the lock, since an optimizer may end with it.
        drop(removed);
    }

    /// Notes that the configuration was read again, and whether it was applied.
    pub fn reloaded(&self, is_successful: bool) {
        lock(&self.reload).note(is_successful, Timestamp::now());
    }

    /// Says whether the connectors of every servo have started, or the servo has ended.
    pub fn has_started(&self) -> bool {
        self.slots().iter().all(|(_, slot)| lock(slot).has_started())
    }

    /// Says in one line what the servos are doing: `3 servos: 1 measuring, 2 waiting`.
    pub fn summary(&self) -> String {
        let servos = self.read();
        let in_state = |state| match servos.iter().filter(|servo| servo.state == state).count() {
            0 => None,
            count => Some(format!("{count} {}", State::word(state))),
        };
        let tripped = servos.iter().filter(|servo| servo.trip().is_some()).count();
        let lost = servos.iter().filter(|servo| servo.is_lost).count();
        let also = [(tripped, "with a broken circuit"), (lost, "without their optimizer")];
        let also = also.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = State::ALL
            .into_iter()
            .filter_map(in_state)
            .chain(also.map(|(count, what)| format!("{count} {what}")))
            .collect();
        let noun = if servos.len() == 1 { "servo" } else { "servos" };
        format!("{} {noun}: {}", servos.len(), parts.join(", "))
    }

    /// Returns what is known of every servo, sorted by name.
    pub(super) fn read(&self) -> Vec<Reading> {
        let now = Timestamp::now();
        // What is let go of ends behind the lock.
        self.slots()
            .into_iter()
            .map(|(name, slot)| lock(&slot).read(&name, now))
            .map(|(reading, _)| reading)
            .collect()
    }

    /// Returns how the configuration was last read.
    pub(super) fn last_reload(&self) -> LastReload {
        *lock(&self.reload)
    }

    /// Returns why the servos were asked to end, where they were.
    pub(super) fn winding_up(&self) -> Option<String> {
        self.stop.reason()
    }

    /// Returns the text without secrets.
    pub(super) fn redact(&self, text: &str) -> String {
        self.redactor.redact(text)
    }

    fn slot(&self, servo: &str) -> Arc<Mutex<Slot>> {
        let mut servos = lock(&self.servos);
        if let Some(slot) = servos.get(servo) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Mutex::new(Slot::new()));
        servos.insert(servo.into(), Arc::clone(&slot));
        slot
    }

    fn slots(&self) -> Vec<(Arc<str>, Arc<Mutex<Slot>>)> {
        lock(&self.servos).iter().map(|(name, slot)| (Arc::clone(name), Arc::clone(slot))).collect()
    }
}

impl Watch for Board {
    fn moment(&self, servo: &str, moment: Moment<'_>) {
        // It happens often, and changes nothing here.
        if matches!(moment, Moment::Progress { .. }) {
            return;
        }
        let slot = self.slot(servo);
        let released = lock(&slot).take(&moment);
        drop(released);
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("servos", &lock(&self.servos).len()).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
