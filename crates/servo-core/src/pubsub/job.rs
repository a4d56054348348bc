//! What runs on its own on an exchange, and ends with it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinSet};
use tracing::Instrument as _;

use crate::duration::Duration;
use crate::{Error, Result};

/// What runs on its own on an exchange: a publisher or an aggregator on an interval, or a subscriber with a callback.
///
/// It belongs to the exchange: dropping this does not end it.
#[derive(Clone, Debug)]
pub struct Job {
    name: Arc<str>,
    failures: Arc<AtomicU64>,
    /// Missing only in the job's own hands.
    task: Option<AbortHandle>,
}

impl Job {
    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how often it failed or panicked, and went on.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Ends it where it stands. Doing so twice does nothing.
    pub fn cancel(&self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }

    /// Returns true once it has ended.
    pub fn is_finished(&self) -> bool {
        self.task.as_ref().is_some_and(AbortHandle::is_finished)
    }

    /// Counts and logs a failure.
    pub(super) fn fail(&self, what: &str, error: &Error) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        tracing::warn!("{what} '{}' failed and goes on: {}", self.name, error.chain());
    }
}

/// What a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Publisher,
    Subscriber,
    Aggregator,
}

impl Kind {
    const fn with_article(self) -> &'static str {
        match self {
            Self::Publisher => "a publisher",
            Self::Subscriber => "a subscriber",
            Self::Aggregator => "an aggregator",
        }
    }
}

/// The jobs of an exchange. Dropping it ends them.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    set: JoinSet<()>,
    live: BTreeMap<(Kind, Arc<str>), AbortHandle>,
}

impl Jobs {
    /// Starts a job, whose name no other of its kind has at the same time. Its log lines belong to where it was started.
    pub(super) fn start(
        &mut self,
        kind: Kind,
        name: &str,
        work: impl FnOnce(Job) -> BoxFuture<'static, ()>,
    ) -> Result<Job> {
        let runtime = Handle::try_current()
            .map_err(|error| Error::internal("expected a runtime to run a job").with_source(error))?;
        while self.set.try_join_next().is_some() {}
        self.live.retain(|_, task| !task.is_finished());
        let key = (kind, Arc::from(name));
        if self.live.contains_key(&key) {
            return Err(Error::failed(format!("{} named '{name}' already exists", kind.with_article())));
        }
        let job = Job { name: Arc::clone(&key.1), failures: Arc::default(), task: None };
        let task = self.set.spawn_on(work(job.clone()).in_current_span(), &runtime);
        self.live.insert(key, task.clone());
        Ok(Job { task: Some(task), ..job })
    }

    /// Ends what makes messages; subscribers go on.
    pub(super) fn end_publishers(&self) {
        for ((kind, _), task) in &self.live {
            if *kind != Kind::Subscriber {
                task.abort();
            }
        }
    }

    /// Waits until all have ended by themselves, and ends those that take longer.
    pub(super) async fn drain(mut self, limit: std::time::Duration) {
        let ended = async { while self.set.join_next().await.is_some() {} };
        if tokio::time::timeout(limit, ended).await.is_err() {
            tracing::warn!(
                "{} subscribers did not take what was queued in time, and were ended",
                self.set.len()
            );
        }
    }
}

/// Refuses an interval that would never let anything else run.
pub(super) fn refuse_zero(interval: Duration) -> Result<()> {
    if interval.is_zero() {
        Err(Error::failed("expected an interval longer than zero, found 0s"))
    } else {
        Ok(())
    }
}
