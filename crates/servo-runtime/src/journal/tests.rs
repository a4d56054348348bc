//! Journals on a disk that works, and on one that does not.

mod compacting;
mod cutting;
mod failing;
mod locking;
mod refusing;
mod using;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use servo_core::journal::{Change, Entry, Journal as _, Ledger, Purpose, Record, Values};
use servo_core::model::Value;
use tempfile::TempDir;

use super::disk::{Disk, Real};
use super::store::{Memory, Store};
use super::{FILE, line};

/// The servo of all these journals.
const SERVO: &str = "shop";

/// A state folder, and the journal in it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn holding(bytes: &[u8]) -> Self {
        let place = Self::new();
        place.put(bytes);
        place
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn file(&self) -> PathBuf {
        self.folder().join(FILE)
    }

    fn put(&self, bytes: &[u8]) {
        // Some file systems wait for the disk where a file is cut and written again.
        fs::remove_file(self.file()).ok();
        fs::write(self.file(), bytes).unwrap();
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.file()).unwrap()
    }

    /// The journal as a process uses it, on a disk.
    fn on(&self, disk: impl Disk + 'static) -> (Store, Memory) {
        let memory = Memory::default();
        (Store::new(self.folder(), SERVO, Arc::clone(&memory), Box::new(disk)), memory)
    }

    /// What the next process reads.
    fn reopened(&self) -> Ledger {
        let (mut store, memory) = self.on(Hasty);
        store.open().unwrap();
        known(&memory)
    }
}

fn known(memory: &Memory) -> Ledger {
    memory.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A disk that never makes anyone wait.
#[derive(Debug)]
struct Hasty;

impl Disk for Hasty {
    fn sync(&self, _: &File) -> io::Result<()> {
        Ok(())
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// A disk that fails when it is told to, and then writes half of what it is given.
#[derive(Clone)]
struct Faulty(Arc<Mutex<Fault>>);

/// Says of each step, by its name, whether it fails.
type Fault = Box<dyn FnMut(&'static str) -> bool + Send>;

impl std::fmt::Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Faulty")
    }
}

impl Faulty {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Box::new(|_| false))))
    }

    fn fail(&self, fault: impl FnMut(&'static str) -> bool + Send + 'static) {
        *self.0.lock().unwrap() = Box::new(fault);
    }

    /// Lets so many steps work, and none after them.
    fn fail_after(&self, mut steps: usize) {
        self.fail(move |_| {
            let is_over = steps == 0;
            steps = steps.saturating_sub(1);
            is_over
        });
    }

    fn heal(&self) {
        self.fail(|_| false);
    }

    fn step(&self, name: &'static str) -> io::Result<()> {
        if (self.0.lock().unwrap())(name) { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Disk for Faulty {
    fn create(&self, file: &Path) -> io::Result<File> {
        self.step("create").and_then(|()| Real.create(file))
    }

    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<usize> {
        match self.step("write") {
            Ok(()) => Real.write(file, bytes),
            Err(_) => Real.write(file, &bytes[..bytes.len() / 2]),
        }
    }

    fn sync(&self, _: &File) -> io::Result<()> {
        self.step("sync")
    }

    fn cut(&self, file: &File, bytes: u64) -> io::Result<()> {
        self.step("cut").and_then(|()| Real.cut(file, bytes))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("rename").and_then(|()| Real.rename(from, to))
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        self.step("remove").and_then(|()| Real.remove(file))
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.step("folder")
    }
}

fn values(value: impl Into<Value>) -> Values {
    Values::from([("web.cpu".to_owned(), value.into())])
}

/// A change of one setting.
fn change(id: u64, before: impl Into<Value>, after: impl Into<Value>) -> Entry {
    Entry::Change(Change { id, purpose: Purpose::Trial, before: values(before), after: values(after) })
}

fn confirmed(change: u64, value: impl Into<Value>) -> Entry {
    Entry::Confirmed { change, state: values(value) }
}

fn created(key: &str) -> Entry {
    Entry::Created {
        connector: "load".to_owned(),
        key: key.to_owned(),
        value: serde_json::json!({ "job": [key] }),
    }
}

/// Records of every kind, with characters that a line must not be torn by.
fn sample() -> Vec<Record> {
    let mut ledger = Ledger::default();
    let entries = [
        change(1, 2, 1),
        confirmed(1, 1),
        change(2, 1, "@J*\n\0 ä"),
        Entry::Failed { change: 2, reason: "timeout".to_owned() },
        created("a@b"),
        Entry::Settled { state: values(2) },
        Entry::Removed { connector: "load".to_owned(), key: "a@b".to_owned() },
        created("c"),
        Entry::Tripped { reason: "too many failures".to_owned() },
        Entry::Reset,
    ];
    let at = |second: i64| Timestamp::from_second(1_795_000_000 + second).unwrap();
    let mut records: Vec<Record> =
        entries.into_iter().zip(0..).map(|(entry, second)| Record { at: at(second), entry }).collect();
    for record in &records {
        ledger.apply(record);
    }
    records.push(Record { at: at(20), entry: Entry::Checkpoint(Box::new(ledger)) });
    records.push(Record { at: at(21), entry: change(3, 2, "J@@") });
    records
}

/// The bytes of a journal.
fn bytes<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<u8> {
    let mut bytes = line::header(SERVO);
    for record in records {
        bytes.extend(line::encode(record).unwrap());
    }
    bytes
}

fn folded<'a>(records: impl IntoIterator<Item = &'a Record>) -> Ledger {
    let mut ledger = Ledger::default();
    for record in records {
        ledger.apply(record);
    }
    ledger
}

/// Counts the records that are whole in the first bytes of a journal. The end of a line need not be there.
fn whole(bytes: &[u8], cut: usize) -> usize {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(end, _)| end);
    ends.filter(|end| *end <= cut).count().saturating_sub(1)
}

#[tokio::test]
async fn a_secret_in_the_reason_of_a_failure_is_not_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let redactor = servo_http::Redactor::default();
    redactor.add("s3cr3t-token");
    let journal = super::FileJournal::new(folder.path(), "shop").with_redactor(redactor);
    let reason = "401 for `Bearer s3cr3t-token`".to_owned();
    journal.write(Entry::Failed { change: 1, reason: reason.clone() }).await.unwrap();
    journal.write(Entry::Tripped { reason }).await.unwrap();
    let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(!text.contains("s3cr3t"), "{text}");
    assert!(text.contains("401 for"), "{text}");
}
