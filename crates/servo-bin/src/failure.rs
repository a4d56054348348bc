//! Why a command ends without success, and the exit code that tells it.

use servo_core::Error;
use servo_runtime::config::ConfigDiagnostics;

/// Why a command ends without success.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was called wrongly; a missing file counts as that.
    Usage {
        /// What is wrong, as a lower-case fragment.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The configuration is invalid.
    Configuration(Box<ConfigDiagnostics>),
    /// An operation failed.
    Error(Error),
}

impl Failure {
    /// Creates a failure of usage.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: None }
    }

    /// Adds what to do about a failure of usage.
    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Usage { message, .. } => Self::Usage { message, help: Some(help.into()) },
            other => other,
        }
    }

    /// Returns the exit code that tells it.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::Configuration(_) => 78,
            Self::Error(error) => error.class().exit_code(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<ConfigDiagnostics> for Failure {
    fn from(diagnostics: ConfigDiagnostics) -> Self {
        Self::Configuration(Box::new(diagnostics))
    }
}
