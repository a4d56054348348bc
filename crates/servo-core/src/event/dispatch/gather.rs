//! Runs the handlers of several connectors side by side, and ends them when they are cancelled.

use std::collections::BTreeSet;
use std::future::Future;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::event::Bus;

/// The tasks of one phase. Dropping it ends those that still run.
pub(super) struct Gather<T> {
    tasks: JoinSet<(usize, T)>,
    running: BTreeSet<usize>,
    spawned: usize,
    token: CancellationToken,
    deadline: Option<Instant>,
}

/// What happened next.
pub(super) enum Step<T> {
    /// The task of that number ended.
    Done(usize, T),
    /// The phase was cancelled, and these tasks did not end within the grace. They are dropped.
    Overdue(Vec<usize>),
}

impl<T: Send + 'static> Gather<T> {
    pub(super) fn new(token: CancellationToken) -> Self {
        Self { tasks: JoinSet::new(), running: BTreeSet::new(), spawned: 0, token, deadline: None }
    }

    /// Starts a task; tasks are numbered from 0.
    pub(super) fn spawn(&mut self, task: impl Future<Output = T> + Send + 'static) {
        let number = self.spawned;
        self.spawned += 1;
        self.running.insert(number);
        // What handlers log belongs to their servo.
        self.tasks.spawn(async move { (number, task.await) }.in_current_span());
    }

    /// Waits for what happens next. Returns `None` when all have ended.
    pub(super) async fn next(&mut self) -> Option<Step<T>> {
        loop {
            let deadline = self.deadline;
            tokio::select! {
                biased;
                joined = self.tasks.join_next() => match joined {
                    None => return self.give_up_on_rest(),
                    Some(Ok((number, value))) => {
                        self.running.remove(&number);
                        return Some(Step::Done(number, value));
                    }
                    // Panics of handlers are caught inside; what is left is a task that was aborted.
                    Some(Err(_)) => {}
                },
                () = until(deadline), if deadline.is_some() => return self.give_up_on_rest(),
                () = self.token.cancelled(), if deadline.is_none() => {
                    self.deadline = Some(Instant::now() + Bus::CANCEL_GRACE);
                }
            }
        }
    }

    fn give_up_on_rest(&mut self) -> Option<Step<T>> {
        self.tasks.abort_all();
        let rest: Vec<usize> = std::mem::take(&mut self.running).into_iter().collect();
        (!rest.is_empty()).then_some(Step::Overdue(rest))
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
