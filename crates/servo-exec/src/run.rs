//! Runs a program to its end, whichever comes first: its own, the limit of time, or the cancellation.

use servo_core::{Error, Result};
use tokio_util::sync::CancellationToken;

use crate::ended::{Ended, Why};
use crate::limits::Limits;
use crate::lines::Stream;
use crate::program::Program;
use crate::running::{Running, start};

/// Runs a program to its end.
///
/// A limit that is reached is no error of this function: [`Ended::why`] tells. When this returns, nothing of the process
/// group runs any more, except what the system does not let be killed ([`Ended::survived`]); what has left the group, as
/// daemons do, is on its own.
/// Where this is dropped, the group is killed.
///
/// # Errors
///
/// Those of [`start`]; class cancelled where the operation was cancelled before it began.
pub async fn run(program: &Program, limits: &Limits, token: &CancellationToken) -> Result<Ended> {
    run_with(program, limits, token, |_, _| {}).await
}

/// The same, with each line as it is printed; overlong ones are cut at [`LONGEST_LINE`](crate::LONGEST_LINE), and bytes that
/// are no text stand as `\u{FFFD}`.
///
/// # Errors
///
/// Those of [`run`].
pub async fn run_with(
    program: &Program,
    limits: &Limits,
    token: &CancellationToken,
    mut on_line: impl FnMut(Stream, &str) + Send,
) -> Result<Ended> {
    if token.is_cancelled() {
        return Err(Error::cancelled(format!("cancelled before `{}` was started", program.shown())));
    }
    let mut running = start(program, limits).await?;
    let why = tokio::select! {
        biased;
        () = token.cancelled() => Why::Cancelled,
        why = reached(limits) => why,
        why = ends(&mut running, limits, &mut on_line) => why,
    };
    let mut ended = running.end(why, limits.grace, &mut on_line).await;
    // What was printed just before the end is read after it.
    if let (Why::Exited, Some(most)) = (why, limits.stdout_bytes)
        && ended.stdout.total() > most
    {
        ended.why = Why::TooMuchOutput(most);
    }
    Ok(ended)
}

/// Waits for the limit of time.
async fn reached(limits: &Limits) -> Why {
    match limits.timeout {
        Some(timeout) => {
            tokio::time::sleep(timeout.as_std()).await;
            Why::TimedOut(timeout)
        }
        None => std::future::pending().await,
    }
}

/// Waits for the end, or for too much to be printed.
async fn ends(running: &mut Running, limits: &Limits, on_line: &mut (dyn FnMut(Stream, &str) + Send)) -> Why {
    let most = limits.stdout_bytes.unwrap_or(u64::MAX);
    while !running.has_ended() {
        running.step(on_line).await;
        if running.stdout_bytes() > most {
            return Why::TooMuchOutput(most);
        }
    }
    Why::Exited
}
