//! What a servo writes down before it changes an application, so that a crash leaves nothing behind.
//!
//! A journal is a list of [records](Record), each on disk before what it announces is done. What they add up to is the
//! [`Ledger`]: the baseline, what is in force, what was begun and not confirmed, and what connectors have noted down.
//! Where records are kept is the runtime's; here is what they mean.

mod change;
mod ledger;
mod record;

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::Result;

pub use change::{Change, Purpose, Values, adjustments, values};
pub use ledger::{Due, Ledger, Trip};
pub use record::{Entry, Record};

/// Keeps the records of one servo.
#[async_trait]
pub trait Journal: Debug + Send + Sync {
    /// Takes the journal into use: reads what there is, and keeps other processes from it. Taking it twice is as good
    /// as once.
    ///
    /// # Errors
    ///
    /// Class configuration: another process uses it, or it is damaged, of a newer form or of another servo. Class
    /// failed: it cannot be read.
    async fn open(&self) -> Result<()> {
        Ok(())
    }

    /// Adds a record of now. When this returns it is on disk.
    ///
    /// # Errors
    ///
    /// It could not be written, such as on a full disk; then the journal is as it was.
    async fn write(&self, entry: Entry) -> Result<()>;

    /// Gives what the records add up to.
    fn ledger(&self) -> Ledger;

    /// Lets other processes use it.
    async fn close(&self) {}
}

/// A journal in memory, which ends with the process: for tests, and for what changes nothing.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<Ledger>);

impl InMemory {
    /// Begins where another has ended.
    pub fn from_ledger(ledger: Ledger) -> Self {
        Self(Mutex::new(ledger))
    }
}

#[async_trait]
impl Journal for InMemory {
    async fn write(&self, entry: Entry) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).apply(&Record::now(entry));
        Ok(())
    }

    fn ledger(&self) -> Ledger {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
