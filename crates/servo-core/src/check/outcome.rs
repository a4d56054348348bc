//! What a check found, and what converts into that.

use std::borrow::Cow;
use std::error::Error as StdError;

use super::{Failure, Remedy, text};
use crate::Error;

/// How many causes of an error are kept.
const CAUSES: usize = 16;

/// What a check found: whether it holds, and what there is to say of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub(super) success: bool,
    pub(super) message: Option<String>,
    pub(super) error: Vec<String>,
    pub(super) hint: Option<String>,
    pub(super) remedy: Option<Remedy>,
}

impl Outcome {
    /// Creates the outcome of a check that holds.
    pub fn passed() -> Self {
        Self { success: true, ..Self::default() }
    }

    /// Creates the outcome of a check that does not hold.
    pub fn failed() -> Self {
        Self::default()
    }

    /// Adds a message. One of more than 4 KiB is cut.
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(text::cut(message.into()));
        self
    }

    /// Returns true where the check holds.
    pub fn is_passed(&self) -> bool {
        self.success
    }

    /// Returns what there is to say of it.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Creates the outcome of a check that ended with an error: its text and those of its causes, and the hint and
    /// the remedy that come with the first of them that has any.
    pub(super) fn of_error(error: &(dyn StdError + 'static)) -> Self {
        let mut outcome = Self::failed();
        let mut message = String::new();
        let mut next = Some(error);
        while let Some(cause) = next.filter(|_| outcome.error.len() < CAUSES) {
            let text = text::cut(cause.to_string());
            // Some libraries repeat their cause in their own text.
            if message.is_empty() {
                message.push_str(&text);
            } else if !message.ends_with(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            outcome.error.push(text);
            let failure = cause.downcast_ref::<Failure>();
            let help = cause.downcast_ref::<Error>().and_then(Error::help);
            let hint = failure.and_then(Failure::hint).or(help);
            outcome.hint = outcome.hint.or_else(|| hint.map(str::to_owned));
            outcome.remedy = outcome.remedy.or_else(|| failure.and_then(Failure::remedy).cloned());
            next = cause.source();
        }
        outcome.with_message(message)
    }
}

/// What a handler of a check may return, for itself or when awaited.
///
/// Nothing, `true`, a message, or `(true, message)` is success; `false`, `(false, message)` or an error is
/// failure.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a check holds",
    label = "a check cannot make anything of `{Self}`",
    note = "a check returns `()`, `bool`, text, `(bool, text)`, or a `Result` of one of these"
)]
pub trait IntoOutcome {
    /// Makes an outcome of it.
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Outcome::passed()
    }
}

impl IntoOutcome for bool {
    fn into_outcome(self) -> Outcome {
        Outcome { success: self, ..Outcome::default() }
    }
}

impl IntoOutcome for String {
    fn into_outcome(self) -> Outcome {
        Outcome::passed().with_message(self)
    }
}

impl IntoOutcome for &str {
    fn into_outcome(self) -> Outcome {
        Outcome::passed().with_message(self)
    }
}

impl IntoOutcome for Cow<'_, str> {
    fn into_outcome(self) -> Outcome {
        Outcome::passed().with_message(self)
    }
}

impl<M: Into<String>> IntoOutcome for (bool, M) {
    fn into_outcome(self) -> Outcome {
        self.0.into_outcome().with_message(self.1)
    }
}

impl IntoOutcome for Failure {
    fn into_outcome(self) -> Outcome {
        Outcome::of_error(&self)
    }
}

impl<T: IntoOutcome, E: Into<Box<dyn StdError + Send + Sync>>> IntoOutcome for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        match self {
            Ok(value) => value.into_outcome(),
            Err(error) => {
                let error: Box<dyn StdError + Send + Sync> = error.into();
                Outcome::of_error(&*error)
            }
        }
    }
}
