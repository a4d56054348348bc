//! How the answers of an optimizer are read: sections 3.5 and 3.6 of the specification.

mod command;
mod metrics;
mod param;

use serde_json::{Map, Value};
use servo_core::optimizer::Command;

use super::message::Event;

/// What `WHATS_NEXT` was answered with.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// A command. The event is under what its progress and its report are posted; SLEEP has none.
    Command(Command, Option<Event>),
    /// A command that cannot be carried out.
    Refused {
        /// Its identity, where it has one.
        uid: Option<String>,
        /// Under what a report is posted, where the command's name is known.
        event: Option<Event>,
        /// What is wrong with it, with the path of the value in the message.
        reason: String,
    },
    /// A status instead of a command.
    Status(Status),
}

/// The answer to everything but `WHATS_NEXT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `ok`, `invalid`, `unexpected-event`, `cancel`, or one of the servo's own.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// What else there is to say.
    pub message: Option<String>,
}

/// Why an answer cannot be read. No message repeats any of it: it may hold anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It is not JSON.
    #[error("expected JSON: {reason}")]
    Syntax {
        /// What is wrong, and at which line and column.
        reason: String,
    },
    /// It is JSON, but not an object.
    #[error("expected a JSON object, found {found}")]
    NoObject {
        /// What it is instead.
        found: &'static str,
    },
    /// It is an object that says nothing.
    #[error("expected an object with {expected}")]
    Neither {
        /// The keys of which there is none.
        expected: &'static str,
    },
    /// Its status is not a text.
    #[error("`status`: expected a string, found {found}")]
    NoStatus {
        /// What it is instead.
        found: &'static str,
    },
}

/// Reads the answer to `WHATS_NEXT`: a command where it has a `cmd`, and else a status. Keys that are not
/// known are ignored everywhere. A command with something wrong in it is [refused](Next::Refused): no error.
///
/// # Errors
///
/// What is neither a command nor a status.
pub fn next(body: &[u8]) -> Result<Next, AnswerError> {
    let answer = object(body)?;
    let status = present(&answer, "status");
    match present(&answer, "cmd") {
        // Section 3.5: what has no valid `cmd` is a status, if it can be.
        Some(cmd) if status.is_none() || command::is_known(cmd) => Ok(command::read(cmd, &answer)),
        _ => read_status(&answer, "`cmd` or `status`").map(Next::Status),
    }
}

/// Reads the answer to anything else.
///
/// # Errors
///
/// What is not a status.
pub fn status(body: &[u8]) -> Result<Status, AnswerError> {
    read_status(&object(body)?, "`status`")
}

fn read_status(answer: &Map<String, Value>, expected: &'static str) -> Result<Status, AnswerError> {
    let status = present(answer, "status").ok_or(AnswerError::Neither { expected })?;
    let status = status.as_str().ok_or_else(|| AnswerError::NoStatus { found: kind(status) })?;
    // The status decides; a reason in some other shape must not hide it.
    let text = |key| present(answer, key).and_then(Value::as_str).map(str::to_owned);
    Ok(Status { status: status.to_owned(), reason: text("reason"), message: text("message") })
}

fn object(body: &[u8]) -> Result<Map<String, Value>, AnswerError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(answer)) => Ok(answer),
        Ok(other) => Err(AnswerError::NoObject { found: kind(&other) }),
        Err(error) => Err(AnswerError::Syntax { reason: error.to_string() }),
    }
}

/// Finds the value of a key; null is the same as none.
fn present<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

/// Names the kind of a value.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Takes the beginning of a text on one line.
fn excerpt(text: &str, most: usize) -> String {
    let mut characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut excerpt: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests;
