//! What a dispatch brings back.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{Error, Result};

/// What one connector answered to an event.
#[derive(Debug)]
pub struct EventResult<T> {
    /// The name of the connector.
    pub connector: Arc<str>,
    /// When it answered.
    pub created_at: Timestamp,
    /// Its answer, or why there is none.
    pub value: Result<T>,
}

impl<T> EventResult<T> {
    /// Creates a result that was given now.
    pub(crate) fn now(connector: Arc<str>, value: Result<T>) -> Self {
        Self { connector, created_at: Timestamp::now(), value }
    }
}

/// How a dispatch ended.
#[derive(Debug)]
pub enum Dispatched<T> {
    /// A *before* handler cancelled it; nothing else ran.
    Cancelled {
        /// The connector that cancelled it.
        by: Arc<str>,
        /// Why.
        reason: String,
    },
    /// The results of the *on* handlers, in the order of the servo's connectors.
    Done(Vec<EventResult<T>>),
}

impl<T> Dispatched<T> {
    /// Returns true where it ran and no connector failed.
    pub fn success(&self) -> bool {
        matches!(self, Self::Done(results) if results.iter().all(|result| result.value.is_ok()))
    }

    /// Returns the results; none where it was cancelled.
    pub fn into_results(self) -> Vec<EventResult<T>> {
        match self {
            Self::Cancelled { .. } => Vec::new(),
            Self::Done(results) => results,
        }
    }

    /// Returns the answers with the names of who gave them, or the failures joined into one: the one
    /// of the highest priority speaks.
    ///
    /// # Errors
    ///
    /// The joined failures; for a cancelled dispatch an error of class cancelled.
    pub fn answers(self) -> Result<Vec<(Arc<str>, T)>> {
        let results = match self {
            Self::Cancelled { by, reason } => {
                return Err(Error::cancelled(format!("cancelled by `{by}`: {reason}")).in_connector(&by));
            }
            Self::Done(results) => results,
        };
        let (mut answers, mut failures) = (Vec::new(), Vec::new());
        for result in results {
            match result.value {
                Ok(value) => answers.push((result.connector, value)),
                Err(error) => failures.push(error),
            }
        }
        Error::join(failures).map_or(Ok(answers), Err)
    }
}

/// Why a *before* handler does not let an event happen.
#[derive(Debug)]
pub enum Refusal {
    /// The event is cancelled, for this reason; that is no failure.
    Cancel(String),
    /// The handler failed, and the event with it.
    Error(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
