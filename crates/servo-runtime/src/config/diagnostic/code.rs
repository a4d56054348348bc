//! The codes of configuration mistakes, stable names that documentation and scripts refer to.

mod explanation;

use std::fmt;

use serde::{Serialize, Serializer};

pub use explanation::Explanation;

/// Which kind of mistake a diagnostic is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// The text is not YAML.
    Syntax,
    /// The text is larger, deeper, or expands to more than is accepted.
    TooLarge,
    /// The text holds no document.
    Empty,
    /// A document is not a mapping of keys.
    NotAMapping,
    /// A key stands twice in one mapping.
    DuplicateKey,
    /// A key that nothing reads.
    UnknownKey,
    /// A key that is required and absent.
    MissingKey,
    /// A value of the wrong form, or one that cannot work.
    InvalidValue,
    /// A connector that does not exist.
    UnknownConnector,
    /// A name that belongs to something else.
    ReservedName,
    /// A name that two servos or two connectors share.
    DuplicateName,
    /// A workload that two servos adjust.
    SharedWorkload,
    /// A document that needs an optimizer and has none.
    MissingOptimizer,
    /// An optimizer that does not exist.
    UnknownOptimizer,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 14] = [
        Self::Syntax,
        Self::TooLarge,
        Self::Empty,
        Self::NotAMapping,
        Self::DuplicateKey,
        Self::UnknownKey,
        Self::MissingKey,
        Self::InvalidValue,
        Self::UnknownConnector,
        Self::ReservedName,
        Self::DuplicateName,
        Self::SharedWorkload,
        Self::MissingOptimizer,
        Self::UnknownOptimizer,
    ];

    /// Returns the name of the code, such as `servo::config::unknown_key`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "servo::config::syntax",
            Self::TooLarge => "servo::config::too_large",
            Self::Empty => "servo::config::empty",
            Self::NotAMapping => "servo::config::not_a_mapping",
            Self::DuplicateKey => "servo::config::duplicate_key",
            Self::UnknownKey => "servo::config::unknown_key",
            Self::MissingKey => "servo::config::missing_key",
            Self::InvalidValue => "servo::config::invalid_value",
            Self::UnknownConnector => "servo::config::unknown_connector",
            Self::ReservedName => "servo::config::reserved_name",
            Self::DuplicateName => "servo::config::duplicate_name",
            Self::SharedWorkload => "servo::config::shared_workload",
            Self::MissingOptimizer => "servo::config::missing_optimizer",
            Self::UnknownOptimizer => "servo::config::unknown_optimizer",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
