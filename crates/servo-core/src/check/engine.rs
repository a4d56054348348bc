//! Runs the checks of one connector, one after another.

mod plan;
mod verify;

use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::plan::Role;
use super::answer::{Handler, Reply};
use super::definition::Parts;
use super::{Check, Checking, Key, NotRun, Outcome, Report};
use crate::duration::Duration;
use crate::event::caught;
use crate::{Context, Result};

/// Where checks run: whose they are, and what ends them early.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The name of the servo.
    pub servo: &'a str,
    /// The name of the connector.
    pub connector: &'a str,
    /// What signals that the run should end.
    pub token: &'a CancellationToken,
}

impl<'a> From<&'a Context> for Site<'a> {
    fn from(cx: &'a Context) -> Self {
        Self { servo: cx.servo(), connector: cx.connector(), token: cx.token() }
    }
}

impl Site<'_> {
    fn tell(&self, input: &Checking, check: &Check, what: impl FnOnce(&dyn Report, &Key)) {
        if let Some(reporter) = &input.reporter {
            what(&**reporter, &Key::new(self.servo, self.connector, &check.id));
        }
    }
}

/// Runs the checks that match, and those on which they rely.
pub(super) async fn run(parts: Vec<Parts<'_>>, site: &Site<'_>, input: &Checking) -> Result<Vec<Check>> {
    let labels = verify::labels(&parts)?;
    let checks: Vec<_> =
        parts.into_iter().zip(labels).map(|(parts, label)| parts.into_check(label.id, label.tags)).collect();
    let matching: Vec<_> =
        checks.iter().map(|(check, ..)| (check.severity, input.matching.matches(check))).collect();
    let roles = plan::roles(&matching, input.exclusive);
    let mut results = Vec::with_capacity(checks.len());
    let mut stopped = None;
    for ((mut check, handler, limit), role) in checks.into_iter().zip(roles) {
        check.prerequisite = match role {
            Role::Skipped => continue,
            Role::Selected => false,
            Role::Prerequisite => true,
        };
        if stopped.is_none() {
            // Handlers that are not async would keep everybody else waiting, and the run from being cancelled.
            tokio::task::coop::consume_budget().await;
            stopped = site.token.is_cancelled().then_some(NotRun::Cancelled);
        }
        if let Some(why) = &stopped {
            check.skip(why.clone());
        } else {
            check.run_at = Some(Timestamp::now());
            site.tell(input, &check, |reporter, key| reporter.begins(key, &check));
            let limit = limit.unwrap_or(input.time_limit);
            complete(&mut check, handler, limit, site.token).await;
            site.tell(input, &check, |reporter, key| reporter.ends(key, &check));
            stopped = input.halt_on.halts_after(&check).then(|| halted(&check));
        }
        results.push(check);
    }
    Ok(results)
}

/// Runs one check that is in no collection.
pub(super) async fn run_alone(parts: Parts<'_>) -> Result<Check> {
    let token = CancellationToken::new();
    let site = Site { servo: "", connector: "", token: &token };
    let mut results = run(vec![parts], &site, &Checking::default()).await?;
    results.pop().ok_or_else(|| crate::Error::internal("a check that was run has no result"))
}

/// Runs a handler in its time. A panic is a failure; what it finds after it was cancelled is worth nothing.
async fn complete(check: &mut Check, handler: Handler<'_>, limit: Duration, token: &CancellationToken) {
    let outcome = async {
        Ok(match handler() {
            Reply::Now(outcome) => outcome,
            Reply::Later(outcome) => outcome.await,
        })
    };
    let begin = Instant::now();
    let limited = tokio::time::timeout(limit.as_std(), caught(outcome));
    let ended = token.run_until_cancelled(limited).await;
    check.runtime = Some(Duration::from_std(begin.elapsed()));
    match ended {
        None => check.skip(NotRun::Cancelled),
        Some(_) if token.is_cancelled() => check.skip(NotRun::Cancelled),
        Some(Ok(Ok(outcome))) => check.conclude(outcome),
        Some(Ok(Err(panic))) => check.conclude(Outcome::of_error(&panic)),
        Some(Err(_)) => {
            check.conclude(Outcome::failed().with_message(format!("did not end within {limit}")));
        }
    }
}

/// Why nothing runs after this check.
fn halted(check: &Check) -> NotRun {
    let (id, name) = (check.id.clone(), check.name.clone());
    if check.prerequisite { NotRun::Prerequisite { id, name } } else { NotRun::Halted { id, name } }
}
