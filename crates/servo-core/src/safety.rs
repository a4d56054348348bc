//! How far a servo may go with an application, and what it leaves behind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a servo may do to the application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Measure it, and change nothing.
    Observe,
    /// Try configurations where that is harmless, on [tuning instances](crate::model::Component::is_tuning) alone, and
    /// promote nothing.
    #[default]
    #[schemars(
        description = "Try configurations where that is harmless, on tuning instances alone, and promote nothing."
    )]
    Recommend,
    /// Try configurations wherever there are settings, and promote as configured.
    Auto,
}

impl Mode {
    /// Returns the word for it in a configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Recommend => "recommend",
            Self::Auto => "auto",
        }
    }
}

/// What is undone when a servo ends, and when it begins after a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Restore {
    /// Trials, and adjustments that were not confirmed.
    #[default]
    Trial,
    /// Nothing.
    Never,
}

impl Restore {
    /// Returns the word for it in a configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Never => "never",
        }
    }
}
