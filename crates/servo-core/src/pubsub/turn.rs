//! Whose turn it is to publish: one at a time, so that everybody sees one order.

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Error, Result};

thread_local! {
    /// Whether this thread has a turn, of whatever exchange.
    static IS_TAKEN: Cell<bool> = const { Cell::new(false) };
}

/// What only one thread at a time has.
#[derive(Debug, Default)]
pub(super) struct Turn(Mutex<()>);

/// A turn, until it is dropped.
pub(super) struct Taken<'a>(#[expect(dead_code, reason = "held, not read")] MutexGuard<'a, ()>);

impl Turn {
    /// Waits for the others, which never takes longer than their transformers do.
    ///
    /// # Errors
    ///
    /// The thread has a turn already: a transformer wants to publish. Of another exchange as well, since two that wait
    /// for each other would wait for ever.
    pub(super) fn take(&self) -> Result<Taken<'_>> {
        if IS_TAKEN.get() {
            return Err(Error::failed("a transformer cannot publish by itself")
                .with_help("give the message back, or publish from a subscriber"));
        }
        let turn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        IS_TAKEN.set(true);
        Ok(Taken(turn))
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        IS_TAKEN.set(false);
    }
}
