//! What puts right what a check found wrong.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::{Serialize, Serializer};

use super::{IntoOutcome, Outcome};
use crate::duration::Duration;
use crate::event::caught;

/// An action that puts right what a check found wrong. It runs only when it is asked for.
#[derive(Clone)]
pub struct Remedy {
    what: Arc<str>,
    action: Arc<dyn Fn() -> BoxFuture<'static, Outcome> + Send + Sync>,
}

/// What came of a remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relief {
    /// It did what it was to do, and may have said something.
    Applied(Option<String>),
    /// It failed, for this reason.
    Failed(String),
    /// It did not end within this time, and was dropped.
    TimedOut(Duration),
}

impl Remedy {
    /// Creates a remedy. `what` says what it is about to do, such as `restart the deployment`.
    pub fn new<F>(what: impl Into<Arc<str>>, action: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        let action = move || action().map(IntoOutcome::into_outcome).boxed();
        Self { what: what.into(), action: Arc::new(action) }
    }

    /// Returns what it is about to do.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Does it, in no more time than `limit`.
    pub async fn apply(&self, limit: Duration) -> Relief {
        let action = caught(async { Ok((self.action)().await) });
        let outcome = match tokio::time::timeout(limit.as_std(), action).await {
            Err(_) => return Relief::TimedOut(limit),
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => Outcome::of_error(&panic),
        };
        match (outcome.success, outcome.message) {
            (true, message) => Relief::Applied(message),
            (false, message) => Relief::Failed(message.unwrap_or_else(|| "it does not say why".to_owned())),
        }
    }
}

impl fmt::Debug for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remedy").field(&self.what).finish()
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.what)
    }
}
