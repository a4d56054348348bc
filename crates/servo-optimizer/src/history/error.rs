//! What goes wrong with a database, in the words of who has to put it right.

use std::fmt;
use std::path::Path;

use servo_core::Error;

/// Result codes of SQLite (sqlite.org/rescode.html).
mod code {
    pub(super) const READONLY: i32 = 8;
    pub(super) const IO_ERROR: i32 = 10;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANNOT_OPEN: i32 = 14;
    pub(super) const NOT_A_DATABASE: i32 = 26;
    pub(super) const READONLY_ROLLBACK: i32 = 776;
    pub(super) const READONLY_RECOVERY: i32 = 264;
}

/// Where a history is.
#[derive(Debug, Clone)]
pub(super) struct Place(String);

impl Place {
    pub(super) fn file(file: &Path) -> Self {
        Self(file.display().to_string())
    }

    pub(super) fn memory() -> Self {
        Self("memory".to_owned())
    }

    /// Describes why a database cannot be opened.
    pub(super) fn opening(&self, error: sqlx::Error) -> Error {
        if primary_code(&error) == Some(code::NOT_A_DATABASE) {
            return self.foreign();
        }
        Error::failed(format!("cannot open the history {self}")).with_source(error)
    }

    /// Describes why something cannot be written.
    pub(super) fn writing(&self, what: &str, error: sqlx::Error) -> Error {
        let help = match primary_code(&error) {
            Some(code::FULL | code::IO_ERROR) => {
                Some("free space on that disk, then run the servo again: earlier trials are kept")
            }
            Some(code::READONLY | code::CANNOT_OPEN) => {
                Some("make the state folder writable, then run the servo again")
            }
            _ => None,
        };
        let failure = Error::failed(format!("cannot write {what} to {self}")).with_source(error);
        match help {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    }

    /// Describes why something cannot be read.
    pub(super) fn reading(&self, error: sqlx::Error) -> Error {
        Error::failed(format!("cannot read the history {self}"))
            .with_source(error)
            .with_help("see to it that the file can be read, or move it away to begin a new history")
    }

    /// Describes a file that is no history.
    pub(super) fn foreign(&self) -> Error {
        Error::configuration(format!("{self} is not a history of Servo"))
            .with_help("move the file away, or give the servo another `state_dir`")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says whether a reader found what a crashed writer left, and may not put it right.
pub(super) fn is_hot_journal(error: &sqlx::Error) -> bool {
    matches!(code(error), Some(code::READONLY_ROLLBACK | code::READONLY_RECOVERY))
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    code(error).map(|code| code & 0xff)
}

fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}
