//! The journal of a servo on disk: append-only, checksummed, synced before what it announces is done.
//!
//! # Form
//!
//! A journal is text, one record a line. A line is a checksum, a blank, JSON and a line feed:
//!
//! ```text
//! a3302ce7 {"servo_journal":1,"servo":"shop"}
//! 95d04a79 {"at":"2026-11-22T08:15:00Z","entry":{"change":{"id":1,"purpose":"trial","before":{"web.cpu":2},"after":{"web.cpu":1}}}}
//! 73cfa5dd {"at":"2026-11-22T08:15:09Z","entry":{"confirmed":{"change":1,"state":{"web.cpu":1}}}}
//! ```
//!
//! The checksum is the CRC-32 of the bytes of the JSON, eight lower-case hexadecimal digits. The first line names the
//! version of the form and the servo; the others are [records](Record). JSON has neither line feeds nor zeros in it, so
//! that each is known for what it is.
//!
//! # Torn and damaged
//!
//! A record is written in one call and synced before anything is done that it announces. Only the last line can
//! therefore be *torn*, by a crash, a full disk or the loss of power: it has no line feed, or blocks of zeros where the
//! disk never got its bytes. It is dropped, since nothing was done after it; unless its checksum is right, with or
//! without a damaged line feed. Any other line whose checksum is wrong is *damaged*: the journal is refused and left
//! as it is, as is one of another servo, of a newer Servo, or what is no journal.
//!
//! A record that cannot be written whole is cut off again. Where even that fails, nothing is added before it has worked.
//!
//! # Compaction
//!
//! A journal of more than 1,000 records or 1 MiB is replaced by one that begins with a [checkpoint](Entry::Checkpoint),
//! followed by the last 100 records as they were. It is written beside as `journal.new`, synced, and put in the other's
//! place, so that there is one or the other whenever the process ends.
//!
//! # Files
//!
//! While a journal is in use its `journal.lock` is locked, and holds the number of the process. The journal itself is
//! there from the first record on and opened for each, so that a servo that changes nothing costs one open file.

mod compaction;
mod contents;
mod disk;
mod error;
mod holder;
mod line;
mod lock;
mod store;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use servo_core::journal::{Entry, Journal, Ledger, Record};
use servo_core::{Error, Result};
use servo_http::Redactor;

pub use self::holder::holder;

use self::disk::{Disk, Real};
use self::store::{Memory, Store};

/// The name of a journal's file in a servo's state folder.
pub const FILE: &str = "journal";

/// The journal of one servo, in a file of its own.
///
/// What was begun is carried through, also where nobody waits for it any more. It needs a tokio runtime.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    store: Arc<Mutex<Store>>,
    memory: Memory,
    /// Takes secrets out of what connectors and servers say, which is written down with failures.
    redactor: Redactor,
}

impl FileJournal {
    /// Names the journal of a servo in its state folder. Nothing is read or written before [`Journal::open`].
    pub fn new(state_dir: &Path, servo: &str) -> Self {
        Self::on(state_dir, servo, Box::new(Real))
    }

    fn on(state_dir: &Path, servo: &str, disk: Box<dyn Disk>) -> Self {
        let memory = Memory::default();
        let store = Store::new(state_dir, servo, Arc::clone(&memory), disk);
        let (store, redactor) = (Arc::new(Mutex::new(store)), Redactor::default());
        Self { path: state_dir.join(FILE), store, memory, redactor }
    }

    /// Sets what knows the secrets that must not be written down.
    pub fn with_redactor(self, redactor: Redactor) -> Self {
        Self { redactor, ..self }
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Uses the file where waiting for a disk holds nobody up. One use waits for the other.
    async fn carry<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> T + Send + 'static,
    ) -> Result<T> {
        let (store, span) = (Arc::clone(&self.store), tracing::Span::current());
        let done = tokio::task::spawn_blocking(move || {
            span.in_scope(|| work(&mut store.lock().unwrap_or_else(PoisonError::into_inner)))
        });
        done.await.map_err(|error| Error::internal("the journal was not carried through").with_source(error))
    }
}

#[async_trait]
impl Journal for FileJournal {
    async fn open(&self) -> Result<()> {
        self.carry(Store::open).await?
    }

    async fn write(&self, entry: Entry) -> Result<()> {
        let entry = match entry {
            Entry::Failed { change, reason } => {
                Entry::Failed { change, reason: self.redactor.redact(&reason) }
            }
            Entry::Tripped { reason } => Entry::Tripped { reason: self.redactor.redact(&reason) },
            other => other,
        };
        self.carry(move |store| store.write(entry)).await?
    }

    fn ledger(&self) -> Ledger {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn close(&self) {
        if let Err(error) = self.carry(Store::close).await {
            tracing::warn!("while closing the journal: {}", error.chain());
        }
    }
}

/// Says whether the journal of a servo was ever taken into use, so that another process may use it now.
pub fn was_used(state_dir: &Path) -> bool {
    lock::is_there(state_dir)
}

/// What can be read of a journal, also of one that is damaged.
#[derive(Debug, Default)]
pub struct Inspection {
    /// Every record that can be read, in the order in which they were written.
    pub records: Vec<Record>,
    /// What those before the first damage add up to.
    pub ledger: Ledger,
    /// The first damage, and the way out: why the journal is refused. A last record that was never written whole is no
    /// damage.
    pub problem: Option<Error>,
}

/// Reads what can be read of a servo's journal without taking it into use, also while another process does. Empty where
/// there is none.
///
/// # Errors
///
/// Class configuration: it is of another servo, of another version, or no journal. Class failed: it cannot be read.
pub async fn inspect(state_dir: &Path, servo: &str) -> Result<Inspection> {
    let (path, servo) = (state_dir.join(FILE), servo.to_owned());
    let reading = tokio::task::spawn_blocking(move || {
        let mut contents = store::read(&path, &servo)?;
        let ledger = contents.ledger();
        let problem = contents.problem.take().map(|problem| problem.explain(&path));
        let records = contents.records.into_iter().map(|(record, _)| record).collect();
        Ok(Inspection { records, ledger, problem })
    });
    reading
        .await
        .map_err(|error| Error::internal("the journal was not read to its end").with_source(error))?
}

/// Reads the journal of a servo without taking it into use, also while another process does. Empty where there is none.
///
/// # Errors
///
/// As [`Journal::open`], but for a process that uses it.
pub async fn read(state_dir: &Path, servo: &str) -> Result<(Vec<Record>, Ledger)> {
    let Inspection { records, ledger, problem } = inspect(state_dir, servo).await?;
    problem.map_or(Ok((records, ledger)), Err)
}

#[cfg(test)]
mod tests;
