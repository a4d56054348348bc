//! Why a configuration cannot run, in the words that a real cluster has for it.

use thiserror::Error;

/// The kind of a rejection, as it is reported to an optimizer (section 8.1.9 of the compatibility notes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A pod fits on no node.
    Unschedulable,
    /// The pods restart: they are killed for want of memory.
    Unstable,
    /// A replayed table has no row of this configuration.
    Unmeasured,
}

impl Reason {
    /// Returns the kind that is written so.
    pub(crate) fn of(text: &str) -> Option<Self> {
        [Self::Unschedulable, Self::Unstable, Self::Unmeasured].into_iter().find(|it| it.as_str() == text)
    }

    /// The reason as it is written in messages to an optimizer.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unschedulable => "unschedulable",
            Self::Unstable => "unstable",
            Self::Unmeasured => "unmeasured",
        }
    }
}

/// A configuration that was understood and cannot run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Rejection {
    /// The kind.
    pub reason: Reason,
    /// What happened, to which component, and what it would have needed.
    pub message: String,
}

impl From<Rejection> for servo_core::Error {
    fn from(rejection: Rejection) -> Self {
        Self::rejected(rejection.reason.as_str(), rejection.message)
    }
}
