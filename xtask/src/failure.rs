//! The one error of this program: a line for whoever ran the command.

use std::fmt;
use std::process::ExitCode;

/// The result of every command.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// Why a command ends without having done its work.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The command line is wrong; ends with 2.
    Usage(String),
    /// Something that was run or looked at is not as it must be; ends with 1.
    Failed(String),
    /// A program that was only delegated to has ended with this code and has said why itself.
    Delegated(u8),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
            Self::Delegated(code) => ExitCode::from(*code),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Failed(message) => f.write_str(message),
            Self::Delegated(code) => write!(f, "ended with exit code {code}"),
        }
    }
}
