//! Who uses a journal, asked without taking it into use.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use servo_core::{Error, Result};

use super::lock;

/// Says which other process uses the journal of a state folder; `None` where none does. Blocks on files, and makes none.
///
/// # Errors
///
/// Class failed: the lock cannot be looked at.
pub fn holder(state_dir: &Path) -> Result<Option<String>> {
    let path = state_dir.join(lock::FILE);
    let cannot = |error| Error::failed(format!("cannot look at {}", path.display())).with_source(error);
    let file = match File::open(&path) {
        Ok(file) => file,
        // In no folder there is no lock.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(cannot(error)),
    };
    // Shared, and for no longer than it takes to ask.
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
        Err(TryLockError::WouldBlock) if lock::is_own(&file) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // Where locks are mandatory the file cannot be read; the answer does without.
            if file.take(20).read_to_string(&mut text).is_err() {
                text.clear();
            }
            let process = text.trim().parse::<u32>();
            Ok(Some(process.map_or_else(|_| "another process".to_owned(), |id| format!("process {id}"))))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn another_that_holds_the_lock_is_named_and_one_that_let_go_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(holder(folder.path()).unwrap(), None);
        // As another process has it, which says that it is process 1, as one in a container does.
        let mut other = File::create(folder.path().join(lock::FILE)).unwrap();
        writeln!(other, "1").unwrap();
        other.try_lock().unwrap();
        assert_eq!(holder(folder.path()).unwrap(), Some("process 1".to_owned()));
        drop(other);
        assert_eq!(holder(folder.path()).unwrap(), None);
    }

    #[test]
    fn what_this_process_holds_itself_is_no_other_s() {
        let folder = tempfile::tempdir().unwrap();
        let lock = lock::take(folder.path()).unwrap();
        assert_eq!(holder(folder.path()).unwrap(), None);
        drop(lock);
        assert_eq!(holder(folder.path()).unwrap(), None);
    }
}
