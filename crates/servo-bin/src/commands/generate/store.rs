//! Files that are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use servo_core::Error;

use crate::failure::Failure;

/// Who may read a new file, before the process's own mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Access {
    /// Everybody, unless the file is there and says otherwise.
    Shared,
    /// Its owner alone.
    Private,
}

/// Writes a file beside its place and renames it, so that there is the old one or the new one, never half of it. A link is
/// followed.
pub(in crate::commands) fn write(path: &Path, text: &str, access: Access) -> Result<(), Failure> {
    replace(path, text, access).map_err(|error| {
        let failed = Error::failed(format!("cannot write {}", path.display()));
        failed.with_help("is the folder there, and may it be written to?").with_source(error).into()
    })
}

fn replace(path: &Path, text: &str, access: Access) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (mode, is_exact) = match (access, fs::metadata(&path)) {
        (Access::Private, _) => (0o600, true),
        (Access::Shared, Ok(there)) => (there.permissions().mode() & 0o777, true),
        (Access::Shared, Err(_)) => (0o666, false),
    };
    let beside = beside(&path);
    // One of a process that was cut off, whose number this one has now.
    let _ = fs::remove_file(&beside);
    let written = fill(&beside, text, mode, is_exact).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // What cannot be removed either is named after this process, and nothing reads it.
        let _ = fs::remove_file(&beside);
    }
    written?;
    // The name is safe once its folder is; not every file system can say so.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let _ = File::open(folder.unwrap_or_else(|| Path::new("."))).and_then(|folder| folder.sync_all());
    Ok(())
}

fn fill(path: &Path, text: &str, mode: u32, is_exact: bool) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    if is_exact {
        file.set_permissions(fs::Permissions::from_mode(mode))?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_private_file_is_its_owners_alone_even_where_it_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        fs::write(&path, "OLD=1\n").unwrap();
        write(&path, "A=1\n", Access::Private).unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap(), mode(&path)), ("A=1\n".to_owned(), 0o600));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_shared_file_keeps_its_mode_and_a_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("real.yaml"), folder.path().join("servo.yaml"));
        fs::write(&path, "a: 1\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, "a: 2\n", Access::Shared).unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap(), mode(&path)), ("a: 2\n".to_owned(), 0o640));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let failure = write(&folder.path().join("none/servo.yaml"), "a: 1\n", Access::Shared).unwrap_err();
        assert_eq!(failure.exit_code(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // A folder stands where the file should be.
        fs::create_dir(folder.path().join("servo.yaml")).unwrap();
        write(&folder.path().join("servo.yaml"), "a: 1\n", Access::Shared).unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
