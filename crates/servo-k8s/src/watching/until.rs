//! Waiting until something can be decided on what is known.

use std::time::Duration;

use servo_core::Error;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Watching;
use crate::snapshot::Snapshot;
use crate::workload::Reference;

/// How often it is looked where nothing changes: some decisions depend on how long something lasts. Nobody is asked for it.
const AGAIN: Duration = Duration::from_secs(1);

/// How waiting ends.
#[derive(Debug)]
pub(crate) enum Waited<T> {
    /// It was decided.
    Done(T),
    /// It was not, in time.
    Deadline,
    /// The operation was cancelled.
    Cancelled,
    /// It was not in time, and what is known was not kept up to date.
    Fault(Error),
}

/// Waits until `decide` gives something for what is known of a workload, woken by what changes.
pub(crate) async fn until<T>(
    watching: &Watching,
    workload: &Reference,
    token: &CancellationToken,
    deadline: Instant,
    mut decide: impl FnMut(&Snapshot) -> Option<T>,
) -> Waited<T> {
    let mut changes = watching.changes();
    loop {
        changes.mark_unchanged();
        if let Some(done) = decide(&watching.snapshot(workload)) {
            return Waited::Done(done);
        }
        if Instant::now() >= deadline {
            return watching.fault().map_or(Waited::Deadline, |(_, error)| Waited::Fault(error));
        }
        tokio::select! {
            woken = changes.changed() => if woken.is_err() {
                return Waited::Fault(Error::internal("the watches have ended"));
            },
            () = tokio::time::sleep_until(deadline.min(Instant::now() + AGAIN)) => {}
            () = token.cancelled() => return Waited::Cancelled,
        }
    }
}
