//! The file of a journal in use: taken, added to record by record, and cut back where that fails.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use servo_core::error::Class;
use servo_core::journal::{Entry, Ledger, Record};
use servo_core::{Error, Result};

use super::compaction::{self, Limits};
use super::contents::{self, Contents, Problem};
use super::disk::Disk;
use super::lock::{self, Lock, Refusal};
use super::{FILE, error, line};

/// A file that a journal is written to before it takes the other's place.
pub(super) const NEW: &str = "journal.new";

/// What the records of a journal add up to, shared with whoever asks for it.
pub(super) type Memory = Arc<Mutex<Ledger>>;

/// The file of a journal. Every method blocks.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
    path: PathBuf,
    servo: String,
    disk: Box<dyn Disk>,
    memory: Memory,
    /// Held while the journal is in use. Nothing below counts without it.
    lock: Option<Lock>,
    /// What is known of the file; `None` where there is none that says anything.
    file: Option<Known>,
    /// Whether the name of the file is certain to be on the disk.
    is_named: bool,
    limits: Limits,
}

/// What is known of a journal's file.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Up to where it is good, in bytes.
    bytes: u64,
    /// How many records that is.
    records: usize,
    /// Whether the end of the last line is missing there.
    lacks_newline: bool,
    /// Whether something may follow that is not good.
    is_dirty: bool,
}

impl Store {
    pub(super) fn new(folder: &Path, servo: &str, memory: Memory, disk: Box<dyn Disk>) -> Self {
        Self {
            folder: folder.to_owned(),
            path: folder.join(FILE),
            servo: servo.to_owned(),
            disk,
            memory,
            lock: None,
            file: None,
            is_named: false,
            limits: Limits::default(),
        }
    }

    /// Takes the journal into use. Where nothing can be written and nothing was, it succeeds and takes nothing.
    pub(super) fn open(&mut self) -> Result<()> {
        match self.take() {
            Err(Refusal::Failed(error)) if error.class() == Class::Failed && self.is_absent() => {
                let path = self.path.display();
                tracing::warn!("no change can be made: cannot keep the journal {path}: {}", error.chain());
                Ok(())
            }
            taken => Ok(taken?),
        }
    }

