//! Progress beside a running command: shown at once, told to the optimizer, never in the way.

use std::future::Future;

use futures::future::BoxFuture;
use servo_core::optimizer::{Answer, Reply};
use servo_core::progress::{Progress, Reports};
use servo_core::{Error, Result};
use tokio_util::sync::CancellationToken;

use super::Runner;
use super::fleet::Stop;
use super::watch::Moment;

/// Runs `work` to its end. Progress goes to whoever watches, and to the optimizer, one post at a
/// time: what comes while a post is under way is passed over, and a post that is under way when the
/// work ends is dropped, so that none follows the final report or delays it.
pub(super) async fn beside(
    runner: &Runner,
    work: impl Future<Output = Result<Answer>>,
    mut reports: Reports,
    uid: Option<&str>,
    operation: &'static str,
    token: &CancellationToken,
    stop: Option<&Stop>,
) -> Result<Answer> {
    tokio::pin!(work);
    let mut posting: Option<BoxFuture<'_, Result<Reply>>> = None;
    let mut open = true;
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            () = requested(stop), if stop.is_some() && !token.is_cancelled() => token.cancel(),
            reply = posted(&mut posting), if posting.is_some() => {
                posting = None;
                heed(reply, operation, token);
            }
            report = reports.next(), if open => match report {
                None => open = false,
                Some(progress) => {
                    runner.watch.moment(runner.servo.name(), Moment::Progress { operation, progress: &progress });
                    if posting.is_none() {
                        posting = Some(Box::pin(post(runner, uid, progress)));
                    }
                }
            }
        }
    }
}

async fn post(runner: &Runner, uid: Option<&str>, progress: Progress) -> Result<Reply> {
    runner.optimizer.progress(uid, &progress).await
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

fn heed(reply: Result<Reply>, operation: &str, token: &CancellationToken) {
    match reply {
        Ok(Reply::Ok) => {}
        Ok(Reply::Cancel(reason) | Reply::Unexpected(reason)) => {
            tracing::warn!(operation, "the optimizer gives the command up: {reason}");
            token.cancel();
        }
        Err(error) => tracing::warn!(operation, "progress not told: {}", error.chain()),
    }
}
