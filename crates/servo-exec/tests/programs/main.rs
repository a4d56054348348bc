//! Real programs, well-behaved and not: what they print, how they end, and that nothing of them is left.
#![expect(clippy::unwrap_used, reason = "what fails here is the test")]

mod ending;
mod groups;
mod output;
mod surroundings;

use servo_core::duration::Duration;
use servo_exec::{Ended, Limits, Program, run};
use tokio_util::sync::CancellationToken;

/// Limits under which a program that hangs does not hold up the tests.
fn limits() -> Limits {
    Limits { grace: Duration::from_millis(300), ..Limits::lasting(Duration::from_secs(20)) }
}

/// Runs a line of the shell to its end.
async fn shell(line: &str, limits: Limits) -> Ended {
    run(&Program::shell(line).unwrap(), &limits, &CancellationToken::new()).await.unwrap()
}
