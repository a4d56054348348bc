//! What a servo and an optimizer say to each other, apart from how it is transported.

use std::collections::BTreeMap;

use crate::duration::Duration;
use crate::event::standard::{Adjusting, Measuring};
use crate::model::{Control, Description, Measurement};
use crate::{Class, Error};

/// What a servo tells of itself when it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// Name and version of the agent.
    pub agent: String,
    /// What its connectors tell of the system they run in.
    pub telemetry: BTreeMap<String, String>,
}

/// What a servo is told to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The command's identity, which progress and report carry.
    pub uid: Option<String>,
    /// What is to be done.
    pub operation: Operation,
}

/// The kinds of commands.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Describe the application.
    Describe(Control),
    /// Measure the application.
    Measure(Measuring),
    /// Change the application.
    Adjust(Adjusting),
    /// Change the application to a configuration that is to stay.
    Promote(Adjusting),
    /// Do nothing for a while. No report is expected.
    Sleep {
        /// How long.
        duration: Duration,
        /// Why, for a log.
        reason: String,
    },
    /// Break the circuit: no changes but back to the baseline until an operator allows them again. No report is
    /// expected.
    Trip {
        /// Why, for the operator.
        reason: String,
    },
    /// Nothing is left to do. No report is expected. Only an optimizer whose work has an end says so.
    Finish(Outcome),
}

impl Operation {
    /// Returns the word for it in logs and on progress lines.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Describe(_) => "describe",
            Self::Measure(_) => "measure",
            Self::Adjust(_) => "adjust",
            Self::Promote(_) => "promote",
            Self::Sleep { .. } => "sleep",
            Self::Trip { .. } => "trip",
            Self::Finish(_) => "finish",
        }
    }
}

/// How an optimizer's work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A better configuration was found.
    Improved,
    /// None was found that is better than the one in force at the beginning.
    NoBetter,
    /// It was told to stop before the end.
    Interrupted,
}

/// What came of a command.
#[derive(Debug)]
pub struct Report {
    /// The identity of the command.
    pub uid: Option<String>,
    /// The answer, or why there is none.
    pub result: Result<Answer, Failure>,
}

/// The answers to commands.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The application as it is.
    Described(Description),
    /// What was measured.
    Measured(Measurement),
    /// The application as it is after the change.
    Adjusted(Description),
}

/// Why a command has no answer, as an optimizer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure; [`Class::status`] is its word in the protocol.
    pub class: Class,
    /// What happened, causes included.
    pub message: String,
    /// One of [`reason`](crate::error::reason), where one applies.
    pub reason: Option<String>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self { class: error.class(), message: error.chain(), reason: error.reason().map(str::to_owned) }
    }
}

/// What an optimizer replies to progress and reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Go on.
    Ok,
    /// The command is cancelled, for this reason.
    Cancel(String),
    /// The optimizer expected something else: give the command up and begin again with hello.
    Unexpected(String),
}
