//! How far a connector can be relied upon.

use std::fmt;

/// How far a connector can be relied upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maturity {
    /// It may change in every way.
    Experimental,
    /// It is in use; changes are announced.
    Stable,
    /// It has proven itself for long.
    Robust,
}

impl fmt::Display for Maturity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Experimental => "Experimental",
            Self::Stable => "Stable",
            Self::Robust => "Robust",
        })
    }
}
