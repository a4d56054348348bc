//! Where a run of checks ends.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Check, Severity, Status};

/// Which failure ends a run of checks; what comes after it is not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum HaltOnFailed {
    /// The failure of a critical check.
    #[default]
    Critical,
    /// The failure of a critical or common check.
    Common,
    /// Any failure, that of a warning check too.
    Warning,
    /// None: every check is run.
    Never,
}

impl HaltOnFailed {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Common => "common",
            Self::Warning => "warning",
            Self::Never => "never",
        }
    }

    /// Returns true where a run ends after this check.
    pub fn halts_after(self, check: &Check) -> bool {
        match self {
            Self::Critical => check.failed() && check.severity == Severity::Critical,
            Self::Common => check.failed(),
            Self::Warning => check.failed() || check.status == Status::Warning,
            Self::Never => false,
        }
    }
}

impl fmt::Display for HaltOnFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text does not say where a run ends.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `critical` (or `requirement`), `common` (or `check`), `warning` or `never`, found `{0}`")]
pub struct NotAHalt(String);

impl FromStr for HaltOnFailed {
    type Err = NotAHalt;

    /// Reads the names, and those that they had before there were severities.
    fn from_str(text: &str) -> Result<Self, NotAHalt> {
        match text {
            "critical" | "requirement" => Ok(Self::Critical),
            "common" | "check" => Ok(Self::Common),
            "warning" => Ok(Self::Warning),
            "never" => Ok(Self::Never),
            _ => Err(NotAHalt(text.to_owned())),
        }
    }
}

impl TryFrom<String> for HaltOnFailed {
    type Error = NotAHalt;

    fn try_from(text: String) -> Result<Self, NotAHalt> {
        text.parse()
    }
}
