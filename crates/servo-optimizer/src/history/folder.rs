//! A servo's state folder: for its owner alone, and for one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use servo_core::{Error, Result};

/// The file that the process which uses the folder holds locked.
const LOCK: &str = "lock";

/// Holds a state folder until it is dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

/// Makes the folder where there is none, and locks it.
///
/// # Errors
///
/// Class failed: another process holds it, or it cannot be made.
pub(super) fn prepare(folder: &Path) -> Result<Lock> {
    let failed = |what: &str, path: &Path, error: std::io::Error| {
        Error::failed(format!("cannot {what} {}", path.display())).with_source(error)
    };
    private_folders().create(folder).map_err(|error| failed("create the state folder", folder, error))?;
    let path = folder.join(LOCK);
    let mut file =
        private_files().read(true).write(true).create(true).truncate(false).open(&path).map_err(|error| {
            failed("open", &path, error)
                .with_help("make the state folder writable for the user that runs the servo")
        })?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(held(&mut file, folder, &path)),
        Err(TryLockError::Error(error)) => return Err(failed("lock", &path, error)),
    }
    // Who holds it is a courtesy to whoever finds it locked; a full disk must not keep the servo from starting.
    if let Err(error) = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())) {
        tracing::debug!("cannot write the process id to {}: {error}", path.display());
    }
    Ok(Lock(file))
}

/// Makes an empty file that only its owner may read, unless there is one.
///
/// # Errors
///
/// Class failed: it cannot be made.
pub(super) fn create(file: &Path) -> Result<()> {
    let made = private_files().append(true).create(true).open(file);
    made.map(drop).map_err(|error| {
        Error::failed(format!("cannot open the history {}", file.display()))
            .with_source(error)
            .with_help("make the state folder and the file writable for the user that runs the servo")
    })
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

#[cfg(unix)]
fn private_folders() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

#[cfg(unix)]
fn private_files() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_files() -> OpenOptions {
    OpenOptions::new()
}
