//! Progress beside a running command: shown at once, told to the optimizer, never in the way.

use std::future::Future;

use futures::future::BoxFuture;
use servo_core::optimizer::{Answer, Reply};
use servo_core::progress::{Progress, Reports};
use servo_core::{Error, Result};
use tokio_util::sync::CancellationToken;

use super::Runner;
use super::signal::Stop;
use super::watch::Moment;

/// Why an operation was told to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Interruption {
    /// The servo is to end.
    Stopped,
    /// The optimizer cancelled it, for this reason.
    Cancelled(String),
    /// The optimizer expected something else, as it says here.
    Unexpected(String),
}

/// Runs `work` to its end, with why it was told to end, if it was: `token` tells it.
///
/// Progress goes to whoever watches, and to the optimizer, one post at a time: while one is under way the newest is
/// kept for the next. A post that is under way when the work ends is dropped, so that none follows the final report or
/// delays it; none is begun once the work was told to end.
pub(super) async fn beside(
    runner: &Runner,
    work: impl Future<Output = Result<Answer>>,
    mut reports: Reports,
    uid: Option<&str>,
    operation: &'static str,
    token: &CancellationToken,
    stop: Option<&Stop>,
) -> (Result<Answer>, Option<Interruption>) {
    tokio::pin!(work);
    let mut posting: Option<BoxFuture<'_, Result<Reply>>> = None;
    let mut newest: Option<Progress> = None;
    let mut interruption = None;
    let mut open = true;
    loop {
        tokio::select! {
            biased;
            result = &mut work => return (result, interruption),
            () = requested(stop), if stop.is_some() && interruption.is_none() => {
                interruption = Some(Interruption::Stopped);
            }
            reply = posted(&mut posting), if posting.is_some() => {
                posting = newest.take().map(|progress| post(runner, uid, progress));
                interruption = heed(reply, operation);
            }
            report = reports.next(), if open => match report {
                None => open = false,
                Some(progress) => {
                    runner.watch.moment(runner.servo.name(), Moment::Progress { operation, progress: &progress });
                    match (&interruption, &posting) {
                        (Some(_), _) => {}
                        (None, Some(_)) => newest = Some(progress),
                        (None, None) => posting = Some(post(runner, uid, progress)),
                    }
                }
            }
        }
        if interruption.is_some() {
            token.cancel();
            (posting, newest) = (None, None);
        }
    }
}

fn post<'a>(runner: &'a Runner, uid: Option<&'a str>, progress: Progress) -> BoxFuture<'a, Result<Reply>> {
    Box::pin(async move { runner.optimizer.progress(uid, &progress).await })
}

async fn posted(posting: &mut Option<BoxFuture<'_, Result<Reply>>>) -> Result<Reply> {
    match posting {
        Some(post) => post.await,
        None => Err(Error::internal("no progress is being posted")),
    }
}

async fn requested(stop: Option<&Stop>) {
    match stop {
        Some(stop) => stop.requested().await,
        None => std::future::pending().await,
    }
}

fn heed(reply: Result<Reply>, operation: &str) -> Option<Interruption> {
    match reply {
        Ok(Reply::Ok) => None,
        Ok(Reply::Cancel(reason)) => {
            tracing::warn!(operation, "the optimizer cancels the command: {reason}");
            Some(Interruption::Cancelled(reason))
        }
        Ok(Reply::Unexpected(reason)) => {
            tracing::warn!(operation, "the optimizer gives the command up: {reason}");
            Some(Interruption::Unexpected(reason))
        }
        Err(error) => {
            tracing::warn!(operation, "progress not told: {}", error.chain());
            None
        }
    }
}
