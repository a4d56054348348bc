//! What a program was built from, beside the program: it is built again where that differs.

use std::fs;
use std::path::{Path, PathBuf};

use super::unwritable;
use crate::failure::Result;

/// The text beside a program that says what it was built from.
pub(crate) struct BuiltFrom {
    path: PathBuf,
    wanted: String,
}

impl BuiltFrom {
    /// Of a program or a folder of programs, and all that decides what is built.
    pub(crate) fn new(built: &Path, wanted: String) -> Self {
        let mut path = built.as_os_str().to_owned();
        path.push(".built-from");
        Self { path: PathBuf::from(path), wanted }
    }

    /// Whether what is there was built from the same.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|found| found == self.wanted)
    }

    /// Notes that it is built.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub(crate) fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.wanted).map_err(|error| unwritable(&self.path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_from_something_else_is_not_current() {
        let folder = std::env::temp_dir().join(format!("built-from-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("pause");
        let first = BuiltFrom::new(&program, "one".to_owned());
        let before = first.is_current();
        first.write().unwrap();
        let beside = folder.join("pause.built-from").is_file();
        let after = (first.is_current(), BuiltFrom::new(&program, "two".to_owned()).is_current());
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((before, beside, after), (false, true, (true, false)));
    }
}
