//! An error that is made for checks: it can say what to do, and bring along what does it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::{IntoOutcome, Remedy};

/// Why a check fails, with a hint and a remedy. A handler returns it as its error.
///
/// ```
/// use servo_core::check::Failure;
///
/// fn has_label(labels: &[&str]) -> Result<(), Failure> {
///     let missing = || Failure::new("the pod has no label `servo`").with_hint("kubectl label pod …");
///     if labels.contains(&"servo") { Ok(()) } else { Err(missing()) }
/// }
/// # assert!(has_label(&[]).is_err());
/// ```
#[derive(Debug)]
pub struct Failure(Box<Details>);

#[derive(Debug)]
struct Details {
    message: Cow<'static, str>,
    hint: Option<String>,
    remedy: Option<Remedy>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    /// Creates a failure, with a message that is a lower-case fragment.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Details { message: message.into(), hint: None, remedy: None, source: None }))
    }

    /// Says what to do about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Brings along what puts it right, and says what that is about to do.
    pub fn with_remedy<F>(
        mut self,
        what: impl Into<Arc<str>>,
        action: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.0.remedy = Some(Remedy::new(what, action));
        self
    }

    /// Keeps the cause. The message does not repeat it.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Returns what to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Returns what puts it right.
    pub fn remedy(&self) -> Option<&Remedy> {
        self.0.remedy.as_ref()
    }
}

/// Says what the error and its causes say, with the help that comes with it.
impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        let failure = Self::new(error.chain());
        match error.help() {
            Some(help) => failure.with_hint(help),
            None => failure,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
