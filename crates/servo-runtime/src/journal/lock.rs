//! Keeps a journal to one process, and to one use of it in that process.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use servo_core::{Error, Result};

use super::disk;

/// The file that whoever uses the journal of a folder holds locked.
pub(super) const FILE: &str = "journal.lock";

/// Holds a journal until it is dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Lock {
    /// The lock lasts as long as the file is open.
    file: File,
}

/// The device and the number of each file that this process holds locked. What the file says of its holder does not tell this
/// process from one of another container, as both may be process 1.
static OWN: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

impl Lock {
    fn of(file: File) -> Self {
        if let Some(number) = number(&file) {
            OWN.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
        }
        Self { file }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(number) = number(&self.file) {
            OWN.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        }
    }
}

/// Says whether it is this process that holds a file locked.
pub(super) fn is_own(file: &File) -> bool {
    number(file).is_some_and(|number| OWN.lock().unwrap_or_else(PoisonError::into_inner).contains(&number))
}

fn number(file: &File) -> Option<(u64, u64)> {
    file.metadata().ok().map(|data| (data.dev(), data.ino()))
}

/// Why a journal cannot be taken into use.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Somebody else uses it.
    Held(Error),
    /// It cannot be locked, or not be read.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Held(error) | Refusal::Failed(error) => error,
        }
    }
}

/// Makes the state folder where there is none, and locks the journal in it.
///
/// # Errors
///
/// Class failed: somebody else holds it, or the folder or the file cannot be made or locked.
pub(super) fn take(folder: &Path) -> Result<Lock, Refusal> {
    let failed = |what: &str, path: &Path, error: std::io::Error| {
        Error::failed(format!("cannot {what} {}", path.display())).with_source(error).with_help(
            "make the state folder writable for the user that runs the servo, or give it another `state_dir`",
        )
    };
    let made = disk::private_folders().create(folder);
    made.map_err(|error| failed("create the state folder", folder, error))?;
    let path = folder.join(FILE);
    let opened = disk::private_files().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = match opened {
        // A journal on a disk that became read-only can still be read, and others be kept from it.
        Err(error) if is_read_only(error.kind()) && path.exists() => File::open(&path),
        other => other,
    }
    .map_err(|error| failed("open", &path, error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Refusal::Held(held(&mut file, folder, &path))),
        Err(TryLockError::Error(error)) => return Err(failed("lock", &path, error).into()),
    }
    // Who holds it is a courtesy to whoever finds it locked; a full disk must not keep the servo from starting.
    // Of one length, so that the file need not be cut, which some file systems take for a reason to wait for the disk.
    if let Err(error) = writeln!(file, "{:<10}", std::process::id()) {
        tracing::debug!("cannot write the process id to {}: {error}", path.display());
    }
    Ok(Lock::of(file))
}

/// Says whether the journal of a folder was ever locked.
pub(super) fn is_there(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// Says whether a disk refuses all writing.
pub(super) fn is_read_only(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

fn held(file: &mut File, folder: &Path, path: &Path) -> Error {
    let mut holder = String::new();
    // On systems where locks are mandatory the file cannot be read; the message does without.
    if file.take(20).read_to_string(&mut holder).is_err() {
        holder.clear();
    }
    let process = match holder.trim().parse::<u32>() {
        Ok(id) => format!(" (process {id})"),
        Err(_) => String::new(),
    };
    // The configuration is valid: once the other servo has ended, the same start succeeds.
    Error::failed(format!(
        "the state folder {} is in use by another servo{process}, which holds {}",
        folder.display(),
        path.display()
    ))
    .with_help("end that servo, or give this one another name or another `state_dir`")
}
