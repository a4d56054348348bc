//! The right to run the program: a lock on a file beside the state, which one servo holds while it runs.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use servo_core::{Error, Result};

use crate::state::{create_folder_of, with_ending};

/// The longest holder that is read, in bytes.
const LONGEST_HOLDER: u64 = 300;

/// Held while the program runs; the system lets go of it when the process ends, in whatever way.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes the lock beside the file of the state. Never waits. Blocks on files.
    ///
    /// # Errors
    ///
    /// Class failed: another servo runs the program, or the lock cannot be taken.
    pub(crate) fn take(state: &Path, servo: &str) -> Result<Self> {
        let path = with_ending(state, ".lock");
        let failed = |error: std::io::Error| {
            Error::failed(format!("cannot take the lock {}", path.display()))
                .with_help("make room, and make the folder writable")
                .with_source(error)
        };
        create_folder_of(&path).map_err(failed)?;
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = (&mut file).take(LONGEST_HOLDER).read_to_string(&mut holder);
                let holder = if holder.is_empty() { "another servo" } else { holder.trim() };
                return Err(Error::failed(format!("the program is run by {holder} already"))
                    .with_help("wait until it has ended, or stop it"));
            }
        }
        // A courtesy to whoever finds it held.
        let _ =
            file.set_len(0).and_then(|()| write!(file, "servo `{servo}` (process {})", std::process::id()));
        Ok(Self(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever takes it next must not be taken for this one.
        let _ = self.0.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_second_is_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("web.json");
        let first = Lock::take(&state, "one").unwrap();
        let error = Lock::take(&state, "two").unwrap_err();
        assert!(error.message().contains("servo `one`"), "{error}");
        drop(first);
        Lock::take(&state, "two").unwrap();
    }
}
