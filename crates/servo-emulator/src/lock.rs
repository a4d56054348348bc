//! The lock on an emulated world: a file beside its state file, which one servo holds at a time.
//!
//! The system lets go of it when the process ends, in whatever way. The file stays, since a file that is removed while
//! another process opens it is no lock.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use servo_core::{Error, Result};

use crate::private;

/// The longest holder that is read, in bytes.
const LONGEST_HOLDER: u64 = 300;

/// Holds a world until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes the lock of the world in the file `state` for a servo. Never waits for another one. Blocks on files.
    ///
    /// # Errors
    ///
    /// Class failed: another servo or connector holds it, or it cannot be taken.
    pub(crate) fn take(state: &Path, servo: &str) -> Result<Self> {
        let path = beside(state);
        let failed = |what: &str, error: std::io::Error| {
            Error::failed(format!("cannot {what} {}", path.display()))
                .with_help("make room and make the folder writable, or name another file with `state_file:`")
                .with_source(error)
        };
        private::create_folder(private::folder(&path))
            .map_err(|error| failed("make the folder of", error))?;
        let mut file = private::options()
            .read(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| failed("open the lock", error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, state)),
            Err(TryLockError::Error(error)) => return Err(failed("take the lock", error)),
        }
        // Who holds it is a courtesy to whoever finds it held: a full disk must not keep a servo from putting things
        // right.
        if let Err(error) = file.set_len(0).and_then(|()| write!(file, "{} {servo}", std::process::id())) {
            tracing::debug!("cannot write into {}: {error}", path.display());
        }
        Ok(Self(file))
    }
}

/// Says who holds the lock of the world in the file `state`; `None` where nobody does. Blocks on files, and makes none.
///
/// # Errors
///
/// Class failed: the lock cannot be looked at.
pub(crate) fn taken(state: &Path) -> Result<Option<String>> {
    let path = beside(state);
    let cannot =
        |error| Error::failed(format!("cannot look at the lock {}", path.display())).with_source(error);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot(error)),
    };
    // Shared, and for no longer than it takes to ask.
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
        Err(TryLockError::WouldBlock) => Ok(Some(named(&mut file))),
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever takes it next, and is looked at before it has written its own name, must not be taken for this one.
        // Where it fails, nothing but a message is less exact.
        let _ = self.0.set_len(0);
    }
}

fn beside(state: &Path) -> PathBuf {
    let mut name = state.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    state.with_file_name(name)
}

/// Says who holds a lock, as its file has it.
fn named(file: &mut File) -> String {
    let mut written = Vec::new();
    // Where locks are mandatory the file cannot be read; the answer does without.
    if file.take(LONGEST_HOLDER).read_to_end(&mut written).is_err() {
        written.clear();
    }
    holder(&String::from_utf8_lossy(&written))
}

fn held(file: &mut File, state: &Path) -> Error {
    let holder = named(file);
    Error::failed(format!("the emulated service in {} is in use by {holder}", state.display()))
        .with_help("give each servo a `state_file` of its own, or stop the other one")
}

/// Says who holds a lock, from what its file has.
fn holder(written: &str) -> String {
    let known =
        written.split_once(' ').and_then(|(process, servo)| Some((process.parse::<u32>().ok()?, servo)));
    match known {
        Some((process, servo)) => format!("servo `{servo}` (process {process})"),
        None => "another servo".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_holds_it_at_a_time_and_the_next_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("deep/world.json");
        let lock = Lock::take(&state, "the shop").unwrap();
        let error = Lock::take(&state, "bar").unwrap_err();
        let message = format!(
            "the emulated service in {} is in use by servo `the shop` (process {})",
            state.display(),
            std::process::id()
        );
        assert_eq!(error.message(), message);
        assert_eq!(error.help(), Some("give each servo a `state_file` of its own, or stop the other one"));
        drop(lock);
        assert_eq!(std::fs::read_to_string(beside(&state)).unwrap(), "");
        let _again = Lock::take(&state, "bar").unwrap();
    }

    #[test]
    fn a_name_of_before_that_was_longer_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("world.json");
        std::fs::write(beside(&state), "1234567 a servo with a long name that was killed").unwrap();
        let _lock = Lock::take(&state, "bar").unwrap();
        let message = Lock::take(&state, "shop").unwrap_err().message().to_owned();
        assert!(message.ends_with(&format!("servo `bar` (process {})", std::process::id())), "{message}");
    }

    proptest! {
        #[test]
        fn any_file_names_a_holder(written in proptest::collection::vec(any::<u8>(), 0..20)) {
            let named = holder(&String::from_utf8_lossy(&written));
            prop_assert!(named == "another servo" || named.starts_with("servo `"));
        }
    }
}
