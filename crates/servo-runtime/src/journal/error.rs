//! What goes wrong with a journal, in the words of who has to put it right.

use std::io;
use std::path::Path;

use servo_core::Error;

use super::contents::Problem;
use super::line::VERSION;
use super::lock;

/// The way out where a journal cannot be trusted.
const BY_HAND: &str = "`servo journal` shows what can be read of it: compare the application with that by hand, put back \
                       what is not as it was, and move the file away; `servo restore` needs a sound journal, as `servo \
                       run` does";

impl Problem {
    /// Says what is wrong with a file, and the way out.
    pub(super) fn explain(self, path: &Path) -> Error {
        let path = path.display();
        match self {
            Self::Damaged { line } => {
                let message =
                    format!("line {line} of the journal {path} is damaged: its checksum does not match");
                Error::configuration(message).with_help(BY_HAND)
            }
            Self::Unknown { line, error } => {
                Error::configuration(format!("line {line} of the journal {path} says what this Servo does not know"))
                    .with_source(error)
                    .with_help(format!("use the Servo that wrote it, which is newer; or: {BY_HAND}"))
            }
            Self::Version(version) => {
                let message =
                    format!("the journal {path} is of version {version}, expected version {VERSION} or a newer Servo");
                Error::configuration(message).with_help(
                    "use the Servo that wrote it: its `servo restore` brings the application back, after which the \
                     file can be moved away",
                )
            }
            Self::Other(name) => {
                Error::configuration(format!("the journal {path} is of another servo, `{name}`")).with_help(
                    "give each servo a name and a `state_dir` of its own; where it was renamed, run `servo restore` \
                     under its old name and move the file away",
                )
            }
            Self::Foreign => Error::configuration(format!("{path} is not a journal of Servo"))
                .with_help("move the file away, or give the servo another `state_dir`"),
        }
    }
}

/// Says that a journal cannot be written, and the way out.
pub(super) fn writing(path: &Path, error: io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "free space on that disk"
        }
        kind if lock::is_read_only(kind) => {
            "make the state folder writable for the user that runs the servo, or give it another `state_dir`"
        }
        _ => "see that the disk of the state folder works, or give the servo another `state_dir`",
    };
    Error::failed(format!("cannot write the journal {}", path.display()))
        .with_source(error)
        .with_help(format!("{help}: nothing is changed that cannot be written down before"))
}

/// Says that a journal cannot be read.
pub(super) fn reading(path: &Path, error: io::Error) -> Error {
    Error::failed(format!("cannot read the journal {}", path.display()))
        .with_source(error)
        .with_help("make it readable for the user that runs the servo")
}
