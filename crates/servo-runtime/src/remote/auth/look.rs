//! One look at a file with credentials: its text, its fingerprint, and who else can read or write it.

use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::Path;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// What tells a file from another that took its place, or from itself when it was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fingerprint {
    /// There is no file.
    Absent,
    /// There is one.
    Of {
        /// Its size in bytes.
        size: u64,
        /// Device and inode: a file that is renamed into place has another.
        place: (u64, u64),
        /// When the content was last written, in seconds and nanoseconds.
        written: (i64, i64),
        /// When the permissions or the content last changed, in seconds and nanoseconds.
        changed: (i64, i64),
    },
}

/// What a look at a file came to.
pub(super) struct Look {
    /// Its text, or why there is none, as the end of a sentence about the file.
    pub(super) text: Result<String, String>,
    /// Its fingerprint.
    pub(super) fingerprint: Fingerprint,
    /// Whether every user of the machine can read it.
    pub(super) is_readable_by_others: bool,
}

impl Look {
    /// Looks at a file, which blocks.
    pub(super) fn at(path: &Path) -> Self {
        let mut look =
            Self { text: Ok(String::new()), fingerprint: Fingerprint::Absent, is_readable_by_others: false };
        look.text = look.read(path);
        look
    }

    /// Says that nothing could be found out.
    pub(super) const fn failed(reason: String) -> Self {
        Self { text: Err(reason), fingerprint: Fingerprint::Absent, is_readable_by_others: false }
    }

    fn read(&mut self, path: &Path) -> Result<String, String> {
        let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
        // To open a pipe would wait for whoever writes to it.
        let metadata = fs::metadata(path).map_err(unreadable)?;
        self.fingerprint = Fingerprint::of(&metadata);
        if !metadata.is_file() {
            return Err("is not a regular file".to_owned());
        }
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        self.fingerprint = Fingerprint::of(&metadata);
        let mode = mode(&metadata);
        self.is_readable_by_others = mode & 0o004 != 0;
        if mode & 0o002 != 0 {
            return Err(format!("can be written by every user: chmod 600 {}", path.display()));
        }
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!("is larger than {} KiB", MAX_BYTES / 1024));
        }
        // The error of the conversion would hold the bytes.
        String::from_utf8(bytes).map_err(|_| "is not text in UTF-8".to_owned())
    }
}

impl Fingerprint {
    /// Takes the fingerprint of a file, which blocks.
    pub(super) fn at(path: &Path) -> Self {
        fs::metadata(path).as_ref().map_or(Self::Absent, Self::of)
    }

    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self::Of {
            size: metadata.size(),
            place: (metadata.dev(), metadata.ino()),
            written: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        let written = metadata.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
        let written = written.map_or((0, 0), |time| (time.as_second(), i64::from(time.subsec_nanosecond())));
        Self::Of { size: metadata.len(), place: (0, 0), written, changed: written }
    }
}

/// Who may do what with the file.
#[cfg(unix)]
fn mode(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.mode()
}

/// Other systems say it in ways that are not looked at.
#[cfg(not(unix))]
const fn mode(_: &Metadata) -> u32 {
    0
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn file(content: &[u8], mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), content).unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn a_file_is_read_with_its_permissions() {
        let private = file(b"abc\n", 0o600);
        let look = Look::at(private.path());
        assert_eq!((look.text.as_deref(), look.is_readable_by_others), (Ok("abc\n"), false));
        assert_eq!(look.fingerprint, Fingerprint::at(private.path()));

        let look = Look::at(file(b"abc", 0o644).path());
        assert_eq!((look.text.as_deref(), look.is_readable_by_others), (Ok("abc"), true));
        assert!(!Look::at(file(b"abc", 0o660).path()).is_readable_by_others);
    }

    #[test]
    fn what_cannot_be_credentials_is_refused_with_the_reason() {
        let refusal = |path: &Path| Look::at(path).text.unwrap_err();
        let writable = file(b"abc", 0o602);
        let said = refusal(writable.path());
        assert_eq!(said, format!("can be written by every user: chmod 600 {}", writable.path().display()));
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(refusal(folder.path()), "is not a regular file");
        let absent = folder.path().join("absent");
        assert_eq!(refusal(&absent), "cannot be read: No such file or directory (os error 2)");
        assert_eq!(Look::at(&absent).fingerprint, Fingerprint::Absent);
        assert_eq!(refusal(file(&vec![b'a'; 64 * 1024 + 1], 0o600).path()), "is larger than 64 KiB");
        assert!(Look::at(file(&vec![b'a'; 64 * 1024], 0o600).path()).text.is_ok());
        assert_eq!(refusal(file(b"canary\xff", 0o600).path()), "is not text in UTF-8");
    }

    #[test]
    fn a_file_that_is_replaced_or_gets_other_permissions_has_another_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "abc").unwrap();
        let first = Fingerprint::at(&path);
        assert_eq!(first, Fingerprint::at(&path));
        let other = folder.path().join("other");
        fs::write(&other, "xyz").unwrap();
        fs::rename(&other, &path).unwrap();
        let second = Fingerprint::at(&path);
        assert_ne!(first, second);
        fs::remove_file(&path).unwrap();
        assert_eq!(Fingerprint::at(&path), Fingerprint::Absent);
    }
}