    /// Adds a record of now, which is on the disk when this returns.
    pub(super) fn write(&mut self, entry: Entry) -> Result<()> {
        self.take()?;
        let record = Record::now(entry);
        let unreadable = |error: serde_json::Error| {
            let message = format!("the record `{}` has no form that could be read back", record.entry.word());
            Error::internal(message).with_source(error)
        };
        let line = line::encode(&record).map_err(unreadable)?;
        // What is on the disk is what counts: the same from now on as after a crash.
        let json = line.strip_suffix(b"\n").and_then(line::checked).unwrap_or_default();
        let record: Record = serde_json::from_slice(json).map_err(unreadable)?;
        self.prepare()
            .and_then(|()| self.append(&line))
            .map_err(|error| error::writing(&self.path, error))?;
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).apply(&record);
        self.compact_where_due();
        Ok(())
    }

    /// Gives the journal out of use.
    pub(super) fn close(&mut self) {
        if self.lock.is_some() {
            self.compact_where_due();
        }
        self.lock = None;
    }

    fn take(&mut self) -> Result<(), Refusal> {
        if self.lock.is_none() {
            let lock = lock::take(&self.folder)?;
            self.load()?;
            self.lock = Some(lock);
            self.compact_where_due();
        }
        Ok(())
    }

    fn is_absent(&self) -> bool {
        let absent =
            |error: io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
        fs::symlink_metadata(&self.path).is_err_and(absent)
    }

    /// Reads what there is, and drops what was never written whole.
    fn load(&mut self) -> Result<()> {
        let contents = load(&self.path, &self.servo)?;
        (self.is_named, self.limits) = (false, Limits::default());
        self.file = contents.has_header.then_some(Known {
            bytes: contents.good as u64,
            records: contents.records.len(),
            lacks_newline: contents.lacks_newline,
            is_dirty: contents.torn > 0 || contents.lacks_newline,
        });
        *self.memory.lock().unwrap_or_else(PoisonError::into_inner) = contents.ledger();
        // Left by a process that ended before it could put it in its place.
        match self.disk.remove(&self.folder.join(NEW)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::debug!("cannot remove {NEW}: {error}");
            }
            _ => {}
        }
        if contents.torn > 0 {
            let (path, torn, records) = (self.path.display(), contents.torn, contents.records.len());
            tracing::warn!(
                "dropped the last {torn} bytes of the journal {path}, a record that was never written whole, so that \
                 nothing was done after it; {records} records are whole"
            );
        }
        if let Err(error) = self.mend() {
            let path = self.path.display();
            tracing::warn!("cannot mend the end of the journal {path}, which the next record needs: {error}");
        }
        Ok(())
    }

    /// Makes sure that a record can be added where it belongs.
    fn prepare(&mut self) -> io::Result<()> {
        if self.file.is_some_and(|file| self.limits.are_exhausted(file.bytes)) {
            self.compact()?;
        }
        match self.file {
            None => self.renew()?,
            Some(file) => match fs::metadata(&self.path) {
                Ok(found) if found.len() == file.bytes || file.is_dirty && found.len() > file.bytes => {}
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {
                    // Nobody else may write to it; what it said is known.
                    tracing::warn!("the journal {} was changed by others: written anew", self.path.display());
                    self.renew()?;
                }
            },
        }
        self.mend()?;
        self.name()
    }

    /// Adds a line, or leaves the file as it was.
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let Some(before) = self.file else { return Err(ErrorKind::NotFound.into()) };
        let opened = OpenOptions::new().append(true).open(&self.path)?;
        // Also if this never returns.
        self.file = Some(Known { is_dirty: true, ..before });
        let written = write_whole(&*self.disk, &opened, line).and_then(|()| self.disk.sync(&opened));
        if let Err(error) = written {
            if let Err(error) = self.mend() {
                let path = self.path.display();
                tracing::warn!("cannot cut the journal {path} back, which the next record needs: {error}");
            }
            return Err(error);
        }
        let bytes = before.bytes.saturating_add(line.len() as u64);
        self.file = Some(Known { bytes, records: before.records.saturating_add(1), ..before });
        Ok(())
    }

    /// Cuts off what is not good, and ends the last line.
    fn mend(&mut self) -> io::Result<()> {
        let Some(file) = self.file.filter(|file| file.is_dirty || file.lacks_newline) else { return Ok(()) };
        let opened = OpenOptions::new().append(true).open(&self.path)?;
        self.disk.cut(&opened, file.bytes)?;
        if file.lacks_newline {
            write_whole(&*self.disk, &opened, b"\n")?;
        }
        self.disk.sync(&opened)?;
        let bytes = file.bytes.saturating_add(u64::from(file.lacks_newline));
        self.file = Some(Known { bytes, lacks_newline: false, is_dirty: false, ..file });
        Ok(())
    }

    /// Makes sure that the name of the file is on the disk: before that, what is written to it can be lost with it.
    fn name(&mut self) -> io::Result<()> {
        if !self.is_named {
            self.disk.sync_folder(&self.folder)?;
            self.is_named = true;
        }
        Ok(())
    }

    /// Writes the file anew from what is known.
    fn renew(&mut self) -> io::Result<()> {
        let ledger = self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (bytes, records) = compaction::anew(&self.servo, ledger)?;
        self.replace(&bytes, records)
    }

    /// Compacts a file that has grown enough. Where that fails, it is tried again once it has grown as much again.
    fn compact_where_due(&mut self) {
        let Some(file) = self.file.filter(|file| self.limits.are_reached(file.records, file.bytes)) else {
            return;
        };
        if let Err(error) = self.compact() {
            tracing::warn!(
                "cannot compact the journal {}, which goes on as it is: {error}",
                self.path.display()
            );
            self.limits.put_off(file.records, file.bytes);
        }
    }

    fn compact(&mut self) -> io::Result<()> {
        self.mend()?;
        let bytes = fs::read(&self.path)?;
        let ledger = self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (bytes, records) = compaction::compacted(&bytes, &self.servo, &ledger)?;
        self.replace(&bytes, records)?;
        self.limits = Limits::after(bytes.len() as u64);
        Ok(())
    }

    /// Puts another file in its place: whatever happens, there is the old one or the new one.
    fn replace(&mut self, bytes: &[u8], records: usize) -> io::Result<()> {
        let new = self.folder.join(NEW);
        let placed = self.disk.create(&new).and_then(|file| {
            write_whole(&*self.disk, &file, bytes)?;
            self.disk.sync(&file)?;
            self.disk.rename(&new, &self.path)
        });
        if let Err(error) = placed {
            // It must not take the space that is missing; the next start removes it otherwise.
            self.disk.remove(&new).ok();
            return Err(error);
        }
        let bytes = bytes.len() as u64;
        self.file = Some(Known { bytes, records, lacks_newline: false, is_dirty: false });
        self.is_named = false;
        self.name()
    }
}

/// Reads the file of a journal, if there is one.
pub(super) fn read(path: &Path, servo: &str) -> Result<Contents> {
    let bytes = match fs::metadata(path) {
        Ok(found) if found.len() > compaction::LARGEST => return Err(Problem::Foreign.explain(path)),
        _ => fs::read(path),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Contents::default()),
        Err(error) => return Err(error::reading(path, error)),
    };
    contents::parse(&bytes, servo).map_err(|problem| problem.explain(path))
}

/// Reads the file of a journal, if there is one, and refuses it unless all of it can be read.
fn load(path: &Path, servo: &str) -> Result<Contents> {
    let mut contents = read(path, servo)?;
    match contents.problem.take() {
        Some(problem) => Err(problem.explain(path)),
        None => Ok(contents),
    }
}

/// Writes all or says why not. A call that writes less has met the end of a disk.
fn write_whole(disk: &dyn Disk, file: &fs::File, bytes: &[u8]) -> io::Result<()> {
    loop {
        match disk.write(file, bytes) {
            Ok(written) if written == bytes.len() => return Ok(()),
            Ok(_) => return Err(ErrorKind::StorageFull.into()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
