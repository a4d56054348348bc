//! A file that is replaced as a whole: after a crash it is the old one or the new one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::private;

/// Writes a file, or leaves it as it was.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = private::folder(path);
    private::create_folder(folder)?;
    let new = beside(path);
    let written = private::options().truncate(true).open(&new).and_then(|mut file| {
        file.write_all(content)?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&new, path)) {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    sync_folder(folder)
}

/// A name for the new file in the same folder. Whoever writes holds the lock, so that one name is enough, and what a
/// crash leaves is overwritten.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Makes the new name itself survive a crash.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
