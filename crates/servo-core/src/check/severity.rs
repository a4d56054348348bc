//! How much a check weighs.

use std::fmt;

use serde::Serialize;

/// How much a check weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What comes after it relies on it.
    Critical,
    /// Something that must hold, on its own.
    #[default]
    Common,
    /// Advice: its failure is a warning, and never counts as failed.
    Warning,
}

impl Severity {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Common => "common",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
